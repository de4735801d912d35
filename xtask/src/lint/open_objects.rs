//! Replies keep what a newer server adds.

use std::collections::HashSet;

use xtask::contract::{Document, Node};

use crate::finding::Finding;

/// Objects that drop members.
pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    schemas(document, &mut |schema| {
        if schema.raw("properties").is_some() && schema.raw("additionalProperties").is_none() {
            findings.push(Finding {
                rule: "lossy-reply",
                pointer: schema.pointer.clone(),
                problem:
                    "the object is part of a reply, and drops the members that a newer server adds"
                        .to_owned(),
                fix: "write `additionalProperties: {}` to keep them".to_owned(),
            });
        }
    });
}

/// Lists of values that cannot grow. One value alone is a constant, which tells the forms of a
/// choice apart.
pub(super) fn closed_lists(document: &Document, findings: &mut Vec<Finding>) {
    schemas(document, &mut |schema| {
        let Some(list) = schema.raw("enum") else {
            return;
        };
        let values = list.elements().filter(|one| !one.value.is_null()).count();
        if values > 1 {
            findings.push(Finding {
                rule: "closed-list",
                pointer: list.pointer,
                problem:
                    "the list is part of a reply, which cannot be read if a newer server sends another value"
                        .to_owned(),
                fix: "write `x-extensible-enum`, which names the known values and allows others"
                    .to_owned(),
            });
        }
    });
}

/// Shows every schema of a reply to `visit`, shared ones once.
fn schemas<'a>(document: &'a Document, visit: &mut dyn FnMut(&Node<'a>)) {
    let mut replies = Replies {
        seen: HashSet::new(),
        visit,
    };
    for operation in document.operations() {
        for response in operation.responses().values() {
            replies.response(response);
        }
    }
}

struct Replies<'a, 'v> {
    /// The references that have been followed.
    seen: HashSet<&'a str>,
    visit: &'v mut dyn FnMut(&Node<'a>),
}

impl<'a> Replies<'a, '_> {
    fn response(&mut self, response: &Node<'a>) {
        let response = self.follow(response);
        let content = response.and_then(|response| response.raw("content"));
        for (_, media) in content.iter().flat_map(Node::members) {
            if let Some(schema) = media.raw("schema") {
                self.schema(&schema);
            }
        }
    }

    fn schema(&mut self, schema: &Node<'a>) {
        let Some(schema) = self.follow(schema) else {
            return;
        };
        (self.visit)(&schema);
        for (_, member) in schema.raw("properties").iter().flat_map(Node::members) {
            self.schema(&member);
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(inner) = schema.raw(keyword) {
                self.schema(&inner);
            }
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            for part in schema.raw(keyword).iter().flat_map(Node::elements) {
                self.schema(&part);
            }
        }
    }

    /// What a reference leads to, and anything else itself; none where it has been seen.
    fn follow(&mut self, node: &Node<'a>) -> Option<Node<'a>> {
        match node.text("$ref") {
            Some(reference) if !self.seen.insert(reference) => None,
            _ => Some(node.resolved()),
        }
    }
}
