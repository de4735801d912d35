//! Writes everything that derives from the OpenAPI document.

mod amend;
mod client;
mod coverage;
mod culprit;
mod examples;
mod mocks;
mod operations;
mod output;
mod served;

use std::path::Path;

use openapiv3::OpenAPI;
use output::{Outcome, Output};
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;

use crate::{document::Document, finding, lint, surface::surface_changes};

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
                crate::say(format_args!("fresh    {}", output.path));
                continue;
            }
            Outcome::Written { before } => {
                crate::say(format_args!("written  {}", output.path));
                before
            }
            Outcome::Stale { before, diff } => {
                crate::say(format_args!("stale    {}\n{diff}", output.path));
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
            Ok(changes) => crate::say(changes),
            // The file has been put right: how it was before does not matter enough to fail.
            Err(error) => crate::say(format_args!("the client was no Rust before: {error}")),
        }
    }
    let count = lint::operations(document).len();
    crate::say(format_args!(
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

/// A generator with the settings that client and mocks share: they must agree on the names of types.
fn generator() -> Generator {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::SharedTransport))
        .with_derive("PartialEq")
        // Sorted, so that what is sent and shown does not change from run to run.
        .with_map_type("::std::collections::BTreeMap")
        .with_replacement(
            "SecretString",
            "crate::SecretString",
            [TypeImpl::Default].into_iter(),
        )
        .with_replacement(
            "NullableStringList",
            "crate::Nullable<Vec<String>>",
            [TypeImpl::Default].into_iter(),
        );
    Generator::new(&settings)
}

/// Runs a part of the generator, which panics on some documents. Such a panic is a gap in our lint, and becomes a report.
fn guarded(
    what: &str,
    generate: impl FnOnce() -> Result<TokenStream, progenitor::Error> + std::panic::UnwindSafe,
) -> Result<TokenStream, String> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::panic::catch_unwind(generate);
    std::panic::set_hook(hook);
    match outcome {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(format!("the generator refused {what}: {error}")),
        Err(panic) => {
            let reason = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("it gave no reason");
            Err(format!("the generator gave up on {what}: {reason}"))
        }
    }
}
