//! A schema as the conjunction of its parts: references followed, `allOf` taken together, so that
//! two ways of writing the same are the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use indexmap::IndexMap;
use serde_json::{Value, json};
use xtask::contract::{Node, step};

use crate::diff::change::Side;

/// Keywords that are for people.
pub(super) const TEXTS: [&str; 4] = ["title", "description", "example", "externalDocs"];

/// The type of a schema whose parts ask for different types.
pub(super) const NOTHING: &str = "nothing";

/// Several schemas that a value must fit all of, taken together.
#[derive(Debug)]
pub(crate) struct Schema<'a> {
    /// The parts, the outermost first, references followed.
    pub(crate) parts: Vec<Node<'a>>,
    /// The component that it is, if it is one, even through an `allOf` of one element.
    pub(super) component: Option<&'a str>,
    /// The choices that a value must make.
    pub(crate) choices: Vec<Choice<'a>>,
    /// The members, each the conjunction of what the parts say of it.
    pub(crate) properties: IndexMap<&'a str, Vec<Node<'a>>>,
    /// The members that must be there, with the places that say so.
    pub(crate) required: IndexMap<&'a str, Node<'a>>,
    /// Choices of nothing but listed texts, which are lists of all these texts.
    pub(crate) listed: Vec<Listed<'a>>,
    /// All other keywords, with their value in each part that has them.
    pub(crate) keywords: IndexMap<&'a str, Vec<Node<'a>>>,
    /// The forms of choices that are none of `choices`: what they say has become part of this
    /// schema.
    pub(super) absorbed: Vec<Node<'a>>,
    /// Whether a choice allows a mere null.
    null_form: bool,
}

/// A `oneOf` or an `anyOf`.
#[derive(Clone, Debug)]
pub(crate) struct Choice<'a> {
    pub(crate) list: Node<'a>,
    /// Whether exactly one form must fit: `oneOf`.
    pub(super) exclusive: bool,
    /// The forms, without a mere null, those of a choice within a choice among them.
    pub(crate) forms: Vec<Node<'a>>,
}

/// A list of texts, one of which a value must be.
#[derive(Clone, Debug)]
pub(crate) struct Listed<'a> {
    pub(crate) list: Node<'a>,
    pub(crate) values: Vec<Node<'a>>,
}

/// What allows null beside something else.
static NULL: LazyLock<Value> = LazyLock::new(|| json!({ "nullable": true }));

/// A schema, or null.
pub(super) fn or_null<'a>(schema: &[Node<'a>]) -> Vec<Node<'a>> {
    let mut parts = schema.to_vec();
    if let Some(first) = schema.first() {
        parts.push(Node {
            root: first.root,
            value: &NULL,
            pointer: step(&first.pointer, "nullable"),
        });
    }
    parts
}

