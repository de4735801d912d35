//! What `public-api.txt`, which `cargo xtask public-api --check` holds true, may contain.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn no_crate_is_in_the_public_surface_but_those_whose_upgrade_breaks_nobody() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("public-api.txt");
    let surface = fs::read_to_string(file).unwrap();
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    let crates: BTreeSet<&str> = surface
        .match_indices("::")
        .filter_map(|(at, _)| {
            let before = &surface[..at];
            let name = &before[before.rfind(|c| !is_name(c)).map_or(0, |end| end + 1)..];
            let is_first = !before[..before.len() - name.len()].ends_with("::");
            let is_crate = name.starts_with(|first: char| first.is_ascii_lowercase());
            (is_first && is_crate).then_some(name)
        })
        .collect();
    let standard = ["alloc", "core", "ekodb_client", "std"];
    // What serde 1.0 and serde_json 1.0 re-export, and the trait of streams.
    let stable = ["futures_core", "serde_core", "serde_json", "zeroize"];
    // Each by a feature of its name, or by `raw-api`.
    let by_feature = ["chrono", "ekodb_api", "uuid"];
    let allowed: BTreeSet<&str> = [&standard[..], &stable, &by_feature]
        .concat()
        .into_iter()
        .collect();
    assert_eq!(crates, allowed);
}
