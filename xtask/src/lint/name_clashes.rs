//! Names that become the same Rust name, or one that the generated code has already.

use std::collections::HashMap;

use serde_json::Value;
use xtask::contract::{Document, items, members, step, text, walk};

use super::derived_types::{pascal, snake};
use crate::finding::Finding;

/// Methods of the builder of every operation, and what the methods of the generator bind.
const TAKEN_ARGUMENTS: [&str; 11] = [
    "body", "body_map", "client", "info", "new", "prepare", "request", "response", "result",
    "send", "url",
];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    ids(document, findings);
    types(document, findings);
    arguments(document, findings);
    walk::schemas(document, &mut |pointer, schema| {
        fields(pointer, schema, findings);
    });
}

fn ids(document: &Document, findings: &mut Vec<Finding>) {
    let operations = document.operations();
    let ids = operations.iter().filter_map(|operation| {
        let id = operation.node.value.get("operationId")?.as_str()?;
        Some((step(&operation.node.pointer, "operationId"), id))
    });
    clashes(ids, pascal, "operation-id-clash", "operation ids", findings);
}

fn types(document: &Document, findings: &mut Vec<Finding>) {
    let schemas = document.value.pointer("/components/schemas");
    let names = members(schemas).map(|(name, _)| (step("/components/schemas", name), name));
    clashes(names, pascal, "schema-clash", "schemas", findings);
}

fn arguments(document: &Document, findings: &mut Vec<Finding>) {
    for operation in document.operations() {
        let own = step(&operation.node.pointer, "parameters");
        let shared = step(&step("/paths", operation.path), "parameters");
        let lists = [
            (shared, operation.item.value.get("parameters")),
            (own, operation.node.value.get("parameters")),
        ];
        // A parameter of the operation replaces one of the path with its name and place.
        let mut parameters: HashMap<(&str, &str), String> = HashMap::new();
        for (pointer, list) in lists {
            let mut seen = Vec::new();
            for (index, parameter) in items(list).enumerate() {
                let parameter = document.resolve(parameter);
                let key = (text(parameter, "in"), text(parameter, "name"));
                let place = step(&pointer, &index.to_string());
                if seen.contains(&key) {
                    findings.push(Finding {
                        rule: "parameter-duplicate",
                        pointer: place.clone(),
                        problem: format!("`{}` is twice in one list of parameters", key.1),
                        fix: "remove one of them".to_owned(),
                    });
                }
                seen.push(key);
                parameters.insert(key, place);
            }
        }
        for ((_, name), pointer) in &parameters {
            if !name.contains(char::is_alphanumeric) {
                findings.push(Finding {
                    rule: "parameter-name",
                    pointer: pointer.clone(),
                    problem: format!("`{name}` has no letter and no digit to name an argument by"),
                    fix: "choose another name, if the server has one".to_owned(),
                });
            }
            if TAKEN_ARGUMENTS.contains(&snake(name).as_str()) {
                findings.push(Finding {
                    rule: "parameter-taken",
                    pointer: pointer.clone(),
                    problem: format!(
                        "`{name}` is a name that the builder of an operation uses itself"
                    ),
                    fix: format!(
                        "choose another name, if the server has one; taken are {}",
                        TAKEN_ARGUMENTS.join(", ")
                    ),
                });
            }
        }
        let mut named: Vec<_> = parameters
            .into_iter()
            .map(|((place, name), pointer)| (pointer, name, place))
            .collect();
        named.sort();
        let names = named
            .iter()
            .map(|(pointer, name, _)| (pointer.clone(), *name));
        clashes(names, snake, "parameter-clash", "parameters", findings);
    }
}

fn fields(pointer: &str, schema: &Value, findings: &mut Vec<Finding>) {
    let place = step(pointer, "properties");
    let names = || members(schema.get("properties")).map(|(name, _)| (step(&place, name), name));
    clashes(names(), snake, "property-clash", "members", findings);
    let open = schema
        .get("additionalProperties")
        .is_some_and(Value::is_object);
    if let Some((pointer, _)) = names().find(|(_, name)| open && snake(name) == "extra") {
        findings.push(Finding {
            rule: "property-taken",
            pointer,
            problem: "`extra` is where the generated type keeps unknown members".to_owned(),
            fix: "leave `additionalProperties` out: unknown members cannot be kept with it"
                .to_owned(),
        });
    }
}

/// Reports each name that becomes what another one before it has become.
fn clashes<'a>(
    names: impl Iterator<Item = (String, &'a str)>,
    become_: fn(&str) -> String,
    rule: &'static str,
    what: &str,
    findings: &mut Vec<Finding>,
) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (pointer, name) in names {
        let rust = become_(name);
        match seen.get(&rust) {
            // The same operation id twice has a rule of its own.
            Some(first) if *first == name && rule == "operation-id-clash" => {}
            Some(first) => findings.push(Finding {
                rule,
                pointer,
                problem: format!("the {what} `{first}` and `{name}` are both `{rust}` in Rust"),
                fix: "rename one of them: more than case and punctuation must differ".to_owned(),
            }),
            None => {
                seen.insert(rust, name);
            }
        }
    }
}
