//! Examples: there is one for every body, and each is valid.

use std::collections::HashMap;

use jsonschema::Validator;
use serde_json::Value;
use xtask::contract::json_schema;
use xtask::contract::{Document, Node, members, step};

use crate::finding::Finding;

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let mut examples = Examples {
        document,
        validators: HashMap::new(),
        findings,
    };
    for operation in document.operations() {
        let name = operation.name();
        if let Some(body) = operation.body() {
            examples.body(&format!("{name}, request"), &body);
        }
        for (status, response) in operation.responses() {
            examples.body(&format!("{name}, {status}"), &response);
        }
    }
    for (name, schema) in members(document.value.pointer("/components/schemas")) {
        if let Some(example) = schema.get("example") {
            let pointer = step(&step("/components/schemas", name), "example");
            examples.validate(&format!("`{name}`"), &pointer, schema, example);
        }
    }
}

struct Examples<'a> {
    document: &'a Document,
    /// One for each schema, by its text: compiling is what takes time.
    validators: HashMap<String, Result<Validator, String>>,
    findings: &'a mut Vec<Finding>,
}

impl Examples<'_> {
    /// A shared response is checked where it is, once for each that refers to it.
    fn body(&mut self, what: &str, body: &Node<'_>) {
        let content = body.resolved().raw("content");
        for (_, media) in content.iter().flat_map(Node::members) {
            let schema = media.value.get("schema").unwrap_or(&Value::Null);
            let single = media.raw("example");
            let named = media.raw("examples");
            if let Some(example) = &single {
                self.validate(what, &example.pointer, schema, example.value);
            }
            let mut seen = usize::from(single.is_some());
            for (key, example) in named.iter().flat_map(Node::members) {
                match example.resolved().value.get("value") {
                    Some(value) => {
                        seen += 1;
                        self.validate(what, &step(&example.pointer, "value"), schema, value);
                    }
                    None => self.findings.push(Finding {
                        rule: "example-value",
                        pointer: example.pointer,
                        problem: format!("{what}: the example `{key}` has no value"),
                        fix: "write `value:` and the JSON".to_owned(),
                    }),
                }
            }
            if seen == 0 {
                self.findings.push(Finding {
                    rule: "example-missing",
                    pointer: media.pointer,
                    problem: format!("{what}: the body has no example"),
                    fix: "write `example:` or `examples:` with a body as it travels".to_owned(),
                });
            }
        }
    }

    fn validate(&mut self, what: &str, pointer: &str, schema: &Value, example: &Value) {
        let document = &self.document.value;
        let validator = self
            .validators
            .entry(schema.to_string())
            .or_insert_with(|| json_schema::validator(document, schema));
        let problems: Vec<String> = match validator {
            Ok(validator) => validator
                .iter_errors(example)
                .map(|error| format!("{error} at `{}`", error.instance_path()))
                .collect(),
            Err(error) => vec![format!("its schema cannot be compiled: {error}")],
        };
        if !problems.is_empty() {
            self.findings.push(Finding {
                rule: "example-invalid",
                pointer: pointer.to_owned(),
                problem: format!(
                    "{what}: the example does not fit its schema: {}",
                    problems.join("; ")
                ),
                fix: "correct the example, or the schema if the example is evidence".to_owned(),
            });
        }
    }
}
