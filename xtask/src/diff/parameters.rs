//! Comparing the parameters of an operation.

use indexmap::IndexMap;
use serde_json::{Value, json};
use xtask::contract::{Node, Operation};

use super::change::{Rule, Side, Which};
use super::rules::exchange as rules;
use super::schema::Schema;
use super::walk::Walk;
use super::{content, member};

/// A parameter is known by its place and its name; in the path, by its position.
type Key = (String, String);

/// What says together how a value is written.
const FORM: [&str; 5] = ["style", "explode", "allowReserved", "content", "schema"];

/// Compares the parameters.
pub(crate) fn compare<'a>(walk: &mut Walk<'a>, base: &Operation<'a>, revision: &Operation<'a>) {
    walk.side(Side::Request, |walk| {
        replaced(walk, Which::Base, base);
        replaced(walk, Which::Revision, revision);
        let (before, mut after) = (parameters(base), parameters(revision));
        for (key, old) in before {
            match after.shift_remove(&key) {
                Some(new) => {
                    walk.meet(&old, &new);
                    pair(walk, &old.resolved(), &new.resolved());
                }
                None => walk.removed(&rules::PARAMETER_REMOVED, &old),
            }
        }
        for new in after.values() {
            // A default does not help: who leaves out what is required is refused.
            let rule = if new.resolved().flag("required") {
                &rules::PARAMETER_ADDED_REQUIRED
            } else {
                &rules::PARAMETER_ADDED_OPTIONAL
            };
            walk.added(rule, new);
        }
    });
}

/// A parameter of the path that the operation replaces says nothing of it.
fn replaced<'a>(walk: &mut Walk<'a>, which: Which, operation: &Operation<'a>) {
    let used = operation.parameters();
    let shared = operation.item.raw("parameters");
    for parameter in shared.iter().flat_map(Node::elements) {
        if !used.values().any(|one| one.pointer == parameter.pointer) {
            walk.coverage.meet(which, None, &parameter);
        }
    }
}

fn parameters<'a>(operation: &Operation<'a>) -> IndexMap<Key, Node<'a>> {
    let all = operation.parameters().into_iter();
    all.map(|((place, name), parameter)| (key(operation, place, name), parameter))
        .collect()
}

fn key(operation: &Operation<'_>, place: &str, name: &str) -> Key {
    let id = match place {
        "path" => {
            position(operation.path, name).map_or_else(|| name.to_owned(), |at| at.to_string())
        }
        // The names of headers do not have a case.
        "header" => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    };
    (place.to_owned(), id)
}

/// The position among the parameters of the path that has this name.
fn position(path: &str, name: &str) -> Option<usize> {
    let holes = path.split('{').skip(1);
    let mut names = holes.filter_map(|rest| Some(rest.split_once('}')?.0));
    names.position(|hole| hole == name)
}

fn pair<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    match old.text("in") {
        Some("path") => member::value(walk, old, new, "name", &rules::PARAMETER_RENAMED),
        // The names of headers do not have a case.
        Some("header") => {
            if let (Some(old), Some(new)) = (old.raw("name"), new.raw("name")) {
                walk.meet(&old, &new);
            }
        }
        _ => {}
    }
    let required = (
        &rules::PARAMETER_BECAME_REQUIRED,
        &rules::PARAMETER_BECAME_OPTIONAL,
    );
    member::required(walk, old, new, required);
    let deprecated = (&rules::PARAMETER_DEPRECATED, &rules::PARAMETER_UNDEPRECATED);
    member::flag(walk, old, new, "deprecated", deprecated);
    let empty = (&rules::EMPTY_VALUE_ALLOWED, &rules::EMPTY_VALUE_FORBIDDEN);
    member::flag(walk, old, new, "allowEmptyValue", empty);
    serialisation(walk, old, new, &rules::PARAMETER_SERIALISATION);
    if old.raw("content").is_some() == new.raw("content").is_some() {
        content::schema(walk, old, new);
        let types = (&rules::REQUEST_TYPE_REMOVED, &rules::REQUEST_TYPE_ADDED);
        content::compare(walk, old, new, types);
    }
    member::texts(walk, old, new, &["description", "example", "examples"]);
}

/// Compares how the value of a parameter or a header is written.
pub(crate) fn serialisation<'a>(
    walk: &mut Walk<'a>,
    old: &Node<'a>,
    new: &Node<'a>,
    rule: &'static Rule,
) {
    let (mut before, after) = (form(old), form(new));
    // A single value is written the same either way.
    if is_single(old) || is_single(new) {
        before["explode"] = after["explode"].clone();
    }
    if before != after {
        // The schemas have been reported only where a content type has taken their place.
        let keys = if before["content"] == after["content"] {
            &FORM[..3]
        } else {
            &FORM
        };
        walk.members(rule, (old, new), keys, (before, after));
    }
}

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
    json!({
        "style": style,
        "explode": explode,
        "allowReserved": parameter.flag("allowReserved"),
        "content": parameter.raw("content").is_some(),
    })
}

fn is_single(parameter: &Node<'_>) -> bool {
    let schema = parameter.get("schema");
    schema.is_some_and(|schema| Schema::new(&[schema]).is_single())
}