impl<'a> Schema<'a> {
    /// The conjunction of some schemas.
    pub(crate) fn new(nodes: &[Node<'a>]) -> Self {
        let mut schema = Self {
            parts: Vec::new(),
            component: match nodes {
                [only] => component(only),
                _ => None,
            },
            choices: Vec::new(),
            properties: IndexMap::new(),
            required: IndexMap::new(),
            listed: Vec::new(),
            keywords: IndexMap::new(),
            absorbed: Vec::new(),
            null_form: false,
        };
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<Node<'a>> = nodes.iter().rev().cloned().collect();
        while let Some(next) = waiting.pop() {
            let part = next.resolved();
            // A schema that is part of itself says nothing more the second time.
            if seen.insert(part.pointer.clone()) {
                let further = schema.take(&part);
                waiting.extend(further.into_iter().rev());
                schema.parts.push(part);
            }
        }
        schema
    }

    /// Takes over what a part says. Returns the parts that it is made of itself.
    fn take(&mut self, part: &Node<'a>) -> Vec<Node<'a>> {
        let mut further = Vec::new();
        for (key, value) in part.members() {
            match key {
                "allOf" => further.extend(value.elements()),
                "oneOf" | "anyOf" => further.extend(self.take_choice(key, &value)),
                "properties" => {
                    for (name, member) in value.members() {
                        self.properties.entry(name).or_default().push(member);
                    }
                }
                "required" => {
                    for name in value.elements() {
                        if let Some(text) = name.value.as_str() {
                            self.required.entry(text).or_insert(name);
                        }
                    }
                }
                _ => self.keywords.entry(key).or_default().push(value),
            }
        }
        further
    }

    /// A choice of one form is that form; with null beside it, it is that form or null.
    fn take_choice(&mut self, key: &str, list: &Node<'a>) -> Option<Node<'a>> {
        // Of `oneOf`, a form that is listed twice fits nothing.
        let exclusive = key == "oneOf";
        let mut forms: Vec<Node<'a>> = Vec::new();
        let mut nulls: Vec<Node<'a>> = Vec::new();
        let mut opened: BTreeMap<String, usize> = BTreeMap::new();
        let mut waiting: Vec<Node<'a>> = list.elements().collect();
        waiting.reverse();
        while let Some(form) = waiting.pop() {
            let resolved = form.resolved();
            if is_null(&resolved) {
                nulls.push(resolved);
            } else if let Some(inner) = mere_choice(&resolved, key) {
                let times = opened.entry(resolved.pointer.clone()).or_default();
                *times += 1;
                // A second time tells that it is listed twice, which is enough.
                if *times <= 1 + usize::from(exclusive) {
                    waiting.extend(inner.elements().collect::<Vec<_>>().into_iter().rev());
                }
                self.absorbed.push(resolved);
            } else if exclusive || forms.iter().all(|other| other.value != form.value) {
                forms.push(form);
            }
        }
        if exclusive && nulls.len() > 1 {
            forms.append(&mut nulls);
        }
        self.null_form |= !nulls.is_empty();
        self.absorbed.append(&mut nulls);
        if forms.len() > 1 && forms.iter().all(lists_texts) {
            let lists: Vec<Node<'a>> = forms
                .iter()
                .filter_map(|form| form.resolved().raw("enum"))
                .collect();
            let values: Vec<Node<'a>> = lists.iter().flat_map(Node::elements).collect();
            let mut distinct = BTreeSet::new();
            let disjoint = lists.iter().all(|list| {
                let texts: BTreeSet<_> =
                    list.elements().filter_map(|it| it.value.as_str()).collect();
                texts.into_iter().all(|text| distinct.insert(text))
            });
            if disjoint || !exclusive {
                self.take_listed(list, &forms, values);
                return None;
            }
        }
        if let [only] = forms.as_slice() {
            return Some(only.clone());
        }
        self.choices.push(Choice {
            list: list.clone(),
            exclusive: key == "oneOf",
            forms,
        });
        None
    }

    /// A choice of lists of texts is the list of all of them.
    fn take_listed(&mut self, list: &Node<'a>, forms: &[Node<'a>], values: Vec<Node<'a>>) {
        self.listed.push(Listed {
            list: list.clone(),
            values,
        });
        for form in forms.iter().map(Node::resolved) {
            for (key, value) in form.members().filter(|(key, _)| *key != "enum") {
                self.keywords.entry(key).or_default().push(value);
            }
            self.absorbed.push(form);
        }
    }

    /// The values of a keyword in the parts that have it.
    pub(crate) fn all(&self, key: &str) -> &[Node<'a>] {
        self.keywords.get(key).map_or(&[], Vec::as_slice)
    }

    /// The value of a keyword in the outermost part that has it.
    pub(crate) fn first(&self, key: &str) -> Option<&Node<'a>> {
        self.all(key).first()
    }

    /// The first value of a keyword that is true.
    pub(crate) fn flag(&self, key: &str) -> Option<&Node<'a>> {
        self.all(key)
            .iter()
            .find(|node| node.value == &Value::Bool(true))
    }

