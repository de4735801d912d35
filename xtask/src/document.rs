//! The OpenAPI document as data, with the line of every member.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

/// The OpenAPI document.
pub(crate) struct Document {
    /// Its path as given.
    pub(crate) path: PathBuf,
    /// It as it is written.
    pub(crate) text: String,
    /// Its content.
    pub(crate) value: Value,
    lines: HashMap<String, u64>,
}

impl Document {
    pub(crate) fn load(root: &Path, path: &Path) -> Result<Self, String> {
        let file = root.join(path);
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        Self::parse(path, text)
    }

    /// The document that this text is; the path is for messages.
    pub(crate) fn parse(path: &Path, text: String) -> Result<Self, String> {
        let node: Spanned<Node> = serde_saphyr::from_str(&text)
            .map_err(|error| format!("{} is no valid YAML:\n{error}", path.display()))?;
        let mut lines = HashMap::new();
        let value = flatten(node, "", &mut lines);
        Ok(Self {
            path: path.to_owned(),
            text,
            value,
            lines,
        })
    }

    /// The line of a JSON pointer, or of the nearest thing around it.
    pub(crate) fn line(&self, pointer: &str) -> u64 {
        let mut pointer = pointer;
        loop {
            if let Some(line) = self.lines.get(pointer) {
                return *line;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return 1,
            }
        }
    }

    /// How to speak of the operation that a JSON pointer leads into: its id, or else its method and path.
    pub(crate) fn operation(&self, pointer: &str) -> Option<String> {
        let mut steps = pointer.strip_prefix("/paths/")?.split('/');
        let (path, method) = (steps.next()?, steps.next()?);
        let operation = self.value.pointer(&format!("/paths/{path}/{method}"))?;
        // Beside operations a path has parameters and texts.
        operation.get("responses")?;
        Some(match operation.get("operationId").and_then(Value::as_str) {
            Some(id) => format!("`{id}`"),
            None => format!(
                "`{} {}`",
                method.to_uppercase(),
                path.replace("~1", "/").replace("~0", "~")
            ),
        })
    }

    /// What a `$ref` of this document leads to; a value without one is itself.
    pub(crate) fn resolve<'a>(&'a self, mut node: &'a Value) -> &'a Value {
        // A chain of references that goes round is given up: each step is a finding of its own or none.
        for _ in 0..32 {
            let target = node
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| reference.strip_prefix('#'))
                .and_then(|pointer| self.value.pointer(pointer));
            match target {
                Some(target) => node = target,
                None => return node,
            }
        }
        node
    }
}

/// Writes a name as a step of a JSON pointer.
pub(crate) fn step(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn flatten(node: Spanned<Node>, pointer: &str, lines: &mut HashMap<String, u64>) -> Value {
    let line = node.referenced.line();
    lines.entry(pointer.to_owned()).or_insert(line);
    let mut child = |name: &str, node, line: Option<u64>| {
        let inner = step(pointer, name);
        if let Some(line) = line {
            lines.insert(inner.clone(), line);
        }
        flatten(node, &inner, lines)
    };
    match node.value {
        Node::Scalar(value) => value,
        Node::List(items) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| child(&index.to_string(), item, None))
            .collect(),
        Node::Map(members) => members
            .into_iter()
            .map(|(name, member)| {
                let value = child(&name.value, member, Some(name.referenced.line()));
                (name.value, value)
            })
            .collect::<Map<String, Value>>()
            .into(),
    }
}

/// A node of the document, its children with their places.
enum Node {
    Scalar(Value),
    List(Vec<Spanned<Node>>),
    Map(Vec<(Spanned<String>, Spanned<Node>)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, a list or a mapping")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(member) = members.next_entry()? {
            map.push(member);
        }
        Ok(Node::Map(map))
    }
}
