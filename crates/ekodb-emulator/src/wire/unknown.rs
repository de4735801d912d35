//! What the API does not have: members of bodies, parameters of query strings.

/// What becomes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// It is a mistake most of the time, so the request is.
    #[default]
    Refused,
    Passed,
}

/// What a refusal tells about the way out.
pub(crate) const HINT: &str = "(the emulator lets it pass with --loose)";

impl Unknown {
    /// The first of these names to refuse, when only some are known.
    pub(crate) fn first<'a>(
        self,
        names: impl IntoIterator<Item = &'a String>,
        known: &[&str],
    ) -> Option<&'a str> {
        let mut names = names.into_iter().map(String::as_str);
        match self {
            Self::Refused => names.find(|name| !known.contains(name)),
            Self::Passed => None,
        }
    }
}
