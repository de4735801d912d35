//! The rules of the source tree: lengths, leftovers, columns of prose, floors of each crate, the
//! oldest Rust, and the licences of dependencies.

mod columns;
mod dependency_licenses;
mod floors;
mod modules;
mod msrv;

use std::path::Path;

/// Prints what breaks a rule. Returns whether nothing does.
pub(crate) fn run(root: &Path) -> Result<bool, String> {
    Ok(modules::check(root)?
        & columns::check(root)?
        & floors::check(root)?
        & msrv::check(root)?
        & dependency_licenses::check(root)?)
}
