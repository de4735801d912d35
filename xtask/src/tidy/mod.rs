//! The rules of the source tree: lengths, leftovers, columns of prose, floors of each crate, and
//! the oldest Rust.

mod columns;
mod floors;
mod modules;
mod msrv;

use std::path::Path;

/// Prints what breaks a rule. Returns whether nothing does.
pub(crate) fn run(root: &Path) -> Result<bool, String> {
    Ok(modules::check(root)? & columns::check(root)? & floors::check(root)? & msrv::check(root)?)
}
