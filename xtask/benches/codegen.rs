//! What generating costs: the contract as it is, and one of more than a thousand operations made of
//! copies of it.
//!
//!     cargo bench -p xtask --profile dev
//!
//! In the profile that `cargo xtask` has. Linux only: it reads the CPU time of the command from
//! `/proc`.
#![allow(clippy::print_stdout, reason = "it tells a person what it measured")]

use std::{error::Error, fs, path::Path, process::Command};

use serde_json::{Map, Value};

/// The schemas that hand-written types replace, which must keep their names.
const REPLACED: [&str; 3] = ["SecretString", "NullableStringList", "KeyId"];
const SCHEMAS: &str = "#/components/schemas/";

fn main() -> Result<(), Box<dyn Error>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let contract = fs::read_to_string(repository.join("spec/ekodb.yaml"))?;
    let root = tempfile::tempdir()?;
    for folder in [
        "spec",
        "tests/fixtures/wire",
        "crates/ekodb-api/src",
        "crates/ekodb-api/tests/it",
        "crates/ekodb-sdk/src",
        "crates/ekodb-emulator/src/http/docs",
        "crates/ekodb-httpmock/src",
    ] {
        fs::create_dir_all(root.path().join(folder))?;
    }

    measure("the contract", root.path(), &contract)?;
    let document: Value = serde_saphyr::from_str(&contract)?;
    let copies = yaml(&copies(&document, 26));
    measure("26 copies of it", root.path(), &copies)
}

fn measure(what: &str, root: &Path, document: &str) -> Result<(), Box<dyn Error>> {
    fs::write(root.join("spec/ekodb.yaml"), document)?;
    let before = cpu_of_children()?;
    let run = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("--root")
        .arg(root)
        .arg("codegen")
        .output()?;
    let seconds = cpu_of_children()? - before;
    let said = String::from_utf8(run.stdout)?;
    if !run.status.success() {
        return Err(String::from_utf8(run.stderr)?.into());
    }
    let operations = said.lines().last().unwrap_or_default();
    println!("{what}: {operations}, {seconds:.2} s of CPU");
    Ok(())
}

/// The contract several times in one, with paths, operations and schemas of each copy's own.
fn copies(document: &Value, number: usize) -> Value {
    let mut whole = document.clone();
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for copy in 0..number {
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            paths.insert(format!("/{copy}{path}"), renamed(item, copy));
        }
        for (name, schema) in document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flatten()
        {
            schemas.insert(name_in(name, copy), renamed(schema, copy));
        }
    }
    // What the shared parameters and responses refer to.
    for (name, schema) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        schemas.insert(name.clone(), schema.clone());
    }
    whole["paths"] = paths.into();
    whole["components"]["schemas"] = schemas.into();
    whole
}

/// A member on each line; the servers as a block list, which is what the generator wants to see.
fn yaml(document: &Value) -> String {
    let members = document.as_object().into_iter().flatten();
    members
        .map(|(name, value)| match (name.as_str(), value) {
            ("servers", Value::Array(servers)) => {
                let items = servers.iter().map(|server| format!("  - {server}\n"));
                format!("servers:\n{}", items.collect::<String>())
            }
            _ => format!("{name}: {value}\n"),
        })
        .collect()
}

fn renamed(value: &Value, copy: usize) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let value = match (name.as_str(), value) {
                    ("$ref", Value::String(target)) => match target.strip_prefix(SCHEMAS) {
                        Some(schema) => format!("{SCHEMAS}{}", name_in(schema, copy)).into(),
                        None => value.clone(),
                    },
                    ("operationId", Value::String(id)) => format!("{id}_{copy}").into(),
                    _ => renamed(value, copy),
                };
                (name.clone(), value)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| renamed(item, copy)).collect(),
        plain => plain.clone(),
    }
}

fn name_in(schema: &str, copy: usize) -> String {
    if REPLACED.contains(&schema) {
        schema.to_owned()
    } else {
        format!("{schema}{copy}")
    }
}

/// Seconds of CPU time of the commands that have ended, in user and system mode.
fn cpu_of_children() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // Behind the name, which stands in parentheses, the first field is the third.
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |number: usize| -> Result<f64, Box<dyn Error>> {
        Ok(fields
            .get(number - 3)
            .ok_or("an unknown form of /proc/self/stat")?
            .parse()?)
    };
    // A tick is a hundredth of a second on every Linux there is.
    Ok((ticks(16)? + ticks(17)?) / 100.0)
}
