//! One OpenAPI document, and places in it.

use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;

/// A document whose references are known to lead somewhere.
#[derive(Debug)]
pub(crate) struct Document {
    root: Value,
}

/// Why a document cannot be compared.
#[derive(Debug, PartialEq)]
pub(crate) enum DocumentError {
    /// A `$ref` that leads nowhere, or out of the document.
    Reference { pointer: String, target: String },
    /// `info.version` is missing or not a semantic version.
    Version { found: String },
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
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

impl Document {
    /// Takes a document, if every reference in it can be followed.
    pub(crate) fn new(root: Value) -> Result<Self, DocumentError> {
        check_references(&root, &root, "#")?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> Node<'_> {
        Node {
            document: self,
            value: &self.root,
            pointer: "#".to_owned(),
        }
    }

    /// The version under `info`.
    pub(crate) fn version(&self) -> Result<semver::Version, DocumentError> {
        let found = self.root.pointer("/info/version");
        found
            .and_then(Value::as_str)
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| DocumentError::Version {
                found: found.map_or_else(|| "missing".to_owned(), Value::to_string),
            })
    }
}

/// A value in a document, together with the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    document: &'a Document,
    pub(crate) value: &'a Value,
    pub(crate) pointer: String,
}

impl<'a> Node<'a> {
    /// The member `key`, with references followed.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        Some(self.raw(key)?.resolved())
    }

    /// The member `key` as it stands.
    pub(crate) fn raw(&self, key: &str) -> Option<Self> {
        Some(self.child(key, self.value.get(key)?))
    }

    /// The text under `key`.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// The truth value under `key`; absent means false, as everywhere in OpenAPI 3.0.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.value
            .get(key)
            .and_then(Value::as_bool)
            .unwrap_or_default()
    }

    /// The members of an object, as they stand.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a, '_> {
        self.value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), self.child(key, value)))
    }

    /// The members of an object by their names, as they stand.
    pub(crate) fn to_map(&self) -> IndexMap<&'a str, Self> {
        self.members().collect()
    }

    /// The elements of an array, as they stand.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Self> + use<'a, '_> {
        let elements = self.value.as_array().into_iter().flatten().enumerate();
        elements.map(|(index, value)| self.child(&index.to_string(), value))
    }

    /// What a reference refers to; any other value is itself.
    pub(crate) fn resolved(mut self) -> Self {
        // A reference to a reference to itself would never end: no chain is longer than this.
        for _ in 0..32 {
            let Some(target) = reference(self.value) else {
                break;
            };
            // `Document::new` has followed every reference.
            let Some(value) = follow(&self.document.root, target) else {
                break;
            };
            self = Self {
                document: self.document,
                value,
                pointer: target.to_owned(),
            };
        }
        self
    }

    /// The name of the component that this refers to.
    pub(crate) fn component(&self) -> Option<&'a str> {
        reference(self.value)?.rsplit('/').next()
    }

    fn child(&self, key: &str, value: &'a Value) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self {
            document: self.document,
            value,
            pointer: format!("{}/{key}", self.pointer),
        }
    }
}

fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

fn follow<'a>(root: &'a Value, target: &str) -> Option<&'a Value> {
    root.pointer(target.strip_prefix('#')?)
}

fn check_references(root: &Value, value: &Value, pointer: &str) -> Result<(), DocumentError> {
    if let Some(target) = reference(value)
        && follow(root, target).is_none()
    {
        return Err(DocumentError::Reference {
            pointer: pointer.to_owned(),
            target: target.to_owned(),
        });
    }
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                // Examples are data: a `$ref` in them is no reference.
                if key != "example" && key != "examples" {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    check_references(root, member, &format!("{pointer}/{key}"))?;
                }
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                check_references(root, element, &format!("{pointer}/{index}"))?;
            }
        }
        _ => {}
    }
    Ok(())
}
