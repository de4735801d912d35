//! Every object of the document, each with its kind and its place.

use serde_json::Value;

use super::document::Document;
use super::grammar::{Kind, Shape};
use super::node::{items, members, step};

/// Shows every object to `visit`, an outer one before those within it.
pub fn walk<'a>(document: &'a Document, visit: &mut dyn FnMut(Kind, &str, &'a Value)) {
    object(Kind::Document, "", &document.value, visit);
}

/// Shows every schema to `visit`.
pub fn schemas<'a>(document: &'a Document, visit: &mut dyn FnMut(&str, &'a Value)) {
    walk(document, &mut |kind, pointer, value| {
        if kind == Kind::Schema {
            visit(pointer, value);
        }
    });
}

fn object<'a>(
    kind: Kind,
    pointer: &str,
    value: &'a Value,
    visit: &mut dyn FnMut(Kind, &str, &'a Value),
) {
    // `additionalProperties` may be a boolean; what else is not a mapping is found by the rule on
    // structure.
    if !value.is_object() {
        return;
    }
    visit(kind, pointer, value);
    for (name, shape, kind) in kind.grammar().children {
        let Some(child) = value.get(name) else {
            continue;
        };
        let place = step(pointer, name);
        match shape {
            Shape::One => object(*kind, &place, child, visit),
            Shape::List => {
                for (index, item) in items(Some(child)).enumerate() {
                    object(*kind, &step(&place, &index.to_string()), item, visit);
                }
            }
            Shape::Map => {
                for (key, member) in members(Some(child)) {
                    if !key.starts_with("x-") || *kind == Kind::Schema {
                        object(*kind, &step(&place, key), member, visit);
                    }
                }
            }
        }
    }
}
