//! Keys that OpenAPI 3.0 does not have, which the generator ignores in silence, and keys that it
//! asks for.

use crate::finding::Finding;
use xtask::contract::{Document, Kind, members, says_nothing, step, walk::walk};

const EXTENSIONS: &[&str] = &[
    "x-ekodb-privilege",
    "x-ekodb-idempotent",
    "x-ekodb-evidence",
    "x-ekodb-assumption",
];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    walk(document, &mut |kind, pointer, value| {
        let grammar = kind.grammar();
        let known = grammar.keys();
        for (key, _) in members(Some(value)) {
            let place = step(pointer, key);
            if !key.starts_with("x-") && !known.contains(&key) {
                findings.push(unknown(&place, grammar.name, key, &known));
            }
            if key.starts_with("x-ekodb-")
                && !(kind == Kind::Operation && EXTENSIONS.contains(&key))
            {
                findings.push(unknown(&place, grammar.name, key, EXTENSIONS));
            }
        }
        for (key, consequence, instead) in grammar.ignored {
            if value.get(key).is_some_and(|value| !says_nothing(value)) {
                findings.push(Finding {
                    rule: "keyword-ignored",
                    pointer: step(pointer, key),
                    problem: format!("`{key}` of {} is ignored: {consequence}", grammar.name),
                    fix: (*instead).to_owned(),
                });
            }
        }
        for key in grammar.required {
            if value.get(key).is_none() && value.get("$ref").is_none() {
                findings.push(Finding {
                    rule: "missing-key",
                    pointer: pointer.to_owned(),
                    problem: format!("{} has no `{key}`", grammar.name),
                    fix: format!("write `{key}:`"),
                });
            }
        }
    });
}

fn unknown(pointer: &str, what: &str, key: &str, known: &[&str]) -> Finding {
    let nearest = known
        .iter()
        .max_by(|a, b| likeness(a, key).total_cmp(&likeness(b, key)));
    let fix = match nearest {
        Some(near) if *near == key => format!("`{key}` belongs to an operation: move it there"),
        Some(near) if likeness(near, key) > 0.6 => format!("write `{near}`, or remove it"),
        _ => "remove it, or begin it with `x-`".to_owned(),
    };
    Finding {
        rule: "unknown-key",
        pointer: pointer.to_owned(),
        problem: format!("{what} has no member `{key}` in OpenAPI 3.0: it would be ignored"),
        fix,
    }
}

fn likeness(one: &str, other: &str) -> f32 {
    similar::TextDiff::from_chars(one, other).ratio()
}
