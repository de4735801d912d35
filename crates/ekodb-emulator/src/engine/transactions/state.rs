//! What a transaction can have become.

/// What has become of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Committed,
    RolledBack,
    Expired,
}

impl State {
    /// The state's name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Committed => "Committed",
            Self::RolledBack => "RolledBack",
            Self::Expired => "Expired",
        }
    }
}
