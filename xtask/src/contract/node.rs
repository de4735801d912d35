//! A value of the document with its place.

use indexmap::IndexMap;
use serde_json::Value;

/// References are followed no further than this.
pub const LONGEST_CHAIN: usize = 32;

/// A value of a document, with its place as a JSON pointer.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The whole document.
    pub root: &'a Value,
    /// The value.
    pub value: &'a Value,
    /// The place.
    pub pointer: String,
}

impl<'a> Node<'a> {
    /// The member `key`, references followed.
    pub fn get(&self, key: &str) -> Option<Self> {
        Some(self.raw(key)?.resolved())
    }

    /// The member `key` as it is written.
    pub fn raw(&self, key: &str) -> Option<Self> {
        Some(self.child(key, self.value.get(key)?))
    }

    /// The text under `key`.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// The boolean under `key`; absent means false, as everywhere in OpenAPI 3.0.
    pub fn flag(&self, key: &str) -> bool {
        let value = self.value.get(key).and_then(Value::as_bool);
        value.unwrap_or_default()
    }

    /// The members of an object, as they are written.
    pub fn members(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a, '_> {
        members(Some(self.value)).map(|(key, value)| (key, self.child(key, value)))
    }

    /// The members of an object by their names, as they are written.
    pub fn to_map(&self) -> IndexMap<&'a str, Self> {
        self.members().collect()
    }

    /// The elements of an array, as they are written.
    pub fn elements(&self) -> impl Iterator<Item = Self> + use<'a, '_> {
        let elements = items(Some(self.value)).enumerate();
        elements.map(|(index, value)| self.child(&index.to_string(), value))
    }

    /// What a reference refers to; any other value is itself. So is a reference that leads nowhere,
    /// in a circle, or through more others than [`LONGEST_CHAIN`].
    pub fn resolved(&self) -> Self {
        let mut node = self.clone();
        for _ in 0..LONGEST_CHAIN {
            let Some(target) = node.reference() else {
                return node;
            };
            let Some(value) = self.root.pointer(target) else {
                break;
            };
            node = Self {
                root: self.root,
                value,
                pointer: target.to_owned(),
            };
        }
        self.clone()
    }

    /// The pointer that a `$ref` within this document holds.
    pub fn reference(&self) -> Option<&'a str> {
        self.text("$ref")?.strip_prefix('#')
    }

    /// The name of the component that this refers to.
    pub fn component(&self) -> Option<&'a str> {
        self.reference()?.rsplit('/').next()
    }

    fn child(&self, key: &str, value: &'a Value) -> Self {
        Self {
            root: self.root,
            value,
            pointer: step(&self.pointer, key),
        }
    }
}

/// Appends a name to a JSON pointer.
pub fn step(pointer: &str, name: &str) -> String {
    let mut inner = String::with_capacity(pointer.len() + name.len() + 1);
    inner.push_str(pointer);
    inner.push('/');
    if name.contains('~') || name.contains('/') {
        inner.push_str(&name.replace('~', "~0").replace('/', "~1"));
    } else {
        inner.push_str(name);
    }
    inner
}

/// The text of a member; empty if there is none.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The members of an object; none for any other value.
pub fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, member)| (name.as_str(), member))
}

/// Whether a member with this value means what its absence means, where OpenAPI has a default:
/// false, null or empty.
pub fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Bool(set) => !set,
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Number(_) | Value::String(_) => false,
    }
}

/// The items of an array; none for any other value.
pub fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
