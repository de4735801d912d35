//! What a generated client offers.

use std::collections::BTreeMap;

/// What can be named from outside, by name, each with its parts: arguments and reply, members or
/// variants.
pub(super) type Items = BTreeMap<String, Parts>;
/// The parts of an item, each with its type as it is written.
pub(super) type Parts = BTreeMap<String, String>;

/// The operations and types of a generated client.
#[derive(Debug, Default)]
pub(super) struct Surface {
    pub(super) operations: Items,
    pub(super) types: Items,
}
