//! The packages of the workspace and of its dependencies, as cargo resolves them.

use std::{collections::HashSet, path::Path};

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// Asks cargo, with all features.
pub(crate) fn read(root: &Path) -> Result<Metadata, String> {
    MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned()])
        .exec()
        .map_err(|error| format!("cargo metadata failed: {error}"))
}

/// The crates of the workspace that are published.
pub(crate) fn published(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    let members = metadata.workspace_packages().into_iter();
    members.filter(|package| package.publish.as_ref().is_none_or(|to| !to.is_empty()))
}

/// The packages that are built for a package, for any system and with all features, itself not
/// included; those of its own tests alone where `with_tests`.
pub(crate) fn dependencies<'a>(
    metadata: &'a Metadata,
    package: &PackageId,
    with_tests: bool,
) -> Vec<&'a Package> {
    let nodes = metadata.resolve.as_ref().map(|resolve| &resolve.nodes);
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let mut left = vec![package];
    while let Some(id) = left.pop() {
        let is_first = id == package;
        let node = nodes.and_then(|nodes| nodes.iter().find(|node| node.id == *id));
        for dependency in node.into_iter().flat_map(|node| &node.deps) {
            let is_built = dependency
                .dep_kinds
                .iter()
                .any(|kind| kind.kind != DependencyKind::Development || (is_first && with_tests));
            if is_built && dependency.pkg != *package && seen.insert(&dependency.pkg) {
                left.push(&dependency.pkg);
                found.push(&metadata[&dependency.pkg]);
            }
        }
    }
    found
}
