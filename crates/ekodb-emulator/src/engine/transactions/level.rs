//! Isolation levels.

/// How much a transaction sees of others, and what of it is compared at the commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum IsolationLevel {
    ReadUncommitted,
    #[default]
    ReadCommitted,
    RepeatableRead,
    Serializable,
}

impl IsolationLevel {
    const ALL: [Self; 4] = [
        Self::ReadUncommitted,
        Self::ReadCommitted,
        Self::RepeatableRead,
        Self::Serializable,
    ];

    /// The level's name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ReadUncommitted => "ReadUncommitted",
            Self::ReadCommitted => "ReadCommitted",
            Self::RepeatableRead => "RepeatableRead",
            Self::Serializable => "Serializable",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// Whether all statements read what was committed when the transaction began.
    pub(super) fn keeps_snapshot(self) -> bool {
        matches!(self, Self::RepeatableRead | Self::Serializable)
    }

    /// Whether records that were only read are compared at the commit.
    pub(super) fn compares_reads(self) -> bool {
        self != Self::ReadUncommitted
    }

    /// Whether the results of searches are compared at the commit.
    pub(super) fn compares_searches(self) -> bool {
        self == Self::Serializable
    }
}
