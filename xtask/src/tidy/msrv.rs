//! The oldest Rust that the crates promise to build with.

use std::{path::Path, process::Command};

use serde_json::Value;

/// Names every dependency that asks for a newer Rust than the workspace promises; whether there is
/// none.
pub(super) fn check(root: &Path) -> Result<bool, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "cargo metadata failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata wrote no JSON: {error}"))?;
    let packages: Vec<(&str, &str, Version)> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let rust = version(package["rust_version"].as_str()?)?;
            Some((
                package["name"].as_str()?,
                package["source"].as_str().unwrap_or_default(),
                rust,
            ))
        })
        .collect();
    let Some(promised) = packages
        .iter()
        .filter(|(_, source, _)| source.is_empty())
        .map(|(_, _, rust)| *rust)
        .min()
    else {
        return Err("no crate of the workspace says which Rust it needs".to_owned());
    };
    let newer: Vec<_> = packages
        .iter()
        .filter(|(_, _, rust)| *rust > promised)
        .collect();
    for (name, _, (major, minor)) in &newer {
        crate::terminal::print_line(format_args!(
            "{name} needs Rust {major}.{minor}, the workspace promises {}.{}: use an older {name}, or promise less",
            promised.0, promised.1
        ));
    }
    Ok(newer.is_empty())
}

type Version = (u64, u64);

fn version(text: &str) -> Option<Version> {
    let mut parts = text.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}
