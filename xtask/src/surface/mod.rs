//! What a change of the contract means for code that is written against the generated client.

mod read;
mod report;

use std::collections::BTreeMap;

pub(crate) use self::report::SurfaceChanges;

use self::report::Delta;

/// What can be named from outside, by name, each with its parts: arguments and reply, members or variants.
type Items = BTreeMap<String, Parts>;
/// The parts of an item, each with its type as it is written.
type Parts = BTreeMap<String, String>;

/// The operations and types of a generated client.
#[derive(Debug, Default)]
struct Surface {
    operations: Items,
    types: Items,
}

/// Compares the sources of two generated clients; an empty source is a client of no operations.
///
/// # Errors
///
/// If one of them is not Rust.
pub(crate) fn surface_changes(
    old_generated: &str,
    new_generated: &str,
) -> syn::Result<SurfaceChanges> {
    let (old, new) = (read::surface(old_generated)?, read::surface(new_generated)?);
    Ok(SurfaceChanges {
        operations: Delta::between(&old.operations, &new.operations),
        types: Delta::between(&old.types, &new.types),
    })
}

#[cfg(test)]
mod tests;
