//! The names of two maps.

use std::collections::BTreeSet;

use indexmap::IndexMap;

/// The names that either map has.
pub(super) fn names<'a, T>(
    one: &IndexMap<&'a str, T>,
    other: &IndexMap<&'a str, T>,
) -> BTreeSet<&'a str> {
    one.keys().chain(other.keys()).copied().collect()
}
