//! What every operation must say of itself.

use std::collections::HashMap;

use serde_json::Value;
use xtask::contract::{Document, Operation, members, step};

use super::derived_types;
use crate::finding::Finding;

/// Names that the generated client, its hooks or its imports use themselves.
const TAKEN: [&str; 27] = [
    "api_version",
    "base",
    "baseurl",
    "byte_stream",
    "client",
    "client_hooks",
    "client_info",
    "error",
    "exec",
    "from",
    "gen",
    "inner",
    "new",
    "new_with_client",
    "operation_info",
    "operations",
    "post",
    "pre",
    "request",
    "request_builder_ext",
    "response_value",
    "result",
    "round_trip",
    "string",
    "transport",
    "with_transport",
    "without_transport",
];
/// Methods of OpenAPI that the HTTP client of the generated code has no call for.
const UNSUPPORTED: [&str; 2] = ["options", "trace"];
const PRIVILEGES: [&str; 7] = [
    "none", "any", "read", "write", "kv-read", "kv-write", "admin",
];
const EVIDENCE: [&str; 4] = ["documented", "recorded", "tested", "inferred"];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, String> = HashMap::new();
    for operation in document.operations() {
        id(&operation, &mut seen, findings);
        method(&operation, findings);
        security(document, &operation, findings);
        extensions(&operation, findings);
    }
}

fn id<'a>(
    operation: &Operation<'a>,
    seen: &mut HashMap<&'a str, String>,
    findings: &mut Vec<Finding>,
) {
    let Some(id) = operation.node.text("operationId") else {
        findings.push(Finding {
            rule: "operation-id-missing",
            pointer: operation.node.pointer.clone(),
            problem: format!(
                "{} has no `operationId`: the client's method has no name",
                operation.name()
            ),
            fix: "write `operationId: verb_noun`, such as `list_collections`".to_owned(),
        });
        return;
    };
    let pointer = step(&operation.node.pointer, "operationId");
    if let Some(first) = seen.insert(id, operation.node.pointer.clone()) {
        findings.push(Finding {
            rule: "operation-id-duplicate",
            pointer: pointer.clone(),
            problem: format!("`{id}` is the id of another operation too, at {first}"),
            fix: "give each operation an id of its own".to_owned(),
        });
    }
    let keyword = syn::parse_str::<syn::Ident>(id).is_err() && !id.is_empty();
    let builder = derived_types::pascal(id);
    let mut taken = derived_types::PRELUDE
        .iter()
        .chain(&derived_types::IMPORTED);
    if TAKEN.contains(&id) || taken.any(|name| *name == builder) || keyword {
        findings.push(Finding {
            rule: "operation-id-taken",
            pointer: pointer.clone(),
            problem: format!("`{id}` is a name that Rust or the generated client uses itself"),
            fix: "write `verb_noun`, such as `list_collections`".to_owned(),
        });
    }
    let snake = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        // The generator drops an underscore at the end, or one of two.
        && derived_types::snake(id) == id;
    if !snake {
        findings.push(Finding {
            rule: "operation-id-case",
            pointer,
            problem: format!("`{id}` is not in snake_case"),
            fix: "write small letters, digits and underscores, such as `list_collections`"
                .to_owned(),
        });
    }
}

fn method(operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    if UNSUPPORTED.contains(&operation.method) {
        findings.push(Finding {
            rule: "method-unsupported",
            pointer: operation.node.pointer.clone(),
            problem: format!(
                "{} has the method `{}`, which the generated client cannot send",
                operation.name(),
                operation.method.to_uppercase()
            ),
            fix: "remove it, or describe it with another method if the server has one".to_owned(),
        });
    }
}

fn security(document: &Document, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let Some(Value::Array(requirements)) = operation.node.value.get("security") else {
        findings.push(Finding {
            rule: "security-missing",
            pointer: operation.node.pointer.clone(),
            problem: format!("{} does not say whether it takes a token", operation.name()),
            fix: "write `security: [{ bearerAuth: [] }]`, `security: [{}, { bearerAuth: [] }]` where a token is optional, or `security: []`".to_owned(),
        });
        return;
    };
    let pointer = step(&operation.node.pointer, "security");
    let schemes = document.value.pointer("/components/securitySchemes");
    for (scheme, _) in requirements.iter().flat_map(|all| members(Some(all))) {
        if schemes.is_none_or(|schemes| schemes.get(scheme).is_none()) {
            findings.push(Finding {
                rule: "security-unknown",
                pointer: pointer.clone(),
                problem: format!(
                    "{} asks for `{scheme}`, which is not a security scheme",
                    operation.name()
                ),
                fix: "name one under `/components/securitySchemes`".to_owned(),
            });
        }
    }
    let needed = !requirements.is_empty()
        && requirements
            .iter()
            .all(|all| members(Some(all)).next().is_some());
    if needed && operation.privilege() == "none" {
        findings.push(Finding {
            rule: "privilege-security",
            pointer,
            problem: format!(
                "{} needs a token, but says that nothing has to be allowed",
                operation.name()
            ),
            fix: "write `x-ekodb-privilege: any` where every valid key will do, or let it do without a token".to_owned(),
        });
    }
}

fn extensions(operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let mut one_of = |key: &'static str, rule, allowed: &[&str], needed: bool| {
        let value = operation.node.value.get(key);
        let valid = match value {
            None => !needed,
            Some(value) => value.as_str().is_some_and(|value| allowed.contains(&value)),
        };
        if !valid {
            let pointer = match value {
                None => operation.node.pointer.clone(),
                Some(_) => step(&operation.node.pointer, key),
            };
            findings.push(Finding {
                rule,
                pointer,
                problem: format!("{} has no valid `{key}`", operation.name()),
                fix: format!("write `{key}:` and one of {}", allowed.join(", ")),
            });
        }
    };
    one_of("x-ekodb-privilege", "privilege", &PRIVILEGES, true);
    one_of("x-ekodb-evidence", "evidence", &EVIDENCE, false);
    let is_text: fn(&Value) -> bool = Value::is_string;
    for (rule, key, is_valid, problem, fix) in [
        (
            "assumption",
            "x-ekodb-assumption",
            is_text,
            "not a text",
            "write in a sentence what is assumed",
        ),
        (
            "idempotent",
            "x-ekodb-idempotent",
            Value::is_boolean,
            "neither true nor false",
            "write `true` or `false`, or leave it out where the method tells",
        ),
    ] {
        if let Some(value) = operation.node.raw(key)
            && !is_valid(value.value)
        {
            findings.push(Finding {
                rule,
                pointer: value.pointer,
                problem: format!("{} has an `{key}` that is {problem}", operation.name()),
                fix: fix.to_owned(),
            });
        }
    }
}
