//! `cargo xtask spec release`.

use std::path::Path;

use semver::Version;
use xtask::contract::Document;

use super::{outcome::Outcome, versions};
use crate::{
    diff::{Comparison, Level},
    files,
};

/// Freezes the document as the release of its version, if the version allows that.
pub(super) fn release(root: &Path, document: &Document) -> Result<Outcome, String> {
    let compare = |base: &Document| Comparison::new(base, document);
    // The comparison with itself finds every reason for which the document cannot be compared.
    let version = compare(document)?.revision;
    let release = versions::path(&version);
    let text = files::read(&root.join(&document.path))?;

    if root.join(&release).exists() {
        if files::read(&root.join(&release))? == text {
            return Ok(Outcome::Done(format!(
                "version {version} is released already, as it is\n"
            )));
        }
        let comparison = compare(&Document::load(root, &release)?)?;
        return Ok(Outcome::Refused(too_low(
            &comparison,
            "is released already with other content",
        )));
    }
    if let Some(last) = versions::last(root)? {
        let comparison = compare(&Document::load(root, &versions::path(&last))?)?;
        if !comparison.releasable() || version <= last {
            return Ok(Outcome::Refused(too_low(
                &comparison,
                &format!("is too low after {last}"),
            )));
        }
    }
    files::write(&root.join(&release), &text)?;
    Ok(Outcome::Done(format!(
        "version {version} is frozen as {}: commit it, and never edit it\n",
        release.display()
    )))
}

fn too_low(comparison: &Comparison, why: &str) -> String {
    let counts = [Level::Breaking, Level::Compatible, Level::Documentation]
        .map(|level| format!("{} {level}", comparison.count(level)))
        .join(", ");
    // Even where nothing of meaning changed, a released file stays as it is.
    let lowest = comparison.lowest_version().max(Version::new(
        comparison.base.major,
        comparison.base.minor,
        comparison.base.patch + 1,
    ));
    format!(
        "version {} {why}, and the changes since are: {counts}. Write `version: {lowest}` or higher under `info`, and \
         see `cargo xtask spec diff`\n",
        comparison.revision
    )
}
