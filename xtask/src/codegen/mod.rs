//! Writes everything that derives from the OpenAPI document.

mod amend;
mod client;
mod coverage;
mod culprit;
mod examples;
mod generator;
mod mocks;
mod operations;
mod output;
mod prepare;
mod served;

use std::path::Path;

use openapiv3::OpenAPI;
use output::{Outcome, Output};
use xtask::contract::Document;

use crate::{finding, surface::surface_changes};

/// The file whose surface is the client's.
const CLIENT: &str = "crates/ekodb-api/src/generated.rs";

/// Writes the generated files, or compares them. Whether they are fresh now.
pub(crate) fn run(root: &Path, document: &Document, check: bool) -> Result<bool, String> {
    let api: OpenAPI = serde_json::from_value(document.value.clone()).map_err(|error| {
        format!(
            "{} is no OpenAPI 3.0 document: {error}",
            document.path.display()
        )
    })?;
    let outputs = match outputs(root, document, &api) {
        Ok(outputs) => outputs,
        Err(report) => {
            let findings = culprit::find(document, &|part| {
                client::generate(part)
                    .and_then(|_| mocks::generate(part))
                    .err()
            });
            if findings.is_empty() {
                return Err(report);
            }
            finding::print(document, &findings);
            eprintln!("nothing was generated");
            return Ok(false);
        }
    };
    let mut stale = 0;
    let mut client_before = None;
    for output in &outputs {
        let before = match output.settle(root, check)? {
            Outcome::Fresh => {
                crate::terminal::print_line(format_args!("fresh    {}", output.path));
                continue;
            }
            Outcome::Written { before } => {
                crate::terminal::print_line(format_args!("written  {}", output.path));
                before
            }
            Outcome::Stale { before, diff } => {
                crate::terminal::print_line(format_args!("stale    {}\n{diff}", output.path));
                stale += 1;
                before
            }
        };
        if output.path == CLIENT {
            client_before = Some((before, &output.text));
        }
    }
    if let Some((before, after)) = client_before {
        match surface_changes(&before, after) {
            Ok(changes) => crate::terminal::print_line(changes),
            // The file has been put right: how it was before does not matter enough to fail.
            Err(error) => {
                crate::terminal::print_line(format_args!("the client was no Rust before: {error}"))
            }
        }
    }
    let count = document.operations().len();
    crate::terminal::print_line(format_args!(
        "{count} operations from {}",
        document.path.display()
    ));
    if stale > 0 {
        eprintln!(
            "{stale} generated files are stale: run `cargo xtask codegen` and commit what it writes"
        );
    }
    Ok(stale == 0)
}

/// Every generated file.
fn outputs(root: &Path, document: &Document, api: &OpenAPI) -> Result<[Output; 6], String> {
    Ok([
        Output::new(CLIENT, client::generate(api)?)?,
        Output::new(
            "crates/ekodb-api/src/generated_operations.rs",
            operations::generate(document)?,
        )?,
        Output::new(
            "crates/ekodb-api/tests/it/generated_examples.rs",
            examples::generate(document)?,
        )?,
        Output::new(
            "crates/ekodb-httpmock/src/generated.rs",
            mocks::generate(api)?,
        )?,
        Output::page("spec/COVERAGE.md", coverage::generate(root, document)?),
        Output::page(
            "crates/ekodb-emulator/src/docs/ekodb.yaml",
            served::generate(document)?,
        ),
    ])
}
