//! What a change of the contract means for code that is written against the generated client.

mod changes;
mod items;
mod read;

pub(crate) use self::changes::SurfaceChanges;

use self::changes::Delta;

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
