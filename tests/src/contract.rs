//! `spec/ekodb.yaml`, read for tests.

use std::path::Path;

use serde_json::Value;
use xtask::contract::{Document, Operation, json_schema};

/// Reads the contract of this repository.
///
/// # Panics
///
/// If the document cannot be read: nothing can be tested then.
pub fn contract() -> Document {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Document::load(&root, Path::new("spec/ekodb.yaml")).unwrap_or_else(|error| panic!("{error}"))
}

/// Checks a reply against the document: the status must be documented, and the body must be valid
/// against the schema given for it, or empty where none is given.
///
/// # Errors
///
/// How the reply differs from the document.
pub fn check_reply(operation: &Operation<'_>, status: u16, body: &[u8]) -> Result<(), String> {
    let response = operation
        .response(status)
        .ok_or_else(|| format!("status {status} is not documented"))?;
    let Some(schema) = response.value.pointer("/content/application~1json/schema") else {
        return if body.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "status {status} has a body, but none is documented"
            ))
        };
    };
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| format!("the body of status {status} is not JSON: {error}"))?;
    let errors: Vec<String> = json_schema::validator(response.root, schema)?
        .iter_errors(&value)
        .map(|error| format!("{} at `{}`", error, error.instance_path()))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(format!("status {status}: {} in {value}", errors.join("; ")))
    }
}
