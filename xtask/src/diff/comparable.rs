//! Whether a document can be compared.

use std::fmt;

use semver::Version;
use serde_json::Value;
use xtask::contract::{Document, Node};

/// Why a document cannot be compared.
#[derive(Debug, PartialEq)]
pub(crate) enum DocumentError {
    /// Another version of OpenAPI.
    OpenApi { found: String },
    /// A `$ref` that leads nowhere, in a circle, or out of the document.
    Reference { pointer: String, target: String },
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
    references(&document.root())?;
    let version = document.value.pointer("/info/version");
    version
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| DocumentError::Version {
            found: shown(version),
        })
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "missing".to_owned(), Value::to_string)
}

fn references(node: &Node<'_>) -> Result<(), DocumentError> {
    if let Some(target) = node.text("$ref")
        && node.resolved().value.get("$ref").is_some()
    {
        return Err(DocumentError::Reference {
            pointer: format!("#{}", node.pointer),
            target: target.to_owned(),
        });
    }
    for (key, member) in node.members() {
        // Examples are data: a `$ref` in them is no reference.
        if key != "example" && key != "examples" {
            references(&member)?;
        }
    }
    node.elements().try_for_each(|element| references(&element))
}
