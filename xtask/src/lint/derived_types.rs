//! The types that the generator will derive, and what they would clash with.
//!
//! The generator names a type after the component, the title, or the way to an inline schema. Two
//! schemas with one name become one type, or do not compile.

use std::collections::HashMap;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;
use xtask::contract::{Document, Node, Operation, items, members, step, walk};

use crate::finding::Finding;

/// Names that Rust has in scope everywhere.
#[rustfmt::skip]
pub(super) const PRELUDE: [&str; 38] = [
    "AsMut", "AsRef", "Box", "Clone", "Copy", "Default", "Deserialize", "DoubleEndedIterator", "Drop", "Eq", "Err",
    "ExactSizeIterator", "Extend", "Fn", "FnMut", "FnOnce", "From", "FromIterator", "Future", "Into", "IntoFuture",
    "IntoIterator", "Iterator", "None", "Ok", "Option", "Ord", "PartialEq", "PartialOrd", "Result", "Self", "Send",
    "Serialize", "Some", "String", "Sync", "ToString", "Vec",
];
/// Names that the module of the generated builders imports.
pub(super) const IMPORTED: [&str; 6] = [
    "ByteStream",
    "ClientHooks",
    "ClientInfo",
    "Error",
    "OperationInfo",
    "RequestBuilderExt",
];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    components(document, findings);
    let mut types = Types {
        named: HashMap::new(),
        findings,
    };
    for (name, schema) in members(document.value.pointer("/components/schemas")) {
        let node = Node {
            root: &document.value,
            value: schema,
            pointer: step("/components/schemas", name),
        };
        types.add(&pascal(name), &node);
        types.inner(&pascal(name), &node);
    }
    for operation in document.operations() {
        types.operation(&operation);
    }
    walk::schemas(document, &mut |pointer, schema| {
        values(pointer, schema, findings)
    });
}

/// Components keep their name only if it is one of a Rust type already.
fn components(document: &Document, findings: &mut Vec<Finding>) {
    for (name, _) in members(document.value.pointer("/components/schemas")) {
        let rust = pascal(name);
        if rust != *name {
            findings.push(Finding {
                rule: "schema-case",
                pointer: step("/components/schemas", name),
                problem: format!(
                    "`{name}` is not named as a type is: generated code calls it `{rust}`"
                ),
                fix: format!("write `{rust}`"),
            });
        }
    }
}

struct Types<'a, 'f> {
    /// By the name of the type, the schema that it is made of.
    named: HashMap<String, Node<'a>>,
    findings: &'f mut Vec<Finding>,
}

impl<'a> Types<'a, '_> {
    fn operation(&mut self, operation: &Operation<'a>) {
        let id = pascal(operation.id());
        for ((_, name), parameter) in operation.parameters() {
            if let Some(schema) = parameter.resolved().raw("schema") {
                self.inline(&format!("{id}{}", pascal(name)), &schema);
            }
        }
        let body = operation.body().map(|body| (format!("{id}Body"), body));
        let responses = operation.responses().into_iter();
        let responses = responses.map(|(_, response)| (format!("{id}Response"), response));
        for (name, holder) in body.into_iter().chain(responses) {
            let content = holder.resolved().raw("content");
            let media = content.and_then(|content| content.raw("application/json"));
            if let Some(schema) = media.and_then(|media| media.raw("schema")) {
                self.inline(&name, &schema);
            }
        }
    }

    /// A schema that is written where it is used, by the name that its place gives it.
    fn inline(&mut self, name: &str, schema: &Node<'a>) {
        if schema.value.get("$ref").is_some() {
            return;
        }
        // A component with a description or null beside it is that component still.
        if schema.value.get("properties").is_none()
            && let Some([only]) = schema
                .value
                .get("allOf")
                .and_then(Value::as_array)
                .map(Vec::as_slice)
            && only.get("$ref").is_some()
        {
            return;
        }
        let name = schema.text("title").map_or_else(|| name.to_owned(), pascal);
        if is_type(schema.value) {
            self.add(&name, schema);
        }
        self.inner(&name, schema);
    }

    /// The schemas within one.
    fn inner(&mut self, name: &str, schema: &Node<'a>) {
        for (member, inner) in schema.raw("properties").iter().flat_map(Node::members) {
            self.inline(&format!("{name}{}", pascal(member)), &inner);
        }
        for (key, ending) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(inner) = schema.raw(key).filter(|inner| inner.value.is_object()) {
                self.inline(&format!("{name}{ending}"), &inner);
            }
        }
        // The generator takes the parts of an `allOf` together.
        for part in schema.raw("allOf").iter().flat_map(Node::elements) {
            if part.value.get("$ref").is_none() {
                self.inner(name, &part);
            }
        }
        for key in ["oneOf", "anyOf"] {
            for (index, form) in schema.raw(key).iter().flat_map(Node::elements).enumerate() {
                if form.text("title").is_some() {
                    self.inline(&format!("{name}Variant{index}"), &form);
                }
            }
        }
    }

    fn add(&mut self, name: &str, schema: &Node<'a>) {
        if PRELUDE.contains(&name) {
            self.findings.push(Finding {
                rule: "schema-taken",
                pointer: schema.pointer.clone(),
                problem: format!(
                    "the generated type of this schema is `{name}`, which the generated code uses itself"
                ),
                fix: "name it for what it holds, such as `CollectionList`".to_owned(),
            });
        }
        match self.named.get(name) {
            // The generator makes one type of two equal schemas.
            Some(first) if first.value == schema.value => {}
            Some(first) => self.findings.push(Finding {
                rule: "type-clash",
                pointer: schema.pointer.clone(),
                problem: format!(
                    "the generated type of this schema is `{name}`, which {} is too",
                    first.pointer
                ),
                fix: "give one of them another name: make it a component, or change its title"
                    .to_owned(),
            }),
            None => {
                self.named.insert(name.to_owned(), schema.clone());
            }
        }
    }
}

