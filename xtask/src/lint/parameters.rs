//! Parameters, above all those in the path.

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::contract::{Document, Kind, Operation, items, step, text, walk::walk};

use super::paths;
use crate::finding::Finding;

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    for operation in document.operations() {
        path(&operation, findings);
    }
    walk(document, &mut |kind, pointer, value| {
        if kind == Kind::Parameter && value.get("$ref").is_none() {
            parameter(document, pointer, value, findings);
        }
    });
}

fn path(operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let in_path: BTreeSet<&str> = operation.path.split('/').filter_map(paths::name).collect();
    let declared: BTreeSet<&str> = operation.path_parameters().into_iter().collect();
    for name in in_path.difference(&declared) {
        findings.push(Finding {
            rule: "path-parameter-missing",
            pointer: operation.node.pointer.clone(),
            problem: format!(
                "{} has `{{{name}}}` in its path, but no such parameter",
                operation.name()
            ),
            fix: format!(
                "add `- {{ name: {name}, in: path, required: true, ... }}` to its parameters"
            ),
        });
    }
    for name in declared.difference(&in_path) {
        // A parameter that shares its segment with something else has a rule of its own.
        if operation.path.contains(&format!("{{{name}}}")) {
            continue;
        }
        findings.push(Finding {
            rule: "path-parameter-unused",
            pointer: operation.node.pointer.clone(),
            problem: format!(
                "{} has the path parameter `{name}`, which its path does not name",
                operation.name()
            ),
            fix: format!("write `{{{name}}}` into the path, or remove the parameter"),
        });
    }
}

fn parameter(document: &Document, pointer: &str, parameter: &Value, findings: &mut Vec<Finding>) {
    let (name, place) = (text(parameter, "name"), text(parameter, "in"));
    let mut report = |rule, member: &str, problem: String, fix: &str| {
        findings.push(Finding {
            rule,
            pointer: match parameter.get(member) {
                Some(_) => step(pointer, member),
                None => pointer.to_owned(),
            },
            problem,
            fix: fix.to_owned(),
        });
    };
    let style = match place {
        "query" => "form",
        _ => "simple",
    };
    match place {
        "path" if parameter.get("required") != Some(&Value::Bool(true)) => report(
            "path-parameter-optional",
            "required",
            format!("the path parameter `{name}` is not required"),
            "write `required: true`: a path without it is another path",
        ),
        "cookie" => report(
            "cookie-parameter",
            "in",
            format!("`{name}` is a cookie, which the generator does not support"),
            "use a query parameter, if the server takes one",
        ),
        "header" => report(
            "parameter-header",
            "in",
            format!("`{name}` is a header, which the generated client does not write"),
            "use a query parameter, if the server takes one",
        ),
        "path" | "query" => {}
        other => report(
            "parameter-place",
            "in",
            format!("`{name}` is in `{other}`"),
            "write `in: path` or `in: query`",
        ),
    }
    if parameter.get("style").is_some_and(|given| given != style) {
        report(
            "parameter-style",
            "style",
            format!("`{name}` has a style that the generator does not support"),
            &format!("leave it out: a {place} parameter is `{style}`"),
        );
    }
    if parameter
        .get("explode")
        .is_some_and(|given| *given != Value::Bool(place == "query"))
    {
        report(
            "parameter-explode",
            "explode",
            format!(
                "`explode` of `{name}` is ignored by the generator: a list in the query is always written as `{name}=a&{name}=b`"
            ),
            "leave it out, or take the list apart yourself: write `type: string` and describe the separator",
        );
    }
    let Some(schema) = parameter.get("schema") else {
        return report(
            "parameter-schema",
            "content",
            format!("`{name}` has no schema"),
            "write `schema:` with a type",
        );
    };
    let schema = document.resolve(schema);
    // A part or a form may be what a URL cannot hold, as well as the whole.
    let mut parts = Vec::new();
    held(document, schema, &["allOf", "oneOf", "anyOf"], &mut parts);
    let mut forms = Vec::new();
    held(document, schema, &["oneOf", "anyOf"], &mut forms);
    let is = |schema: &Value, name: &str| schema.get("type").is_some_and(|kind| kind == name);
    let list = is(schema, "array");
    let inner_list = parts.iter().skip(1).any(|part| is(part, "array"));
    if inner_list || place != "query" && list {
        report(
            "parameter-list",
            "schema",
            if inner_list {
                format!("`{name}` may be a list among others, which the generator cannot write")
            } else {
                format!("`{name}` is a list, which the generator can write into a query only")
            },
            "write `type: string` and describe how the items are joined",
        );
    }
    let is_time = |part: &&Value| ["date-time", "date", "time"].contains(&text(part, "format"));
    if place == "path" && parts.iter().any(is_time) {
        report(
            "parameter-time",
            "schema",
            format!(
                "`{name}` is a time, which the generator writes into a path as people do, with blanks"
            ),
            "write `type: string` without a format, and describe it",
        );
    }
    let is_null = |part: &&Value| {
        part.get("nullable") == Some(&Value::Bool(true))
            || items(part.get("enum")).any(Value::is_null)
    };
    if parts.iter().any(is_null) {
        report(
            "parameter-null",
            "schema",
            format!("`{name}` may be null, which has no form in a URL or a header"),
            "remove null; a parameter that may be left out is not `required`",
        );
    }
    if place == "query" && list {
        let item = schema.get("items").map(|item| document.resolve(item));
        let single = item.is_some_and(|item| {
            let kind = item.get("type").and_then(Value::as_str);
            let null = item.get("nullable") == Some(&Value::Bool(true));
            kind.is_some_and(|kind| !["array", "object"].contains(&kind)) && !null
        });
        if !single {
            report(
                "parameter-items",
                "schema",
                format!("the items of `{name}` are not single values, as those in a URL are"),
                "give the items one of the types string, integer, number and boolean",
            );
        }
    }
    let typed = ["type", "enum", "allOf", "oneOf", "anyOf", "properties"];
    let untyped = |form: &&Value| typed.iter().all(|key| form.get(key).is_none());
    if forms.iter().any(untyped) {
        report(
            "parameter-type",
            "schema",
            format!("`{name}` may be anything, of which a URL can only hold single values"),
            "write its type",
        );
    }
    let is_object = |part: &&Value| is(part, "object") || part.get("properties").is_some();
    if parts.iter().any(is_object) {
        report(
            "parameter-object",
            "schema",
            format!(
                "`{name}` is an object, which the generator cannot write into a URL or a header"
            ),
            "write each of its members as a parameter, or put it into the body",
        );
    }
}

/// A schema, and what it holds under some keywords about the same value.
fn held<'a>(document: &'a Document, schema: &'a Value, keys: &[&str], found: &mut Vec<&'a Value>) {
    let schema = document.resolve(schema);
    found.push(schema);
    for part in keys.iter().flat_map(|key| items(schema.get(key))) {
        held(document, part, keys, found);
    }
}
