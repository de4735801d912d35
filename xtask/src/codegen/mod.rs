//! Writes everything that derives from the OpenAPI document.

mod amend;
mod body_types;
mod coverage;
mod doc_text;
mod emulator_document;
mod example_tests;
mod generator;
mod locate_failure;
mod operations_table;
mod output;
mod rewrite_send;
mod split;
mod verify_types;

use std::path::Path;

use openapiv3::OpenAPI;
use syn::parse_quote;
use xtask::contract::Document;

use self::output::{Output, Stale};
use crate::{
    finding::{self, Finding},
    surface::surface_changes,
    terminal::print_line,
};

/// The folders that hold generated files only.
const CLIENT: &str = "crates/ekodb-api/src/generated";
const MOCKS: &str = "crates/ekodb-httpmock/src/generated";
/// The page about what is known of each operation, and what serves it.
const COVERAGE: &str = "spec/COVERAGE.md";
/// The parts of the client that have a surface, each with the module that it is in the client.
const SURFACE: [(&str, &str); 3] = [
    ("types.rs", "types"),
    ("builder.rs", "builder"),
    ("client.rs", "client"),
];

/// Why nothing was generated.
enum Failure {
    /// The document is at fault.
    Findings(Vec<Finding>),
    Other(String),
}

/// Writes the generated files, or compares them. Returns whether they are fresh now.
pub(crate) fn run(root: &Path, document: &Document, check: bool) -> Result<bool, String> {
    let (outputs, unread) = match outputs(root, document) {
        Ok(found) => found,
        Err(Failure::Other(report)) => return Err(report),
        Err(Failure::Findings(findings)) => {
            finding::print(document, &findings);
            eprintln!("nothing was generated");
            return Ok(false);
        }
    };
    let lock = if check {
        None
    } else {
        Some(output::lock(root)?)
    };
    let leftovers = output::leftovers(root, &[CLIENT, MOCKS], &outputs)?;
    let states = outputs
        .iter()
        .map(|output| Ok((output, output.stale(root)?)));
    let states = states.collect::<Result<Vec<(&Output, Option<Stale>)>, String>>()?;
    let stale: Vec<&Output> = states
        .iter()
        .filter_map(|(output, stale)| stale.as_ref().map(|_| *output))
        .collect();
    if !check {
        output::replace(root, &stale, &leftovers)?;
    }
    drop(lock);
    for (output, state) in &states {
        match state {
            None => print_line(format_args!("fresh    {}", output.path)),
            Some(_) if !check => print_line(format_args!("written  {}", output.path)),
            Some(Stale { before }) => {
                print_line(format_args!(
                    "stale    {}\n{}",
                    output.path,
                    output.diff(before)
                ));
            }
        }
    }
    for path in &leftovers {
        let word = if check { "left over" } else { "removed " };
        print_line(format_args!(
            "{word} {}",
            path.strip_prefix(root).unwrap_or(path).display()
        ));
    }
    say_surface(&states);
    let count = document.operations().len();
    print_line(format_args!(
        "{count} operations from {}",
        document.path.display()
    ));
    let wrong = stale.len() + leftovers.len();
    if check && wrong > 0 {
        eprintln!(
            "{wrong} generated files are stale: run `cargo xtask codegen` and commit what it writes"
        );
    }
    if let Some(report) = &unread {
        // The page is read out of sources that may need the generated files to be right again.
        eprintln!("{COVERAGE} stays as it is: {report}");
    }
    Ok(!check || (wrong == 0 && unread.is_none()))
}

/// Says what the changes mean to code that is written against the client.
fn say_surface(states: &[(&Output, Option<Stale>)]) {
    let parts = SURFACE.map(|(file, module)| {
        let path = format!("{CLIENT}/{file}");
        let part = states.iter().find(|(output, _)| output.path == path);
        let (after, before) = part.map_or(("", None), |(output, state)| {
            let before = state.as_ref().map(|state| state.before.as_str());
            (output.text.as_str(), before)
        });
        (module, before, after)
    });
    if parts.iter().all(|(_, before, _)| before.is_none()) {
        return;
    }
    let source = |text: &dyn Fn(Option<&str>, &str) -> String| {
        let modules = parts.iter().map(|(module, before, after)| match *module {
            "client" => text(*before, after),
            module => format!("pub mod {module} {{ {} }}\n", text(*before, after)),
        });
        modules.collect::<String>()
    };
    let before = source(&|before, after| before.unwrap_or(after).to_owned());
    let after = source(&|_, after| after.to_owned());
    match surface_changes(&before, &after) {
        Ok(changes) => print_line(changes),
        // The file has been put right: how it was before does not matter enough to fail.
        Err(error) => print_line(format_args!("the client was not Rust before: {error}")),
    }
}

/// Every generated file; and why the page about coverage is not among them, if it is not.
fn outputs(root: &Path, document: &Document) -> Result<(Vec<Output>, Option<String>), Failure> {
    let api: OpenAPI = serde_json::from_value(document.value.clone()).map_err(|error| {
        Failure::Other(format!(
            "{} is not an OpenAPI 3.0 document: {error}",
            document.path.display()
        ))
    })?;
    let generated =
        generator::client(&api).and_then(|client| Ok((client, generator::mocks(&api)?)));
    let (mut client, mut mocks) = generated.map_err(|report| {
        let failure = |part: &OpenAPI| {
            let generated = generator::client(part).and_then(|_| generator::mocks(part));
            generated.err()
        };
        match locate_failure::find(document, &failure) {
            findings if findings.is_empty() => Failure::Other(report),
            findings => Failure::Findings(findings),
        }
    })?;
    let findings = verify_types::check(document, &client);
    if !findings.is_empty() {
        return Err(Failure::Findings(findings));
    }
    let examples = example_tests::generate(document, &client).map_err(Failure::Findings)?;
    let operations = operations_table::generate(document)
        .map_err(Failure::Other)?
        .items;
    client
        .items
        .push(parse_quote!(pub(crate) mod operations { #(#operations)* }));
    doc_text::mark(&mut client);
    doc_text::mark(&mut mocks);
    let mut outputs = Vec::new();
    for (folder, file, rest) in [(CLIENT, client, "client"), (MOCKS, mocks, "server")] {
        let parts = split::split(file, rest).into_iter();
        outputs.extend(parts.map(|(path, file)| Output::new(format!("{folder}/{path}"), &file)));
    }
    outputs.push(Output::new(
        "crates/ekodb-api/tests/it/generated_examples.rs",
        &examples.file,
    ));
    let unread = match coverage::generate(root, document, &examples.proven) {
        Ok(page) => {
            outputs.push(Output::page(COVERAGE, page));
            None
        }
        Err(report) => Some(report),
    };
    outputs.push(Output::page(
        "crates/ekodb-emulator/src/http/docs/ekodb.yaml",
        emulator_document::generate(document).map_err(Failure::Other)?,
    ));
    outputs.sort_by(|one, other| one.path.cmp(&other.path));
    Ok((outputs, unread))
}
