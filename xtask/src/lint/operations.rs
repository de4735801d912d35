//! What every operation must say of itself.

use std::collections::HashMap;

use serde_json::Value;

use super::{Operation, operations};
use crate::{
    document::{Document, step},
    finding::Finding,
};

/// Names that the generated client or its hooks use themselves.
const TAKEN: [&str; 7] = ["exec", "post", "pre", "client", "inner", "baseurl", "new"];
const PRIVILEGES: [&str; 5] = ["none", "any", "read", "write", "admin"];
const EVIDENCE: [&str; 4] = ["documented", "recorded", "tested", "inferred"];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, String> = HashMap::new();
    for operation in operations(document) {
        id(&operation, &mut seen, findings);
        security(&operation, findings);
        extensions(&operation, findings);
    }
}

fn id<'a>(
    operation: &Operation<'a>,
    seen: &mut HashMap<&'a str, String>,
    findings: &mut Vec<Finding>,
) {
    let Some(id) = operation.value.get("operationId").and_then(Value::as_str) else {
        findings.push(Finding {
            rule: "operation-id-missing",
            pointer: operation.pointer.clone(),
            problem: format!(
                "{} has no `operationId`: the client's method has no name",
                operation.name()
            ),
            mend: "write `operationId: verb_noun`, such as `list_collections`".to_owned(),
        });
        return;
    };
    let pointer = step(&operation.pointer, "operationId");
    if let Some(first) = seen.insert(id, operation.pointer.clone()) {
        findings.push(Finding {
            rule: "operation-id-duplicate",
            pointer: pointer.clone(),
            problem: format!("`{id}` is the id of another operation too, at {first}"),
            mend: "give each operation an id of its own".to_owned(),
        });
    }
    if TAKEN.contains(&id) {
        findings.push(Finding {
            rule: "operation-id-taken",
            pointer: pointer.clone(),
            problem: format!("`{id}` is a name that the generated client uses itself"),
            mend: format!("write `verb_noun`; taken are {}", TAKEN.join(", ")),
        });
    }
    let snake = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !snake {
        findings.push(Finding {
            rule: "operation-id-case",
            pointer,
            problem: format!("`{id}` is not in snake_case"),
            mend: "write small letters, digits and underscores, such as `list_collections`"
                .to_owned(),
        });
    }
}

fn security(operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    if operation
        .value
        .get("security")
        .is_none_or(|security| !security.is_array())
    {
        findings.push(Finding {
            rule: "security-missing",
            pointer: operation.pointer.clone(),
            problem: format!("{} does not say whether it takes a token", operation.name()),
            mend: "write `security: [{ bearerAuth: [] }]`, `security: [{}, { bearerAuth: [] }]` where a token is optional, or `security: []`".to_owned(),
        });
    }
}

fn extensions(operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let mut one_of = |key: &'static str, rule, allowed: &[&str], needed: bool| {
        let value = operation.value.get(key);
        let valid = match value {
            None => !needed,
            Some(value) => value.as_str().is_some_and(|value| allowed.contains(&value)),
        };
        if !valid {
            let pointer = match value {
                None => operation.pointer.clone(),
                Some(_) => step(&operation.pointer, key),
            };
            findings.push(Finding {
                rule,
                pointer,
                problem: format!("{} has no valid `{key}`", operation.name()),
                mend: format!("write `{key}:` and one of {}", allowed.join(", ")),
            });
        }
    };
    one_of("x-ekodb-privilege", "privilege", &PRIVILEGES, true);
    one_of("x-ekodb-evidence", "evidence", &EVIDENCE, false);
    if let Some(value) = operation.value.get("x-ekodb-idempotent")
        && !value.is_boolean()
    {
        findings.push(Finding {
            rule: "idempotent",
            pointer: step(&operation.pointer, "x-ekodb-idempotent"),
            problem: format!(
                "{} has an `x-ekodb-idempotent` that is neither true nor false",
                operation.name()
            ),
            mend: "write `true` or `false`, or leave it out where the method tells".to_owned(),
        });
    }
}
