//! `cargo xtask public-api`: the public items of the hand-written libraries, as committed text, so
//! that a change of them is seen by a person.
//!
//! rustdoc writes its JSON on a stable toolchain only where `RUSTC_BOOTSTRAP` allows it. Cargo
//! builds dependencies again under that variable, so it is set for rustdoc alone: cargo is told
//! that this program is rustdoc.

use std::{
    env, fs,
    path::Path,
    process::{Command, ExitCode},
};

use crate::{command, files, terminal::print_line};

/// Each library, by the name of its package and of its library.
const LIBRARIES: [(&str, &str); 2] = [
    ("ekodb-sdk", "ekodb_client"),
    ("ekodb-emulator", "ekodb_emulator"),
];

/// Set where cargo calls this program as rustdoc.
const AS_RUSTDOC: &str = "XTASK_AS_RUSTDOC";

/// Runs rustdoc with the arguments of this program, if cargo called it as such.
pub(crate) fn as_rustdoc() -> Option<ExitCode> {
    env::var_os(AS_RUSTDOC)?;
    let ended = Command::new("rustdoc")
        .args(env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .status();
    let well = ended.is_ok_and(|status| status.success());
    Some(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Writes `public-api.txt` of each library, or compares it. Returns whether all are as they were,
/// which writing always gives.
pub(crate) fn run(root: &Path, only_check: bool) -> Result<bool, String> {
    let mut fresh = true;
    for (package, library) in LIBRARIES {
        let name = format!("crates/{package}/public-api.txt");
        let file = root.join(&name);
        let before = fs::read_to_string(&file).unwrap_or_default();
        let after = surface(root, package, library)?;
        if before == after {
            print_line(format_args!("fresh    {name}"));
            continue;
        }
        for change in similar::TextDiff::from_lines(&before, &after).iter_all_changes() {
            let sign = match change.tag() {
                similar::ChangeTag::Equal => continue,
                similar::ChangeTag::Delete => '-',
                similar::ChangeTag::Insert => '+',
            };
            print_line(format_args!("{sign} {}", change.value().trim_end()));
        }
        if only_check {
            print_line(format_args!(
                "stale    {name}: if the change is wanted, run `cargo xtask public-api`"
            ));
            fresh = false;
        } else {
            files::write(&file, &after)?;
            print_line(format_args!("written  {name}"));
        }
    }
    Ok(fresh)
}

fn surface(root: &Path, package: &str, library: &str) -> Result<String, String> {
    let this = env::current_exe().map_err(|error| format!("no path of this program: {error}"))?;
    let mut rustdoc = command::cargo(root);
    rustdoc.env("RUSTDOC", this).env(AS_RUSTDOC, "1");
    rustdoc.args(["rustdoc", "--quiet", "--locked", "--lib", "--all-features"]);
    rustdoc.args(["--package", package]);
    rustdoc.args(["--", "-Z", "unstable-options", "--output-format", "json"]);
    let status = rustdoc
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !status.success() {
        return Err(format!("rustdoc could not document {package}"));
    }
    let json = root.join(format!("target/doc/{library}.json"));
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .map_err(|error| {
            format!(
                "rustdoc's JSON of {package} cannot be read: {error}\nuse the toolchain that CI \
                 uses, or a version of the crate `public-api` that knows this one"
            )
        })?;
    Ok(api.items().map(|item| format!("{item}\n")).collect())
}
