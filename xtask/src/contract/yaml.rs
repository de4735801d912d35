//! The text of the document, read into data with the line of every member.

use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

use super::node::step;

/// The data of a text, and the line of each place in it.
pub(super) fn read(text: &str) -> Result<(Value, HashMap<String, u64>), String> {
    let node: Spanned<Node> = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let mut lines = HashMap::new();
    let value = flatten(node, "", &mut lines);
    Ok((value, lines))
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
