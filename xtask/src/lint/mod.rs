//! What is wrong with the document, and what to write instead.
//!
//! The generator panics without a place, and ignores keys that it does not know: a misspelt method makes an operation vanish.
//! [`essentials`] are the rules against that, which run before every generation. [`all`] adds what the document owes its readers.

mod components;
mod examples;
mod grammar;
mod keys;
mod names;
mod operations;
mod parameters;
mod paths;
mod prose;
mod references;
mod replies;
mod responses;
mod schemas;
mod structure;
mod walk;

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    document::{Document, step},
    finding::Finding,
};

/// The methods of an OpenAPI path item.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What would make the generator panic, or leave something out in silence.
pub(crate) fn essentials(document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !document.value.is_object() {
        return vec![Finding {
            rule: "document-shape",
            pointer: String::new(),
            problem: "the document is no mapping".to_owned(),
            mend: "begin it with `openapi: 3.0.3`, `info:` and `paths:`".to_owned(),
        }];
    }
    version(document, &mut findings);
    keys::check(document, &mut findings);
    references::check(document, &mut findings);
    names::check(document, &mut findings);
    operations::check(document, &mut findings);
    paths::check(document, &mut findings);
    parameters::check(document, &mut findings);
    responses::check(document, &mut findings);
    schemas::check(document, &mut findings);
    replies::check(document, &mut findings);
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
    prose::check(document, &mut findings);
    examples::check(document, &mut findings);
    components::check(document, &mut findings);
    // A shared response is found once for each operation that refers to it.
    let mut seen = HashSet::new();
    findings.retain(|finding| seen.insert((finding.rule, finding.pointer.clone())));
    findings
}

fn version(document: &Document, findings: &mut Vec<Finding>) {
    let version = document
        .value
        .get("openapi")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !version.starts_with("3.0.") {
        findings.push(Finding {
            rule: "openapi-version",
            pointer: "/openapi".to_owned(),
            problem: format!(
                "the document says OpenAPI `{version}`, which the generator does not read"
            ),
            mend: "write `openapi: 3.0.3`".to_owned(),
        });
    }
}

/// An operation of the document.
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
    /// The path item around it.
    pub(crate) item: &'a Value,
}

impl Operation<'_> {
    /// How to speak of it: its id, or else its method and path.
    pub(crate) fn name(&self) -> String {
        match self.value.get("operationId").and_then(Value::as_str) {
            Some(id) => format!("`{id}`"),
            None => format!("`{} {}`", self.method.to_uppercase(), self.path),
        }
    }
}

/// Every operation, in the order of the document's paths.
pub(crate) fn operations(document: &Document) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for (path, item) in members(document.value.get("paths")) {
        for method in METHODS {
            if let Some(value) = item.get(method) {
                let pointer = step(&step("/paths", path), method);
                operations.push(Operation {
                    path,
                    method,
                    pointer,
                    value,
                    item,
                });
            }
        }
    }
    operations
}

/// The members of an object; none for anything else.
pub(crate) fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, member)| (name.as_str(), member))
}

/// The items of an array; none for anything else.
pub(crate) fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
