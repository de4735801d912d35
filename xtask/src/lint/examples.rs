//! Examples: there is one for every body, and each is valid.

use std::collections::HashMap;

use jsonschema::Validator;
use serde_json::Value;
use xtask::contract::json_schema;
use xtask::contract::{Document, members, step};

use crate::finding::Finding;

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let mut examples = Examples {
        document,
        validators: HashMap::new(),
        findings,
    };
    for operation in document.operations() {
        if let Some(body) = operation.node.value.get("requestBody") {
            let pointer = step(&operation.node.pointer, "requestBody");
            examples.body(&operation.name(), "request", &pointer, body);
        }
        for (status, response) in members(operation.node.value.get("responses")) {
            let pointer = step(&step(&operation.node.pointer, "responses"), status);
            examples.body(&operation.name(), status, &pointer, response);
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
    fn body(&mut self, name: &str, what: &str, pointer: &str, body: &Value) {
        let document = self.document;
        // A shared response is checked where it is, once for each that refers to it.
        let pointer = body
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix('#'))
            .unwrap_or(pointer);
        for (media_type, media) in members(document.resolve(body).get("content")) {
            let pointer = step(&step(pointer, "content"), media_type);
            let schema = media.get("schema").unwrap_or(&Value::Null);
            let mut seen = 0;
            if let Some(example) = media.get("example") {
                seen += 1;
                self.validate(
                    &format!("{name}, {what}"),
                    &step(&pointer, "example"),
                    schema,
                    example,
                );
            }
            for (key, example) in members(media.get("examples")) {
                let pointer = step(&step(&pointer, "examples"), key);
                match document.resolve(example).get("value") {
                    Some(value) => {
                        seen += 1;
                        self.validate(
                            &format!("{name}, {what}"),
                            &step(&pointer, "value"),
                            schema,
                            value,
                        );
                    }
                    None => self.findings.push(Finding {
                        rule: "example-value",
                        pointer,
                        problem: format!("{name}, {what}: the example `{key}` has no value"),
                        fix: "write `value:` and the JSON".to_owned(),
                    }),
                }
            }
            if seen == 0 {
                self.findings.push(Finding {
                    rule: "example-missing",
                    pointer,
                    problem: format!("{name}, {what}: the body has no example"),
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
