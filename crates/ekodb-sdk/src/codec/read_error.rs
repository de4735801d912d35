//! Why a value cannot be read from JSON.

use std::fmt;

use serde::de;

/// Why a value cannot be read. Boxed, so that it costs nothing where all goes well.
pub(crate) struct ReadError(Box<Reason>);

enum Reason {
    /// The text is not JSON from this byte on.
    Syntax(usize),
    /// The value is not what the type takes, in serde's words.
    Data(String),
}

impl ReadError {
    #[cold]
    pub(super) fn syntax(at: usize) -> Self {
        Self(Box::new(Reason::Syntax(at)))
    }

    /// Where the text is not JSON, if that is what is wrong.
    pub(crate) fn syntax_at(&self) -> Option<usize> {
        match *self.0 {
            Reason::Syntax(at) => Some(at),
            Reason::Data(_) => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Reason::Syntax(at) => write!(f, "not JSON from byte {at} on"),
            Reason::Data(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    #[cold]
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(Box::new(Reason::Data(text.to_string())))
    }
}
