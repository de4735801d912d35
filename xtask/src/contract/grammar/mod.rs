//! What OpenAPI 3.0 allows where.

mod table;

use serde_json::Value;

/// A kind of object in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are the objects of the specification")]
pub enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Tag,
    ExternalDocs,
    Components,
    SecurityScheme,
    Flows,
    Flow,
    Path,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    Media,
    Encoding,
    Example,
    Link,
    Schema,
    Discriminator,
    Xml,
}

/// The types of JSON, as far as the members of OpenAPI differ in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are the types of JSON")]
pub enum Type {
    Text,
    Flag,
    Number,
    List,
    Texts,
    Mappings,
    Mapping,
    Any,
}

impl Type {
    /// Whether a value has this type.
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::List => value.is_array(),
            Self::Texts => {
                let texts = value.as_array();
                texts.is_some_and(|texts| texts.iter().all(Value::is_string))
            }
            Self::Mappings => {
                let mappings = value.as_array();
                mappings.is_some_and(|mappings| mappings.iter().all(Value::is_object))
            }
            Self::Mapping => value.is_object(),
            Self::Any => true,
        }
    }

    /// What messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Flag => "a boolean",
            Self::Number => "a number",
            Self::List => "a list",
            Self::Texts => "a list of texts",
            Self::Mappings => "a list of mappings",
            Self::Mapping => "a mapping",
            Self::Any => "anything",
        }
    }
}

/// How a member holds objects.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// It is one.
    One,
    /// It is a list of them.
    List,
    /// It is a mapping from names to them.
    Map,
}

/// A member that is ignored, what that means, and what to write instead.
pub type Ignored = (&'static str, &'static str, &'static str);

/// What an object of a kind may hold.
#[derive(Debug)]
pub struct Grammar {
    /// What messages call it.
    pub name: &'static str,
    /// Its heading in the specification of OpenAPI.
    pub anchor: &'static str,
    /// Where it is under `components`; a kind without a place there cannot be referred to.
    pub component: Option<&'static str>,
    /// The members that it must have, as far as no other rule asks for them.
    pub required: &'static [&'static str],
    /// The members that hold no objects of a kind, with their type; spaces between them.
    pub plain: &'static [(Type, &'static str)],
    /// Those of its members that the generator, the mocks and the table of operations ignore.
    /// Written as `false` or empty, they say nothing.
    pub ignored: &'static [Ignored],
    /// The members that hold objects of a kind.
    pub children: &'static [(&'static str, Shape, Kind)],
}

impl Grammar {
    /// The names of all its members.
    pub fn keys(&self) -> Vec<&'static str> {
        let reference = self.component.map(|_| "$ref");
        let children = self.children.iter().map(|(name, _, _)| *name);
        let plain = self.plain.iter();
        plain
            .flat_map(|(_, names)| names.split_whitespace())
            .chain(children)
            .chain(reference)
            .collect()
    }

    /// The type of a member, if it has such a member.
    pub fn type_of(&self, key: &str) -> Option<Type> {
        let child = self.children.iter().find(|(name, ..)| *name == key);
        let plain = || {
            let mut plain = self.plain.iter();
            plain.find(|(_, names)| names.split_whitespace().any(|name| name == key))
        };
        match child {
            // It may be a boolean.
            Some(("additionalProperties", ..)) => Some(Type::Any),
            Some((_, Shape::List, _)) => Some(Type::List),
            Some(_) => Some(Type::Mapping),
            None if key == "$ref" && self.component.is_some() => Some(Type::Text),
            None => plain().map(|(plain, _)| *plain),
        }
    }
}
