//! References: where they lead, what they hide, and what is made of itself.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use xtask::contract::{Document, Kind, LONGEST_CHAIN, Node, members, step, walk};

use crate::finding::Finding;

/// A schema that is put together from more parts than this costs the tools minutes, and a reader
/// more.
const MOST_PARTS: u64 = 10_000;
/// The keywords by which a schema is put together from others, all of which say something about one
/// value.
const PARTS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    walk::walk(document, &mut |kind, pointer, value| {
        if let Some(Value::String(reference)) = value.get("$ref") {
            let target = reference.strip_prefix('#');
            let exists = target.is_some_and(|target| document.value.pointer(target).is_some());
            if exists {
                kinds(kind, pointer, value, reference, findings);
                circle(document, pointer, value, findings);
            } else {
                findings.push(Finding {
                    rule: "dangling-reference",
                    pointer: step(pointer, "$ref"),
                    problem: format!("`{reference}` leads nowhere"),
                    fix: "name something under `components` of this document, such as `#/components/schemas/Health`".to_owned(),
                });
            }
        }
    });
    Parts::check(document, findings);
}

/// References to another kind of thing, and what is beside a reference.
fn kinds(kind: Kind, pointer: &str, value: &Value, reference: &str, findings: &mut Vec<Finding>) {
    let grammar = kind.grammar();
    let Some(component) = grammar.component else {
        return;
    };
    let home = format!("#/components/{component}/");
    let direct = reference
        .strip_prefix(&home)
        .is_some_and(|name| !name.contains('/'));
    if !direct {
        findings.push(Finding {
            rule: "reference-kind",
            pointer: step(pointer, "$ref"),
            problem: format!(
                "`{reference}` is given where {} is needed, and the generator finds it by its last part only",
                grammar.name
            ),
            fix: format!("refer to something directly under `{home}`"),
        });
    }
    for (key, _) in members(Some(value)).filter(|(key, _)| *key != "$ref") {
        findings.push(Finding {
            rule: "reference-sibling",
            pointer: step(pointer, key),
            problem: format!("`{key}` is next to a `$ref`: OpenAPI 3.0 ignores it"),
            fix: if component == "schemas" {
                "write `allOf: [{ $ref: ... }]` in place of the `$ref` to keep it".to_owned()
            } else {
                format!("move it to `{reference}`, or write the whole thing here")
            },
        });
    }
}

/// A chain of references that never ends; for schemas, the check of their parts finds it.
fn circle(document: &Document, pointer: &str, value: &Value, findings: &mut Vec<Finding>) {
    let node = Node {
        root: &document.value,
        value,
        pointer: pointer.to_owned(),
    };
    if node.resolved().value.get("$ref").is_some() && !pointer.contains("schema") {
        let what = format!("leads back to itself, or through more than {LONGEST_CHAIN} references");
        findings.push(cycle(pointer.to_owned(), &what));
    }
}

fn cycle(pointer: String, what: &str) -> Finding {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    Finding {
        rule: "reference-cycle",
        problem: format!("`{name}` {what}"),
        fix: "let it refer to itself in a member or in the items of a list only".to_owned(),
        pointer,
    }
}

/// How many parts each schema is put together from.
struct Parts<'a> {
    document: &'a Document,
    /// By place; none while the schema is being counted.
    counted: HashMap<String, Option<u64>>,
    cycles: BTreeSet<String>,
}

impl<'a> Parts<'a> {
    fn check(document: &'a Document, findings: &mut Vec<Finding>) {
        let mut parts = Self {
            document,
            counted: HashMap::new(),
            cycles: BTreeSet::new(),
        };
        let mut places = Vec::new();
        walk::schemas(document, &mut |pointer, _| places.push(pointer.to_owned()));
        let mut large: Option<(u64, String)> = None;
        for place in places {
            let count = parts.count(&place);
            // Whatever holds it is larger still: the smallest one is the cause.
            if count > MOST_PARTS && large.as_ref().is_none_or(|(least, _)| count < *least) {
                large = Some((count, place));
            }
        }
        for pointer in &parts.cycles {
            findings.push(cycle(pointer.clone(), "is made of itself"));
        }
        if let (Some((_, pointer)), true) = (large, parts.cycles.is_empty()) {
            findings.push(Finding {
                rule: "schema-size",
                pointer,
                problem: format!("the schema is put together from more than {MOST_PARTS} parts, each counted as often as it is used"),
                fix: "refer to a part once, or make it a member".to_owned(),
            });
        }
    }

    /// The number of parts of the schema at a place, itself counted. An explicit stack: chains may
    /// be long.
    fn count(&mut self, place: &str) -> u64 {
        let mut open = vec![(place.to_owned(), false)];
        while let Some((pointer, entered)) = open.pop() {
            let children = self.children(&pointer);
            if entered {
                let parts = children
                    .iter()
                    .map(|child| self.counted.get(child).copied().flatten().unwrap_or(1));
                let sum = parts.fold(1, u64::saturating_add);
                self.counted.insert(pointer, Some(sum));
                continue;
            }
            match self.counted.get(&pointer) {
                Some(Some(_)) => continue,
                // It is open further out: it holds itself.
                Some(None) => {
                    self.cycles.insert(pointer);
                    continue;
                }
                None => {}
            }
            self.counted.insert(pointer.clone(), None);
            open.push((pointer, true));
            open.extend(children.into_iter().map(|child| (child, false)));
        }
        self.counted.get(place).copied().flatten().unwrap_or(1)
    }

    fn children(&self, pointer: &str) -> Vec<String> {
        let Some(schema) = self.document.value.pointer(pointer) else {
            return Vec::new();
        };
        let reference = schema.get("$ref").and_then(Value::as_str);
        let mut children: Vec<String> = reference
            .and_then(|reference| reference.strip_prefix('#'))
            .map(str::to_owned)
            .into_iter()
            .collect();
        for key in PARTS {
            let list = schema.get(key).and_then(Value::as_array);
            for index in 0..list.map_or(0, Vec::len) {
                children.push(step(&step(pointer, key), &index.to_string()));
            }
        }
        if schema.get("not").is_some() {
            children.push(step(pointer, "not"));
        }
        children
    }
}