/// Whether the generator makes a type of its own of a schema: plain values, lists and maps need
/// none.
fn is_type(schema: &Value) -> bool {
    let own = ["properties", "enum", "oneOf", "anyOf", "allOf", "title"];
    let limits = ["pattern", "minLength", "maxLength"];
    own.iter()
        .chain(&limits)
        .any(|key| schema.get(key).is_some())
}

/// The values of an `enum` are variants of a type.
fn values(pointer: &str, schema: &Value, findings: &mut Vec<Finding>) {
    let list = step(pointer, "enum");
    let mut seen: HashMap<String, &str> = HashMap::new();
    let kind = schema.get("type").and_then(Value::as_str);
    let mixed = kind.is_none() && items(schema.get("enum")).any(Value::is_string);
    for (index, value) in items(schema.get("enum")).enumerate() {
        let place = step(&list, &index.to_string());
        let Some(text) = value.as_str() else {
            let null = value.is_null() && schema.get("nullable") == Some(&Value::Bool(true));
            if (mixed || kind == Some("string")) && !null {
                findings.push(Finding {
                    rule: "enum-value",
                    pointer: place,
                    problem: format!(
                        "`{value}` is not a string, which the values of this schema are"
                    ),
                    fix: format!("write `'{value}'`, or remove it"),
                });
            }
            continue;
        };
        let variant = pascal(text);
        match seen.get(&variant) {
            Some(first) if *first != text => findings.push(Finding {
                rule: "enum-clash",
                pointer: place,
                problem: format!(
                    "the values `{first}` and `{text}` are both the variant `{variant}` in Rust"
                ),
                fix:
                    "leave one out, or write `type: string` without `enum` and describe the values"
                        .to_owned(),
            }),
            Some(_) => findings.push(Finding {
                rule: "enum-clash",
                pointer: place,
                problem: format!("the value `{text}` is listed twice"),
                fix: "remove one of them".to_owned(),
            }),
            None => {
                seen.insert(variant, text);
            }
        }
    }
}

/// The name of a type or a variant, as the generator makes it.
pub(super) fn pascal(name: &str) -> String {
    identifier(name, "X", |name| name.to_pascal_case())
}

/// The name of a member, an argument or a method, as the generator makes it.
pub(super) fn snake(name: &str) -> String {
    identifier(name, "x", |name| name.to_snake_case())
}

fn identifier(name: &str, prefix: &str, case: fn(&str) -> String) -> String {
    let name = match name {
        "+1" => "plus1",
        "-1" => "minus1",
        name => name,
    };
    let name = case(&name.replace('\'', ""));
    if name.starts_with(char::is_alphabetic) {
        name
    } else {
        format!("{prefix}{name}")
    }
}
