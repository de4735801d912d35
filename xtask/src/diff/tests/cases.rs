//! The table in `cases.yaml`: for each case a fragment before and after, and every change that must
//! be found.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::compare;
use crate::diff::{Comparison, Level, rules};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// What the fragments stand for.
    of: Of,
    base: Value,
    revision: Value,
    /// The rules that must fire and no others, each with its level.
    expect: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Of {
    Document,
    Operation,
    RequestSchema,
    ResponseSchema,
}

fn cases() -> Vec<Case> {
    serde_saphyr::from_str(include_str!("cases.yaml")).expect("the table of cases is sound")
}

fn wrap(of: Of, fragment: &Value) -> Value {
    let operation = match of {
        Of::Document => return fragment.clone(),
        Of::Operation => fragment.clone(),
        Of::RequestSchema => {
            json!({ "requestBody": { "content": { "application/json": { "schema": fragment } } } })
        }
        Of::ResponseSchema => json!({
            "responses": { "200": { "description": "Done.", "content": { "application/json": { "schema": fragment } } } }
        }),
    };
    let components = json!({ "schemas": {
        "Cat": { "type": "object", "properties": { "claws": { "type": "integer" } } },
        "Dog": { "type": "object", "properties": { "bark": { "type": "string" } } },
        "Fish": { "type": "object", "properties": { "fins": { "type": "integer" } } },
        "Node": { "type": "object", "properties": { "next": { "$ref": "#/components/schemas/Node" } } },
    } });
    let mut whole = json!({ "operationId": "do_it" });
    super::merge(&mut whole, &operation);
    json!({ "paths": { "/things/{id}": { "post": whole } }, "components": components })
}

fn found(comparison: &Comparison) -> BTreeMap<String, String> {
    comparison
        .changes
        .iter()
        .map(|change| (change.rule.name.to_owned(), change.level.to_string()))
        .collect()
}

#[test]
fn each_case_finds_its_changes_and_no_others() {
    let mut wrong = Vec::new();
    for case in cases() {
        let found = found(&compare(
            &wrap(case.of, &case.base),
            &wrap(case.of, &case.revision),
        ));
        if found != case.expect {
            wrong.push(format!(
                "{}\n  expected {:?}\n  found    {found:?}",
                case.name, case.expect
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_names_of_cases_are_unique() {
    let mut names = BTreeSet::new();
    let twice: Vec<_> = cases()
        .into_iter()
        .map(|case| case.name)
        .filter(|name| !names.insert(name.clone()))
        .collect();
    assert!(twice.is_empty(), "named twice: {twice:?}");
}

#[test]
fn every_rule_has_a_case() {
    let covered: BTreeSet<_> = cases()
        .into_iter()
        .flat_map(|case| case.expect.into_keys())
        .collect();
    let bare: Vec<_> = rules::all()
        .map(|rule| rule.name)
        .filter(|name| !covered.contains(*name))
        .collect();
    assert!(bare.is_empty(), "no case for {bare:?}");
}

#[test]
fn the_names_of_rules_are_unique_and_in_kebab_case() {
    let mut names = BTreeSet::new();
    for rule in rules::all() {
        assert!(
            names.insert(rule.name),
            "two rules are called {}",
            rule.name
        );
        let kebab = rule
            .name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '-');
        assert!(kebab, "{} is not in kebab case", rule.name);
    }
}

#[test]
fn a_document_does_not_differ_from_itself() {
    for case in cases() {
        for fragment in [&case.base, &case.revision] {
            let whole = wrap(case.of, fragment);
            let comparison = compare(&whole, &whole);
            assert!(
                comparison.changes.is_empty(),
                "{}: {:?}",
                case.name,
                comparison.changes
            );
        }
    }
}

#[test]
fn a_schema_change_that_breaks_requests_one_way_is_compatible_the_other_way() {
    for case in cases()
        .iter()
        .filter(|case| matches!(case.of, Of::RequestSchema))
    {
        let forth = compare(&wrap(case.of, &case.base), &wrap(case.of, &case.revision));
        if case
            .expect
            .keys()
            .any(|name| name.ends_with("-tightened") || name.ends_with("-narrowed"))
            // What is wider in one respect and narrower in another breaks either way.
            && !case.expect.keys().any(|name| name.ends_with("-widened"))
        {
            let back = compare(&wrap(case.of, &case.revision), &wrap(case.of, &case.base));
            assert_eq!(forth.level(), Some(Level::Breaking), "{}", case.name);
            assert_eq!(back.level(), Some(Level::Compatible), "{}", case.name);
        }
    }
}
