//! `cargo xtask spec diff`.

use std::path::{Path, PathBuf};

use super::{Outcome, Unusable, releases};
use crate::diff::Comparison;
use crate::diff::render::{Format, render};

/// Compares the document with a release or a file.
pub(super) fn compare(
    root: &Path,
    spec: &Path,
    base: Option<&str>,
    format: Format,
) -> Result<Outcome, Unusable> {
    let Some(base) = base_path(root, base)? else {
        return Ok(Outcome::Done(
            "no contract has been released yet, so nothing can break\n".to_owned(),
        ));
    };
    let comparison = Comparison::new(releases::load(root, &base)?, releases::load(root, spec)?)
        .map_err(Unusable::new)?;
    let text = render(&comparison, format);
    Ok(if comparison.breaks_silently() {
        Outcome::Refused(text)
    } else {
        Outcome::Done(text)
    })
}

/// The file that `base` means.
fn base_path(root: &Path, base: Option<&str>) -> Result<Option<PathBuf>, Unusable> {
    let Some(base) = base else {
        return Ok(releases::last(root)?.map(|version| releases::path(&version)));
    };
    if let Ok(version) = base.parse() {
        let release = releases::path(&version);
        if root.join(&release).is_file() {
            return Ok(Some(release));
        }
    }
    // A file is named from where the command is called, the document and the releases from the root.
    let file = std::path::absolute(base).map_err(Unusable::new)?;
    if file.is_file() {
        Ok(Some(file))
    } else {
        Err(Unusable(format!(
            "`{base}` is neither a released version nor a file: give a version of spec/releases, a path, or nothing for \
             the last release"
        )))
    }
}
