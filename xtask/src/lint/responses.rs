//! Bodies and responses, as far as the generator goes.

use serde_json::Value;
use xtask::contract::{Document, Kind, Operation, members, step, walk::walk};

use crate::finding::Finding;

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    for operation in document.operations() {
        statuses(document, &operation, findings);
        bodiless(document, &operation, findings);
    }
    walk(document, &mut |kind, pointer, value| match kind {
        Kind::Media => media(pointer, value, findings),
        Kind::RequestBody | Kind::Response => {
            if kind == Kind::RequestBody && value.get("$ref").is_none() {
                optional(pointer, value, findings);
            }
            content(kind, pointer, value, findings);
        }
        Kind::Header if value.get("schema").is_none() && value.get("$ref").is_none() => {
            findings.push(Finding {
                rule: "header-schema",
                pointer: pointer.to_owned(),
                problem: "the header has no schema".to_owned(),
                fix: "write `schema:` with a type".to_owned(),
            });
        }
        _ => {}
    });
}

fn statuses(document: &Document, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let pointer = step(&operation.node.pointer, "responses");
    let mut report = |rule, pointer: &str, problem: &str, fix: &str| {
        findings.push(Finding {
            rule,
            pointer: pointer.to_owned(),
            problem: format!("{} {problem}", operation.name()),
            fix: fix.to_owned(),
        });
    };
    let responses: Vec<(&str, &Value)> = members(operation.node.value.get("responses"))
        .filter(|(status, _)| !status.starts_with("x-"))
        .collect();
    for (status, _) in &responses {
        match Status::read(status) {
            Status::Default => report(
                "response-default",
                &step(&pointer, status),
                "has a `default` response, which the generator cannot tell from success",
                "write `4XX` and `5XX` instead",
            ),
            Status::Other => report(
                "response-status",
                &step(&pointer, status),
                &format!("has a response `{status}`, which the generator cannot give to a caller"),
                "write one status of success, such as `'200'`, and `4XX` and `5XX`; redirects are not followed",
            ),
            Status::Success | Status::Failure => {}
        }
    }
    let with = |wanted| {
        responses
            .iter()
            .filter(move |(status, _)| Status::read(status) == wanted)
    };
    // A status that looks like one of success has been reported by itself.
    let likely = responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .count();
    match likely {
        1 => {}
        0 => report(
            "response-success",
            &pointer,
            "has no response of success",
            "add one, such as `'200'`",
        ),
        _ => report(
            "response-success",
            &pointer,
            "has several responses of success, of which the generator can give only one",
            "keep the status that servers send; the client takes every 2xx for it",
        ),
    }
    let errors: Vec<&Value> = with(Status::Failure)
        .map(|(_, response)| schema(document.resolve(response)))
        .collect();
    if errors.windows(2).any(|pair| pair[0] != pair[1]) {
        report(
            "response-errors",
            &pointer,
            "has errors with different bodies, and the generator allows one type",
            "refer to the same response for `4XX` and `5XX`",
        );
    }
}

/// Bodies where HTTP has none.
fn bodiless(document: &Document, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let mut report = |rule, pointer: String, problem: String, fix: &str| {
        findings.push(Finding {
            rule,
            pointer,
            problem: format!("{} {problem}", operation.name()),
            fix: fix.to_owned(),
        });
    };
    if let Some(body) = operation.body()
        && ["get", "head"].contains(&operation.method)
    {
        report(
            "body-unread",
            body.pointer,
            format!(
                "has a body, which servers need not read with {}",
                operation.method.to_uppercase()
            ),
            "use parameters of the query, or another method",
        );
    }
    for (status, response) in operation.responses() {
        let has = document.resolve(response.value).get("content").is_some();
        let head = operation.method == "head" && status.starts_with('2');
        if has && (head || ["204", "205"].contains(&status)) {
            report(
                "response-body",
                step(&response.pointer, "content"),
                format!("has a body for `{status}`, which HTTP does not send"),
                "remove the body, or write another method or status",
            );
        }
    }
}

#[derive(PartialEq, Eq)]
enum Status {
    Success,
    Failure,
    Default,
    Other,
}

impl Status {
    fn read(status: &str) -> Self {
        match status {
            "default" => Self::Default,
            "4XX" | "5XX" => Self::Failure,
            _ => match status.parse() {
                Ok(200..=299) => Self::Success,
                Ok(400..=599) => Self::Failure,
                Ok(0_u16..) | Err(_) => Self::Other,
            },
        }
    }
}

fn schema(response: &Value) -> &Value {
    response
        .pointer("/content/application~1json/schema")
        .unwrap_or(&Value::Null)
}

/// The generator has no call without the body.
fn optional(pointer: &str, body: &Value, findings: &mut Vec<Finding>) {
    if body.get("required") != Some(&Value::Bool(true)) {
        findings.push(Finding {
            rule: "body-optional",
            pointer: pointer.to_owned(),
            problem: "the body may be left out, but the generated client always sends one"
                .to_owned(),
            fix: "write `required: true`; where no body means something, let `{}` mean it"
                .to_owned(),
        });
    }
}

fn content(kind: Kind, pointer: &str, body: &Value, findings: &mut Vec<Finding>) {
    let Some(content) = body.get("content").and_then(Value::as_object) else {
        return;
    };
    let place = step(pointer, "content");
    for media_type in content.keys().filter(|media| *media != "application/json") {
        findings.push(Finding {
            rule: "content-type",
            pointer: step(&place, media_type),
            problem: format!("{} has the type `{media_type}`", kind.grammar().name),
            fix: "write `application/json`: the generator's other types are untyped or refused"
                .to_owned(),
        });
    }
    if content.len() != 1 {
        findings.push(Finding {
            rule: "content-count",
            pointer: place,
            problem: format!(
                "{} has {} types, and the generator allows one",
                kind.grammar().name,
                content.len()
            ),
            fix: match kind {
                Kind::Response => {
                    "write `application/json:` alone, or leave `content` out where there is no body"
                }
                _ => "write `application/json:` alone",
            }
            .to_owned(),
        });
    }
}

fn media(pointer: &str, media: &Value, findings: &mut Vec<Finding>) {
    if media.get("schema").is_none() {
        findings.push(Finding {
            rule: "content-schema",
            pointer: pointer.to_owned(),
            problem: "the body has no schema".to_owned(),
            fix: "write `schema:`; `schema: {}` allows any JSON".to_owned(),
        });
    }
    if media.get("encoding").is_some() {
        findings.push(Finding {
            rule: "content-encoding",
            pointer: step(pointer, "encoding"),
            problem: "the body has an `encoding`, which the generator does not support".to_owned(),
            fix: "remove it: JSON has none".to_owned(),
        });
    }
}
