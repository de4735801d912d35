//! Comparing the parameters of an operation.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::change::Side;
use super::rules::exchange as rules;
use super::walk::Walk;
use super::{content, schema, text};
use xtask::contract::Node;
use xtask::contract::Operation;

/// A parameter is known by where it stands and by its name; in the path, by its turn.
type Key = (String, String);

/// Compares the parameters.
pub(crate) fn compare(walk: &mut Walk, base: &Operation<'_>, revision: &Operation<'_>) {
    walk.side(Side::Request, |walk| {
        let (before, mut after) = (parameters(base), parameters(revision));
        for (key, old) in before {
            match after.shift_remove(&key) {
                Some(new) => pair(walk, &old.resolved(), &new.resolved()),
                None => walk.removed(&rules::PARAMETER_REMOVED, &old),
            }
        }
        for new in after.values() {
            // A default does not help: who leaves out what is required is refused.
            let rule = if new.clone().resolved().flag("required") {
                &rules::PARAMETER_ADDED_REQUIRED
            } else {
                &rules::PARAMETER_ADDED_OPTIONAL
            };
            walk.added(rule, new);
        }
    });
}

fn parameters<'a>(operation: &Operation<'a>) -> IndexMap<Key, Node<'a>> {
    let mut found = IndexMap::new();
    // The operation's own come second, and replace those of the path.
    for holder in [&operation.item, &operation.node] {
        for parameter in holder.raw("parameters").iter().flat_map(Node::elements) {
            found.insert(key(operation, &parameter.clone().resolved()), parameter);
        }
    }
    found
}

fn key(operation: &Operation<'_>, parameter: &Node<'_>) -> Key {
    let (place, name) = (
        parameter.text("in").unwrap_or_default(),
        parameter.text("name").unwrap_or_default(),
    );
    let id = match place {
        "path" => {
            turn(operation.path, name).map_or_else(|| name.to_owned(), |turn| turn.to_string())
        }
        // The names of headers do not have a case.
        "header" => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    };
    (place.to_owned(), id)
}

fn turn(path: &str, name: &str) -> Option<usize> {
    let mut holes = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    holes.position(|hole| hole == name)
}

fn pair(walk: &mut Walk, old: &Node<'_>, new: &Node<'_>) {
    if old.text("in") == Some("path") && old.text("name") != new.text("name") {
        walk.differs(
            &rules::PARAMETER_RENAMED,
            old.raw("name").as_ref(),
            new.raw("name").as_ref(),
        );
    }
    let word = |required| Some(json!(if required { "required" } else { "optional" }));
    let (before, after) = (old.flag("required"), new.flag("required"));
    if before != after {
        let rule = if after {
            &rules::PARAMETER_BECAME_REQUIRED
        } else {
            &rules::PARAMETER_BECAME_OPTIONAL
        };
        walk.note(rule, new, word(before), word(after));
    }
    if !old.flag("deprecated") && new.flag("deprecated") {
        walk.note(
            &rules::PARAMETER_DEPRECATED,
            new,
            Some(json!(false)),
            Some(json!(true)),
        );
    }
    if form(old) != form(new) {
        walk.note(
            &rules::PARAMETER_SERIALISATION,
            new,
            Some(form(old)),
            Some(form(new)),
        );
    }
    if let (Some(old), Some(new)) = (old.raw("schema"), new.raw("schema")) {
        schema::compare(walk, &old, &new);
    }
    content::compare(
        walk,
        old,
        new,
        &rules::REQUEST_TYPE_REMOVED,
        &rules::REQUEST_TYPE_ADDED,
    );
    text::compare(walk, old, new, &["description", "example", "examples"]);
}

/// How the value is written, with the defaults of OpenAPI 3.0 filled in.
fn form(parameter: &Node<'_>) -> Value {
    let usual = if matches!(parameter.text("in"), Some("query" | "cookie")) {
        "form"
    } else {
        "simple"
    };
    let style = parameter.text("style").unwrap_or(usual);
    let explode = parameter
        .value
        .get("explode")
        .and_then(Value::as_bool)
        .unwrap_or(style == "form");
    json!({ "style": style, "explode": explode, "allowReserved": parameter.flag("allowReserved") })
}
