//! The oldest Rust that the crates promise to build with.

use std::path::Path;

use cargo_metadata::{Package, semver::Version};

use crate::{metadata, terminal::print_line};

/// What the sources themselves need: `let` in chains of conditions.
const OWN: Version = Version::new(1, 88, 0);

/// Names every crate that promises an older Rust than its dependencies ask for, and every published
/// one that could promise an older one. Returns whether there is none.
pub(super) fn check(root: &Path) -> Result<bool, String> {
    let metadata = metadata::read(root)?;
    let published: Vec<_> = metadata::published(&metadata).collect();
    let mut findings = Vec::new();
    for member in metadata.workspace_packages() {
        let is_published = published.iter().any(|package| package.id == member.id);
        // Tests of a published crate are run in this workspace only.
        let dependencies = metadata::dependencies(&metadata, &member.id, !is_published);
        findings.extend(finding(member, &dependencies, is_published));
    }
    for finding in &findings {
        print_line(finding);
    }
    Ok(findings.is_empty())
}

fn finding(member: &Package, dependencies: &[&Package], is_lowest: bool) -> Option<String> {
    let name = &member.name;
    let Some(promised) = &member.rust_version else {
        return Some(format!("{name} does not say which Rust it needs"));
    };
    let newest = dependencies
        .iter()
        .filter_map(|package| Some((package.rust_version.as_ref()?, package)))
        .max_by_key(|(version, _)| *version);
    if let Some((version, dependency)) = newest.filter(|(version, _)| *version > promised) {
        return Some(format!(
            "{name} promises Rust {promised}, and {} {} needs {version}: promise less, or use an older {0}",
            dependency.name, dependency.version
        ));
    }
    let needed = newest.map_or(OWN, |(version, _)| version.clone().max(OWN));
    (is_lowest && *promised > needed).then(|| {
        format!(
            "{name} promises Rust {promised}, and nothing needs more than {needed}: promise that"
        )
    })
}
