//! What a transaction can have become.

use serde::Serialize;

/// What has become of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum State {
    Active,
    Committed,
    RolledBack,
    Expired,
}
