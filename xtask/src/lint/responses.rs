//! Bodies and responses, as far as the generator goes.

use serde_json::Value;

use super::{Operation, members, operations};
use crate::{
    document::{Document, step},
    finding::Finding,
};

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    for operation in operations(document) {
        if let Some(body) = operation.value.get("requestBody") {
            let pointer = step(&operation.pointer, "requestBody");
            content(&operation, document.resolve(body), &pointer, findings);
        }
        statuses(document, &operation, findings);
    }
}

fn statuses(document: &Document, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let pointer = step(&operation.pointer, "responses");
    let mut report = |rule, problem: &str, mend: &str| {
        findings.push(Finding {
            rule,
            pointer: pointer.clone(),
            problem: format!("{} {problem}", operation.name()),
            mend: mend.to_owned(),
        });
    };
    let responses: Vec<(&str, &Value)> = members(operation.value.get("responses")).collect();
    if responses.iter().any(|(status, _)| *status == "default") {
        report(
            "response-default",
            "has a `default` response, which the generator cannot tell from success",
            "write `4XX` and `5XX` instead",
        );
    }
    match responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .count()
    {
        1 => {}
        0 => report(
            "response-success",
            "has no response of success",
            "add one, such as `'200'`",
        ),
        _ => report(
            "response-success",
            "has several responses of success, of which the generator can give only one",
            "keep the status that servers send; the client takes every 2xx for it",
        ),
    }
    let errors: Vec<&Value> = responses
        .iter()
        .filter(|(status, _)| status.starts_with(['4', '5']))
        .map(|(_, response)| schema(document.resolve(response)))
        .collect();
    if errors.windows(2).any(|pair| pair[0] != pair[1]) {
        report(
            "response-errors",
            "has errors with different bodies, and the generator allows one type",
            "refer to the same response for `4XX` and `5XX`",
        );
    }
    for (status, response) in responses {
        content(
            operation,
            document.resolve(response),
            &step(&pointer, status),
            findings,
        );
    }
}

fn schema(response: &Value) -> &Value {
    response
        .pointer("/content/application~1json/schema")
        .unwrap_or(&Value::Null)
}

fn content(operation: &Operation<'_>, body: &Value, pointer: &str, findings: &mut Vec<Finding>) {
    for (media_type, media) in members(body.get("content")) {
        let pointer = step(&step(pointer, "content"), media_type);
        if media_type != "application/json" {
            findings.push(Finding {
                rule: "content-type",
                pointer: pointer.clone(),
                problem: format!("{} has a body of type `{media_type}`", operation.name()),
                mend:
                    "write `application/json`: the generator's other types are untyped or refused"
                        .to_owned(),
            });
        }
        if media.get("schema").is_none() {
            findings.push(Finding {
                rule: "content-schema",
                pointer,
                problem: format!("{} has a body without a schema", operation.name()),
                mend: "write `schema:`; `schema: {}` allows any JSON".to_owned(),
            });
        }
    }
}
