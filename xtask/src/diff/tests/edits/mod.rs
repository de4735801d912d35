//! Random edits of random documents: each is reported with its class, and two at once are both
//! reported.

mod change;
mod documents;
mod operations;
mod schemas;

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use serde_json::Value;
use xtask::contract::Document;

use crate::diff::change::Side;
use crate::diff::{Comparison, Level};

use documents::{OPERATIONS, random};

/// What an edit must be reported as; `None` where it changes nothing.
type Class = Option<Level>;

const BREAKING: Class = Some(Level::Breaking);
const COMPATIBLE: Class = Some(Level::Compatible);
const DOCUMENTATION: Class = Some(Level::Documentation);
const NOTHING: Class = None;

/// A kind of edit.
struct Edit {
    name: &'static str,
    apply: Apply,
}

enum Apply {
    /// To a schema; false if there is nothing to edit. With the classes in a request and in a
    /// response.
    Schema(fn(&mut Value, &mut Rng) -> bool, Class, Class),
    /// To the operation with this number; false if there is nothing to edit.
    Operation(fn(&mut Value, usize) -> bool, Class),
}

fn kinds() -> Vec<Edit> {
    let schemas = schemas::EDITS.iter();
    let schemas = schemas.map(|(name, edit, request, response)| Edit {
        name,
        apply: Apply::Schema(*edit, *request, *response),
    });
    let operations = operations::EDITS.iter();
    let operations = operations.map(|(name, edit, class)| Edit {
        name,
        apply: Apply::Operation(*edit, *class),
    });
    schemas.chain(operations).collect()
}

/// Applies an edit somewhere in an operation, and tells what it must be reported as.
fn apply(edit: &Edit, document: &mut Value, operation: usize, random: &mut Rng) -> Option<Class> {
    match edit.apply {
        Apply::Operation(change, class) => change(document, operation).then_some(class),
        Apply::Schema(change, request, response) => {
            let mut places = documents::schemas(document, operation);
            random.shuffle(&mut places);
            places.into_iter().find_map(|(side, pointer)| {
                // A part of a conjunction does not decide about null alone.
                let part = pointer.rsplit('/').nth(1) == Some("allOf");
                if part && edit.name.starts_with("null ") {
                    return None;
                }
                let schema = document.pointer_mut(&pointer)?;
                let class = match side {
                    Side::Request => request,
                    Side::Response => response,
                };
                change(schema, random).then_some(class)
            })
        }
    }
}

fn compare(base: &Value, revision: &Value) -> Comparison {
    let document = |value: &Value| Document::new(value.clone());
    Comparison::new(&document(base), &document(revision)).expect("both can be compared")
}

fn rules(comparison: &Comparison) -> BTreeSet<&'static str> {
    comparison
        .changes
        .iter()
        .map(|change| change.rule.name)
        .collect()
}

/// How many edits each test makes; `EDITS=10000` asks for more than a quick run needs.
fn edits_wanted() -> usize {
    let wanted = std::env::var("EDITS").ok();
    wanted.map_or(1000, |text| text.parse().expect("EDITS is a number"))
}

#[test]
fn there_are_many_kinds_of_edits() {
    let names: BTreeSet<_> = kinds().into_iter().map(|edit| edit.name).collect();
    assert_eq!(names.len(), kinds().len());
    assert!(names.len() >= 80, "{}", names.len());
}

#[test]
fn every_edit_is_reported_with_its_class() {
    let kinds = kinds();
    let mut random_numbers = Rng::with_seed(1);
    let mut applied: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong: BTreeMap<&str, String> = BTreeMap::new();
    let mut edits = 0;
    while edits < edits_wanted() {
        let base = random(&mut random_numbers);
        for _ in 0..50 {
            let edit = &kinds[random_numbers.usize(..kinds.len())];
            let operation = random_numbers.usize(..OPERATIONS);
            let mut revision = base.clone();
            let Some(class) = apply(edit, &mut revision, operation, &mut random_numbers) else {
                continue;
            };
            edits += 1;
            *applied.entry(edit.name).or_default() += 1;
            let comparison = compare(&base, &revision);
            if comparison.level() != class {
                let found: Vec<_> = comparison
                    .changes
                    .iter()
                    .map(|change| {
                        (
                            change.rule.name,
                            &change.place.pointer,
                            &change.before,
                            &change.after,
                        )
                    })
                    .collect();
                let shown = format!("{class:?} {found:#?}");
                wrong.entry(edit.name).or_insert(shown);
            }
        }
    }
    let names: Vec<_> = wrong.keys().collect();
    assert!(wrong.is_empty(), "{names:?}: {wrong:#?}");
    let never: Vec<_> = kinds
        .iter()
        .filter(|edit| !applied.contains_key(edit.name))
        .collect();
    assert!(never.is_empty(), "never applied: {}", never[0].name);
}

#[test]
fn of_two_edits_both_are_reported() {
    let kinds = kinds();
    let mut random_numbers = Rng::with_seed(2);
    let mut edits = 0;
    while edits < edits_wanted() {
        let base = random(&mut random_numbers);
        for _ in 0..25 {
            let mut chosen = || {
                let edit = &kinds[random_numbers.usize(..kinds.len())];
                (edit, random_numbers.u64(..))
            };
            let edits_of = [chosen(), chosen()];
            // The same place is chosen wherever the same seed is given.
            let edited = |document: &Value, operation: usize| {
                let (edit, seed) = edits_of[operation];
                let mut edited = document.clone();
                let class = apply(edit, &mut edited, operation, &mut Rng::with_seed(seed))?;
                Some((edited, class))
            };
            let (Some((one, first)), Some((other, second))) = (edited(&base, 0), edited(&base, 1))
            else {
                continue;
            };
            let (Some((both, _)), Some((swapped, _))) = (edited(&one, 1), edited(&other, 0)) else {
                continue;
            };
            // Edits of the same place are one edit.
            if both != swapped {
                continue;
            }
            let mut expected = rules(&compare(&base, &one));
            expected.extend(rules(&compare(&base, &other)));
            let class = first.max(second);
            let names = edits_of.map(|(edit, _)| edit.name);
            edits += 2;
            let comparison = compare(&base, &both);
            let found = rules(&comparison);
            let missing: Vec<_> = expected.difference(&found).collect();
            assert!(missing.is_empty(), "{names:?}: {missing:?} of {expected:?}");
            assert_eq!(comparison.level(), class, "{names:?}: {found:?}");
        }
    }
}
