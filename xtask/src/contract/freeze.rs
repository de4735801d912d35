//! `cargo xtask spec release`.

use std::{fs, path::Path};

use semver::Version;
use serde_json::Value;

use super::{Outcome, Unusable, releases};
use crate::diff::{Comparison, Level};

/// Freezes the document as the release of its version, if the version allows that.
pub(super) fn freeze(root: &Path, spec: &Path) -> Result<Outcome, Unusable> {
    let revision = releases::load(root, spec)?;
    let version = version(&revision)?;
    let release = releases::path(&version);
    let text = fs::read_to_string(root.join(spec)).map_err(|error| unreadable(spec, &error))?;

    if root.join(&release).exists() {
        let released = fs::read_to_string(root.join(&release))
            .map_err(|error| unreadable(&release, &error))?;
        if released == text {
            return Ok(Outcome::Done(format!(
                "version {version} is released already, as it is\n"
            )));
        }
        let comparison =
            Comparison::new(releases::load(root, &release)?, revision).map_err(Unusable::new)?;
        return Ok(Outcome::Refused(too_low(
            &comparison,
            "is released already with other content",
        )));
    }
    if let Some(last) = releases::last(root)? {
        let base = releases::load(root, &releases::path(&last))?;
        let comparison = Comparison::new(base, revision).map_err(Unusable::new)?;
        if !comparison.releasable() || version <= last {
            return Ok(Outcome::Refused(too_low(
                &comparison,
                &format!("is too low after {last}"),
            )));
        }
    }
    write(&root.join(&release), &text)?;
    Ok(Outcome::Done(format!(
        "version {version} is frozen as {}: commit it, and never edit it\n",
        release.display()
    )))
}

fn version(document: &Value) -> Result<Version, Unusable> {
    // The comparison of a document with itself finds every reason for which it cannot be compared.
    Ok(Comparison::new(document.clone(), document.clone())
        .map_err(Unusable::new)?
        .revision)
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

fn write(path: &Path, text: &str) -> Result<(), Unusable> {
    let failed = |error| Unusable(format!("{} cannot be written: {error}", path.display()));
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Unusable {
    Unusable(format!("{} cannot be read: {error}", path.display()))
}
