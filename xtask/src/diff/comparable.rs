//! Whether a document can be compared.

use std::fmt;

use semver::Version;
use serde_json::Value;
use xtask::contract::{Document, Kind, Node, Shape, Type, items, members, step, walk::walk};

/// Why a document cannot be compared.
#[derive(Debug, PartialEq)]
pub(crate) enum DocumentError {
    /// Another version of OpenAPI.
    OpenApi { found: String },
    /// A `$ref` that leads nowhere, in a circle, or out of the document.
    Reference { pointer: String, target: String },
    /// A member whose value has another type than OpenAPI gives it: what it means cannot be
    /// compared.
    Type {
        pointer: String,
        expected: &'static str,
    },
    /// `info.version` is missing or not a semantic version.
    Version { found: String },
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenApi { found } => write!(
                f,
                "the document says OpenAPI {found}; only versions 3.0.x can be compared"
            ),
            Self::Reference { pointer, target } => write!(
                f,
                "the reference `{target}` at {pointer} leads nowhere in the document: correct it, or add the component"
            ),
            Self::Type { pointer, expected } => write!(
                f,
                "the value at {pointer} is not {expected}, which it is in OpenAPI 3.0: correct it"
            ),
            Self::Version { found } => write!(
                f,
                "info.version is {found}, which is not a semantic version: write one such as `0.1.0`"
            ),
        }
    }
}

impl std::error::Error for DocumentError {}

/// Checks that a document can be compared. Returns the version under `info`.
pub(crate) fn check(document: &Document) -> Result<Version, DocumentError> {
    let openapi = document.value.get("openapi");
    if !openapi
        .and_then(Value::as_str)
        .is_some_and(|text| text.starts_with("3.0."))
    {
        return Err(DocumentError::OpenApi {
            found: shown(openapi),
        });
    }
    references(document)?;
    types(document)?;
    let version = document.value.pointer("/info/version");
    version
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| DocumentError::Version {
            found: shown(version),
        })
}

/// A value of another type would be read as if it was not there.
fn types(document: &Document) -> Result<(), DocumentError> {
    let mut wrong = None;
    let mut report = |pointer: &str, expected| {
        wrong.get_or_insert_with(|| DocumentError::Type {
            pointer: format!("#{pointer}"),
            expected,
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
fn references(document: &Document) -> Result<(), DocumentError> {
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
            lost.get_or_insert_with(|| DocumentError::Reference {
                pointer: format!("#{pointer}"),
                target: target.to_owned(),
            });
        }
    });
    lost.map_or(Ok(()), Err)
}
