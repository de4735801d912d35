//! The rules of the source tree: lengths, leftovers, columns of prose, floors of each crate, the
//! oldest Rust, and the licences of dependencies.

mod dependency_licenses;
mod file_length;
mod floors;
mod line_width;
mod msrv;

use std::path::Path;

/// Prints what breaks a rule. Returns whether nothing does.
pub(crate) fn run(root: &Path) -> Result<bool, String> {
    Ok(file_length::check(root)?
        & line_width::check(root)?
        & floors::check(root)?
        & msrv::check(root)?
        & dependency_licenses::check(root)?)
}
