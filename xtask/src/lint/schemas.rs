//! Schemas that the generator cannot turn into types.

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::contract::json_schema;
use xtask::contract::{Document, items, walk};

use crate::finding::Finding;

/// The one place of a secret: the generator replaces it by a type that shows nothing.
const SECRET: &str = "/components/schemas/SecretString";
/// The schemas with a pattern that a type written by hand checks.
const PATTERNED: [&str; 1] = ["/components/schemas/KeyId"];
const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    walk::schemas(document, &mut |pointer, schema| {
        let mut report = |rule, member: &str, problem: String, fix: &str| {
            findings.push(Finding {
                rule,
                // A member here may be a way of several steps.
                pointer: format!("{pointer}/{member}"),
                problem,
                fix: fix.to_owned(),
            });
        };
        if let Some(kind) = schema.get("type") {
            match kind.as_str() {
                Some("array") if schema.get("items").is_none() => report(
                    "array-items",
                    "type",
                    "an array without `items`".to_owned(),
                    "say what it holds; `items: {}` allows anything",
                ),
                Some(kind) if TYPES.contains(&kind) => {}
                _ => report(
                    "schema-type",
                    "type",
                    format!("{kind} is not a type"),
                    "write string, number, integer, boolean, array or object; for null, write `nullable: true`",
                ),
            }
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => report(
                "closed-object",
                "additionalProperties",
                "the object is closed: a newer server that adds a member would break every client"
                    .to_owned(),
                "leave it out, or write `additionalProperties: {}` to keep unknown members",
            ),
            Some(Value::Bool(true)) => report(
                "lossy-object",
                "additionalProperties",
                "`true` drops unknown members in silence".to_owned(),
                "write `additionalProperties: {}` to keep them",
            ),
            _ => {}
        }
        if let Some(Value::String(pattern)) = schema.get("pattern") {
            if let Err(error) = regress::Regex::new(pattern) {
                report(
                    "schema-pattern",
                    "pattern",
                    format!("`{pattern}` is not a regular expression: {error}"),
                    "write one of ECMA 262, such as `^[0-9a-f]{32}$`",
                );
            } else if !PATTERNED.contains(&pointer) {
                report(
                    "pattern-unchecked",
                    "pattern",
                    "`ekodb-api` has no engine for regular expressions, which the generated type would need"
                        .to_owned(),
                    "describe the pattern, or write the type by hand as `key_id.rs` does",
                );
            }
        }
        for (bound, exclusive) in [
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ] {
            if schema.get(exclusive) == Some(&Value::Bool(true)) && schema.get(bound).is_none() {
                report(
                    "schema-bound",
                    exclusive,
                    format!("`{exclusive}` without `{bound}`"),
                    "write the bound too: in OpenAPI 3.0 the exclusive one is true or false",
                );
            }
        }
        for (least, most) in [
            ("minimum", "maximum"),
            ("minLength", "maxLength"),
            ("minItems", "maxItems"),
            ("minProperties", "maxProperties"),
        ] {
            let number = |key| schema.get(key).and_then(Value::as_f64);
            if number(least) > number(most) && number(most).is_some() {
                report(
                    "schema-bound",
                    least,
                    format!("`{least}` is above `{most}`: no value fits"),
                    "correct one of them",
                );
            }
        }
        for choice in ["oneOf", "anyOf"] {
            if schema.get(choice).is_some() && schema.get("properties").is_some() {
                report(
                    "choice-members",
                    choice,
                    format!(
                        "the generator gives each form of `{choice}` its own members only, and drops the others next to it"
                    ),
                    "write every form with all its members",
                );
            }
        }
        if schema.get("type").is_some_and(|kind| kind == "boolean")
            && schema.get("format").is_some()
        {
            report(
                "schema-format",
                "format",
                "the generator refuses a boolean with a format".to_owned(),
                "remove the format",
            );
        }
        let parts = items(schema.get("allOf")).map(|part| document.resolve(part));
        let types: BTreeSet<&str> = parts
            .chain([schema])
            .filter_map(|part| part.get("type").and_then(Value::as_str))
            // Integers are numbers.
            .map(|kind| if kind == "integer" { "number" } else { kind })
            .collect();
        if types.len() > 1 {
            report(
                "schema-parts",
                "allOf",
                format!(
                    "the parts have the types {}: no value fits",
                    types.into_iter().collect::<Vec<_>>().join(" and ")
                ),
                "write `oneOf` if a value may have either type",
            );
        }
        for list in ["enum", "allOf", "oneOf", "anyOf"] {
            if schema
                .get(list)
                .is_some_and(|all| all.as_array().is_none_or(Vec::is_empty))
            {
                report(
                    "schema-empty",
                    list,
                    format!("`{list}` names nothing"),
                    "list at least one, or remove it",
                );
            }
        }
        if schema
            .get("format")
            .is_some_and(|format| format == "password")
            && pointer != SECRET
        {
            report(
                "secret-shown",
                "format",
                "a secret whose generated type prints it in `Debug`".to_owned(),
                "write `allOf: [{ $ref: '#/components/schemas/SecretString' }]`, which is redacted",
            );
        }
        if let Some(default) = schema.get("default")
            && let Ok(validator) = json_schema::validator(&document.value, schema)
            && !validator.is_valid(default)
        {
            report(
                "default-invalid",
                "default",
                format!("the default `{default}` does not fit the schema"),
                "correct the default, or the schema",
            );
        }
        // What is required may be a member of another part where schemas are put together.
        let alone = schema.get("properties").is_some() && !within_all_of(pointer);
        for (index, name) in items(schema.get("required"))
            .filter_map(Value::as_str)
            .enumerate()
        {
            if alone && schema.get("allOf").is_none() && schema["properties"].get(name).is_none() {
                report(
                    "required-unknown",
                    &format!("required/{index}"),
                    format!("`{name}` is required, but is not a member"),
                    "add it to `properties`, or remove it from `required`",
                );
            }
        }
    });
}

/// Whether a schema is part of an `allOf`.
fn within_all_of(pointer: &str) -> bool {
    pointer.rsplit('/').nth(1) == Some("allOf")
}