    /// The type; where none is written, the one that the other keywords imply.
    pub(crate) fn kind(&self) -> Option<&'a str> {
        let mut kind = None;
        for node in self.all("type") {
            kind = match (kind, node.value.as_str()) {
                (None, other) => other,
                (Some("number"), Some("integer")) => Some("integer"),
                (Some("integer"), Some("number")) => kind,
                (one, other) if one == other => one,
                _ => Some(NOTHING),
            };
        }
        if kind.is_some() {
            return kind;
        }
        if !self.properties.is_empty() || self.first("additionalProperties").is_some() {
            return Some("object");
        }
        if self.first("items").is_some() {
            return Some("array");
        }
        if !self.listed.is_empty() {
            return Some("string");
        }
        let values = self.first("enum")?.value.as_array()?;
        values.iter().all(Value::is_string).then_some("string")
    }

    /// Whether null is one of the values: every part with a type must allow it, or a part around
    /// them does, or a form without a type beside it.
    pub(crate) fn nullable(&self) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = match self.allows_null() {
            Ok(answer) => return answer,
            Err(forms) => forms,
        };
        while let Some(form) = waiting.pop() {
            // A form that has been looked at does not allow null.
            if seen.insert(form.resolved().pointer) {
                match Self::new(std::slice::from_ref(&form)).allows_null() {
                    Ok(true) => return true,
                    Ok(false) => {}
                    Err(forms) => waiting.extend(forms),
                }
            }
        }
        false
    }

    /// Whether null is one of the values, or else the forms of which one must allow it.
    fn allows_null(&self) -> Result<bool, Vec<Node<'a>>> {
        let (typed, untyped): (Vec<_>, Vec<_>) = self
            .parts
            .iter()
            .partition(|part| part.value.get("type").is_some());
        let allows = |part: &&Node<'a>| part.flag("nullable");
        if self.null_form || untyped.iter().any(allows) {
            Ok(true)
        } else if typed.is_empty() {
            let choices = self.choices.iter();
            Err(choices.flat_map(|choice| choice.forms.clone()).collect())
        } else {
            Ok(typed.iter().all(allows))
        }
    }

    /// Whether a value is neither a list nor an object, which may be written in several ways.
    pub(crate) fn is_single(&self) -> bool {
        let single = |schema: &Self| {
            let kind = schema.kind();
            kind.is_some_and(|kind| kind != "array" && kind != "object")
        };
        let forms = || self.choices.iter().flat_map(|choice| &choice.forms);
        single(self)
            || (forms().next().is_some()
                && forms().all(|form| single(&Self::new(std::slice::from_ref(form)))))
    }

    /// Whether any value is allowed: nothing is said but for people.
    pub(super) fn is_anything(&self) -> bool {
        let says_nothing = |(key, nodes): (&&str, &Vec<Node<'a>>)| {
            TEXTS.contains(key)
                || ["deprecated", "readOnly", "writeOnly"].contains(key)
                || key.starts_with("x-") && *key != "x-extensible-enum"
                || nodes.iter().all(|node| node.value == &Value::Bool(false))
        };
        self.choices.is_empty()
            && self.listed.is_empty()
            && self.properties.is_empty()
            && self.required.is_empty()
            && self.keywords.iter().all(says_nothing)
    }
}

/// Whether a member travels in this direction.
pub(crate) fn travels(member: &[Node<'_>], side: Side) -> bool {
    let flag = match side {
        Side::Request => "readOnly",
        Side::Response => "writeOnly",
    };
    let parts = ["$ref", "allOf", "oneOf", "anyOf"];
    let plain = |node: &Node<'_>| parts.iter().all(|key| node.value.get(key).is_none());
    if member.iter().all(plain) {
        !member.iter().any(|node| node.flag(flag))
    } else {
        Schema::new(member).flag(flag).is_none()
    }
}

/// The component that a schema is.
pub(super) fn component<'a>(node: &Node<'a>) -> Option<&'a str> {
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

/// Whether a form is nothing but a list of texts.
pub(super) fn lists_texts(form: &Node<'_>) -> bool {
    let form = form.resolved();
    let plain = |(key, value): (&str, Node<'_>)| match key {
        "type" => value.value == "string",
        "enum" => value.elements().all(|one| one.value.is_string()),
        "title" | "description" => true,
        _ => false,
    };
    form.value.get("enum").is_some() && form.members().all(plain)
}

fn is_null(schema: &Node<'_>) -> bool {
    let values = schema.value.get("enum").and_then(Value::as_array);
    let only_null =
        values.is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_null));
    // Some generators mean null by this, though it allows anything.
    only_null || schema.value == &*NULL
}

/// The forms of a schema that is nothing but a choice of this kind.
fn mere_choice<'a>(schema: &Node<'a>, key: &str) -> Option<Node<'a>> {
    let only = schema
        .members()
        .all(|(other, _)| [key, "title", "description"].contains(&other));
    if only { schema.raw(key) } else { None }
}
