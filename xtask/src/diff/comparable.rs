//! Whether a document can be compared.

use semver::Version;
use serde_json::Value;
use xtask::contract::{Document, Kind, Node, Shape, Type, items, members, step, walk::walk};

/// Checks that a document can be compared. Returns the version under `info`, or what is wrong.
pub(crate) fn check(document: &Document) -> Result<Version, String> {
    let openapi = document.value.get("openapi");
    if !openapi
        .and_then(Value::as_str)
        .is_some_and(|text| text.starts_with("3.0."))
    {
        return Err(format!(
            "the document says OpenAPI {}; only versions 3.0.x can be compared",
            shown(openapi)
        ));
    }
    references(document)?;
    types(document)?;
    let version = document.value.pointer("/info/version");
    version
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| {
            format!(
                "info.version is {}, which is not a semantic version: write one such as `0.1.0`",
                shown(version)
            )
        })
}

/// A value of another type would be read as if it was not there.
fn types(document: &Document) -> Result<(), String> {
    let mut wrong = None;
    let mut report = |pointer: &str, expected: &str| {
        wrong.get_or_insert_with(|| {
            format!(
                "the value at #{pointer} is not {expected}, which it is in OpenAPI 3.0: correct it"
            )
        });
    };
    walk(document, &mut |kind, pointer, object| {
        let grammar = kind.grammar();
        for (key, value) in members(Some(object)).filter(|(_, value)| !value.is_null()) {
            let place = step(pointer, key);
            match grammar.type_of(key) {
                Some(expected) if !expected.holds(value) => report(&place, expected.name()),
                Some(_) => {}
                None => continue,
            }
            let child = grammar.children.iter().find(|(name, ..)| *name == key);
            let held: Vec<(String, &Value)> = match child {
                Some((_, Shape::One, _)) if value.is_object() || value.is_boolean() => continue,
                Some((_, Shape::One, _)) => vec![(place, value)],
                Some((_, Shape::List, _)) => items(Some(value))
                    .enumerate()
                    .map(|(index, item)| (step(&place, &index.to_string()), item))
                    .collect(),
                Some((_, Shape::Map, held)) => members(Some(value))
                    .filter(|(name, _)| *held == Kind::Schema || !name.starts_with("x-"))
                    .map(|(name, member)| (step(&place, name), member))
                    .collect(),
                None => continue,
            };
            for (place, _) in held.into_iter().filter(|(_, it)| !it.is_object()) {
                report(&place, Type::Mapping.name());
            }
        }
    });
    wrong.map_or(Ok(()), Err)
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "missing".to_owned(), Value::to_string)
}

/// What is data, such as an example or a default, refers to nothing.
fn references(document: &Document) -> Result<(), String> {
    let mut lost = None;
    walk(document, &mut |_, pointer, value| {
        let node = Node {
            root: &document.value,
            value,
            pointer: pointer.to_owned(),
        };
        if let Some(target) = node.text("$ref")
            && node.resolved().value.get("$ref").is_some()
        {
            lost.get_or_insert_with(|| {
                format!(
                    "the reference `{target}` at #{pointer} leads nowhere in the document: correct it, or add the component"
                )
            });
        }
    });
    lost.map_or(Ok(()), Err)
}
