//! A schema with its references followed and its `allOf` taken together, so that two ways of writing the same are the same.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::Value;

use crate::diff::change::Side;
use xtask::contract::Node;

/// `allOf` is not followed deeper than this: a schema that contains itself in this way has no values.
const DEEPEST: usize = 32;

/// A flattened schema.
#[derive(Debug)]
pub(super) struct Schema<'a> {
    /// The schema itself, references followed.
    pub(super) node: Node<'a>,
    /// The component it is, if it is one, even through an `allOf` of one element.
    pub(super) component: Option<&'a str>,
    pub(super) nullable: bool,
    /// The forms of `oneOf` or `anyOf`, without a mere `null`.
    pub(super) variants: Option<Vec<Node<'a>>>,
    pub(super) properties: IndexMap<&'a str, Node<'a>>,
    pub(super) required: BTreeSet<&'a str>,
    keywords: IndexMap<&'a str, Node<'a>>,
}

impl<'a> Schema<'a> {
    pub(super) fn new(node: &Node<'a>) -> Self {
        let component = identity(node);
        let node = node.clone().resolved();
        let mut schema = Self {
            node: node.clone(),
            component,
            nullable: false,
            variants: None,
            properties: IndexMap::new(),
            required: BTreeSet::new(),
            keywords: IndexMap::new(),
        };
        schema.take(&node, 0);
        schema
    }

    /// The value of a keyword, with its place.
    pub(super) fn keyword(&self, key: &str) -> Option<&Node<'a>> {
        self.keywords.get(key)
    }

    /// The type; where none is written, the one that the other keywords imply.
    pub(super) fn kind(&self) -> Option<&'a str> {
        if let Some(kind) = self.keyword("type") {
            return kind.value.as_str();
        }
        if !self.properties.is_empty() || self.keyword("additionalProperties").is_some() {
            return Some("object");
        }
        if self.keyword("items").is_some() {
            return Some("array");
        }
        let values = self.keyword("enum")?.value.as_array()?;
        values.iter().all(Value::is_string).then_some("string")
    }

    /// Whether the member travels in this direction.
    pub(super) fn travels(member: &Node<'a>, side: Side) -> bool {
        let member = member.clone().resolved();
        !member.flag(match side {
            Side::Request => "readOnly",
            Side::Response => "writeOnly",
        })
    }

    /// Takes over what `node` says, unless something nearer to the outside has said it.
    fn take(&mut self, node: &Node<'a>, depth: usize) {
        self.nullable |= node.flag("nullable");
        for (key, value) in node.members() {
            match key {
                "properties" => {
                    for (name, member) in value.members() {
                        self.properties.entry(name).or_insert(member);
                    }
                }
                "required" => self.required.extend(
                    value
                        .value
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str),
                ),
                "oneOf" | "anyOf" => self.take_variants(&value, depth),
                "allOf" | "nullable" => {}
                _ => {
                    self.keywords.entry(key).or_insert(value);
                }
            }
        }
        if depth < DEEPEST
            && let Some(parts) = node.raw("allOf")
        {
            for part in parts.elements() {
                self.take(&part.resolved(), depth + 1);
            }
        }
    }

    /// `oneOf: [X, null]` is how OpenAPI 3.0 says that a reference may be null: the same as X, nullable.
    fn take_variants(&mut self, list: &Node<'a>, depth: usize) {
        let (null, mut forms): (Vec<_>, Vec<_>) = list.elements().partition(is_null);
        self.nullable |= !null.is_empty();
        if !null.is_empty() && forms.len() == 1 && depth < DEEPEST {
            let only = forms.remove(0);
            self.component = self.component.or_else(|| identity(&only));
            self.take(&only.resolved(), depth + 1);
        } else {
            self.variants.get_or_insert_default().extend(forms);
        }
    }
}

/// The component that a schema is.
pub(super) fn identity<'a>(node: &Node<'a>) -> Option<&'a str> {
    node.component().or_else(|| {
        let parts = node.raw("allOf")?;
        let mut parts = parts.elements();
        let only = parts.next()?;
        if parts.next().is_some() {
            None
        } else {
            only.component()
        }
    })
}

fn is_null(schema: &Node<'_>) -> bool {
    schema
        .value
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.iter().all(Value::is_null))
}
