//! Parameters, above all those in the path.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Operation, items, operations};
use crate::{document::Document, finding::Finding};

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    for operation in operations(document) {
        let parameters: Vec<&Value> = items(operation.item.get("parameters"))
            .chain(items(operation.value.get("parameters")))
            .map(|parameter| document.resolve(parameter))
            .collect();
        path(&operation, &parameters, findings);
        for parameter in parameters {
            kind(&operation, parameter, findings);
        }
    }
}

fn path(operation: &Operation<'_>, parameters: &[&Value], findings: &mut Vec<Finding>) {
    let in_path: BTreeSet<&str> = operation
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect();
    let declared: BTreeSet<&str> = parameters
        .iter()
        .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("path"))
        .filter_map(|parameter| parameter.get("name").and_then(Value::as_str))
        .collect();
    for name in in_path.difference(&declared) {
        findings.push(Finding {
            rule: "path-parameter-missing",
            pointer: operation.pointer.clone(),
            problem: format!(
                "{} has `{{{name}}}` in its path, but no such parameter",
                operation.name()
            ),
            mend: format!(
                "add `- {{ name: {name}, in: path, required: true, ... }}` to its parameters"
            ),
        });
    }
    for name in declared.difference(&in_path) {
        findings.push(Finding {
            rule: "path-parameter-unused",
            pointer: operation.pointer.clone(),
            problem: format!(
                "{} has the path parameter `{name}`, which its path does not name",
                operation.name()
            ),
            mend: format!("write `{{{name}}}` into the path, or remove the parameter"),
        });
    }
}

fn kind(operation: &Operation<'_>, parameter: &Value, findings: &mut Vec<Finding>) {
    let name = parameter
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let place = parameter
        .get("in")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut report = |rule, problem: String, mend: &str| {
        findings.push(Finding {
            rule,
            pointer: format!("{}/parameters", operation.pointer),
            problem: format!("{}: {problem}", operation.name()),
            mend: mend.to_owned(),
        });
    };
    match place {
        "path" if parameter.get("required") != Some(&Value::Bool(true)) => report(
            "path-parameter-optional",
            format!("the path parameter `{name}` is not required"),
            "write `required: true`: a path without it is another path",
        ),
        "cookie" => report(
            "cookie-parameter",
            format!("`{name}` is a cookie, which the generator does not support"),
            "use a header or a query parameter",
        ),
        "path" | "query" | "header" => {}
        other => report(
            "parameter-place",
            format!("`{name}` is in `{other}`"),
            "write `in: path`, `in: query` or `in: header`",
        ),
    }
    if parameter.get("schema").is_none() {
        report(
            "parameter-schema",
            format!("`{name}` has no schema"),
            "write `schema:` with a type",
        );
    }
}
