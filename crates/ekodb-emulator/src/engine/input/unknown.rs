//! Members and parameters that the API does not have.

/// What becomes of a member or parameter that the API does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UnknownMembers {
    /// It is a mistake most of the time, so the request is refused.
    #[default]
    Refused,
    Ignored,
}

/// What a refusal says about the switch that turns it off.
pub(crate) const UNKNOWN_MEMBER_HINT: &str = "(the emulator ignores it with --loose)";

/// A member that the API does not have, by its path in the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid request: unknown member '{0}' {UNKNOWN_MEMBER_HINT}")]
pub(crate) struct UnknownMember(pub(crate) String);

impl UnknownMembers {
    /// Returns the first of these names that is not known, if such names are refused.
    pub(crate) fn first_refused<'a>(
        self,
        names: impl IntoIterator<Item = &'a String>,
        known: &[&str],
    ) -> Option<&'a str> {
        let mut names = names.into_iter().map(String::as_str);
        match self {
            Self::Refused => names.find(|name| !known.contains(name)),
            Self::Ignored => None,
        }
    }
}
