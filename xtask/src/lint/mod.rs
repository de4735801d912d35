//! What is wrong with the document, and what to write instead.
//!
//! The generator panics without a place, and ignores keys that it does not know: a misspelt method
//! makes an operation vanish. [`essentials`] are the rules against that, which run before every
//! generation. [`all`] adds what the document owes its readers.

mod components;
mod derived_types;
mod descriptions;
mod examples;
mod hand_written;
mod name_clashes;
mod open_objects;
mod operations;
mod parameters;
mod paths;
mod references;
mod responses;
mod schemas;
mod structure;
mod unknown_keys;

use std::collections::HashSet;

use xtask::contract::{Document, text};

use crate::finding::Finding;

/// What makes following references endless, or nearly so.
const ENDLESS: [&str; 2] = ["reference-cycle", "schema-size"];

/// What would make the generator panic, or leave something out in silence.
pub(crate) fn essentials(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !document.value.is_object() {
        return vec![Finding {
            rule: "document-shape",
            pointer: String::new(),
            problem: "the document is not a mapping".to_owned(),
            fix: "begin it with `openapi: 3.0.3`, `info:` and `paths:`".to_owned(),
        }];
    }
    version(document, &mut findings);
    booleans(document, &mut findings);
    references::check(document, &mut findings);
    // The other rules follow references: they would not end.
    if is_endless(&findings) {
        return findings;
    }
    unknown_keys::check(document, &mut findings);
    name_clashes::check(document, &mut findings);
    derived_types::check(document, &mut findings);
    operations::check(document, &mut findings);
    paths::check(document, &mut findings);
    parameters::check(document, &mut findings);
    responses::check(document, &mut findings);
    schemas::check(document, &mut findings);
    hand_written::check(document, &mut findings);
    open_objects::check(document, &mut findings);
    structure::check(document, &mut findings);
    // What a path shares among its operations is found once for each.
    let mut seen = HashSet::new();
    findings.retain(|finding| {
        seen.insert((
            finding.rule,
            finding.pointer.clone(),
            finding.problem.clone(),
        ))
    });
    findings
}

/// Everything that is wrong with the document.
pub(crate) fn all(document: &Document) -> Vec<Finding> {
    let mut findings = essentials(document);
    if is_endless(&findings) {
        return findings;
    }
    descriptions::check(document, &mut findings);
    examples::check(document, &mut findings);
    open_objects::closed_lists(document, &mut findings);
    components::check(document, &mut findings);
    // A shared response is found once for each operation that refers to it.
    let mut seen = HashSet::new();
    findings.retain(|finding| seen.insert((finding.rule, finding.pointer.clone())));
    findings
}

fn is_endless(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| ENDLESS.contains(&finding.rule))
}

/// Texts that readers of YAML 1.1 take for booleans: this document is read by other tools too.
fn booleans(document: &Document, findings: &mut Vec<Finding>) {
    for (pointer, word) in document.booleans() {
        findings.push(Finding {
            rule: "yaml-boolean",
            pointer: pointer.to_owned(),
            problem: format!("`{word}` is a text here, and a boolean to readers of YAML 1.1"),
            fix: format!("write `'{word}'`, or `true` or `false` if that is meant"),
        });
    }
}

fn version(document: &Document, findings: &mut Vec<Finding>) {
    let version = text(&document.value, "openapi");
    if !version.starts_with("3.0.") {
        findings.push(Finding {
            rule: "openapi-version",
            pointer: "/openapi".to_owned(),
            problem: format!(
                "the document says OpenAPI `{version}`, which the generator does not read"
            ),
            fix: "write `openapi: 3.0.3`".to_owned(),
        });
    }
}
