//! `cargo xtask spec diff`.

use std::path::{Path, PathBuf};

use serde_json::json;
use xtask::contract::Document;

use super::{outcome::Outcome, versions};
use crate::diff::Comparison;
use crate::diff::render::{Format, render};

const UNRELEASED: &str = "no contract has been released yet, so nothing can break";

/// Compares the document with a release or a file.
pub(super) fn diff(
    root: &Path,
    spec: &Path,
    base: Option<&str>,
    format: Format,
) -> Result<Outcome, String> {
    let Some(base) = base_path(root, base)? else {
        return Ok(Outcome::Done(match format {
            Format::Json => format!("{:#}\n", json!({ "changes": [], "verdict": UNRELEASED })),
            Format::Text | Format::Markdown => format!("{UNRELEASED}\n"),
        }));
    };
    let (base, revision) = (Document::load(root, &base)?, Document::load(root, spec)?);
    let comparison = Comparison::new(&base, &revision)?;
    let text = render(&comparison, format);
    Ok(if comparison.breaks_silently() {
        Outcome::Refused(text)
    } else {
        Outcome::Done(text)
    })
}

/// The file that `base` means.
fn base_path(root: &Path, base: Option<&str>) -> Result<Option<PathBuf>, String> {
    let Some(base) = base else {
        return Ok(versions::last(root)?.map(|version| versions::path(&version)));
    };
    if let Ok(version) = base.parse() {
        let release = versions::path(&version);
        if root.join(&release).is_file() {
            return Ok(Some(release));
        }
    }
    // A file is named from where the command is called, the document and the releases from the
    // root.
    let file = std::path::absolute(base).map_err(|error| error.to_string())?;
    if file.is_file() {
        Ok(Some(file))
    } else {
        Err(format!(
            "`{base}` is neither a released version nor a file: give a version of spec/releases, a path, or nothing for \
             the last release"
        ))
    }
}
