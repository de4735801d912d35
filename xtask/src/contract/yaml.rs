//! The text of the document, read into data with the line of every member.

use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use serde_saphyr::{
    Spanned,
    granit_parser::{Event, Parser, ScalarStyle},
};

use super::node::step;

/// Lists and mappings may be nested this deep.
const DEEPEST: usize = 128;
/// A text may have this many values: several times what the largest public documents have.
const MOST_VALUES: usize = 2_000_000;
/// Plain words that YAML 1.1 takes for booleans, and YAML 1.2 for texts.
const BOOLEANS: [&str; 6] = ["yes", "no", "on", "off", "y", "n"];

/// What a text holds.
#[derive(Debug)]
pub(super) struct Yaml {
    pub(super) value: Value,
    /// The line of each place.
    pub(super) lines: HashMap<String, u64>,
    /// Plain words that other readers take for booleans, with their lines.
    pub(super) booleans: Vec<(u64, String)>,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Yaml, String> {
    let node: Spanned<Node> =
        serde_saphyr::from_str_with_options(text, options()).map_err(|error| explain(&error))?;
    let mut lines = HashMap::new();
    let value = flatten(node, "", &mut lines);
    Ok(Yaml {
        value,
        lines,
        booleans: booleans(text),
    })
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        strict_booleans: true,
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_nodes: MOST_VALUES,
            max_events: 4 * MOST_VALUES,
        },
    }
}

/// The reader's message, without advice on how to call the reader.
fn explain(error: &serde_saphyr::Error) -> String {
    let text = error.render_with_formatter(&serde_saphyr::UserMessageFormatter);
    let place = || match error.location() {
        Some(location) => format!("line {} column {}: ", location.line(), location.column()),
        None => String::new(),
    };
    let deep = text.contains("recursion limit") || text.contains("depth");
    if deep {
        format!(
            "{}lists and mappings are nested more than {DEEPEST} levels deep",
            place()
        )
    } else if text.contains("budget") || text.contains("limit") {
        format!("{}the text has more than {MOST_VALUES} values", place())
    } else {
        text
    }
}

fn booleans(text: &str) -> Vec<(u64, String)> {
    let events = Parser::new_from_str(text).map_while(Result::ok);
    let words = events.filter_map(|(event, span)| match event {
        Event::Scalar(word, ScalarStyle::Plain, ..) if is_boolean(&word) => {
            Some((span.start.line() as u64, word.into_owned()))
        }
        _ => None,
    });
    words.collect()
}

/// Whether a word is written as YAML 1.1 has it: in small letters, in capitals, or with a capital
/// first.
fn is_boolean(word: &str) -> bool {
    let small = word.to_ascii_lowercase();
    let capital = |small: &str| small[..1].to_ascii_uppercase() + &small[1..];
    BOOLEANS.contains(&small.as_str())
        && (word == small || word == small.to_ascii_uppercase() || word == capital(&small))
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
