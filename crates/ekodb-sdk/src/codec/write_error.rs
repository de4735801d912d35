//! Why a value is not written.

use std::fmt;

use serde::ser;

/// Why a value is not written, and where.
#[derive(Clone, PartialEq)]
pub(crate) struct WriteError(Box<Reason>);

#[derive(Clone, PartialEq)]
struct Reason {
    /// Such as `prices[1].net`; empty for the value itself.
    path: String,
    text: String,
}

impl WriteError {
    #[cold]
    pub(crate) fn new(text: &str) -> Self {
        ser::Error::custom(text)
    }

    #[cold]
    pub(crate) fn in_member(self, name: &str) -> Self {
        self.inside(name.escape_debug())
    }

    #[cold]
    pub(super) fn in_item(self, index: usize) -> Self {
        self.inside(format_args!("[{index}]"))
    }

    fn inside(mut self, outer: impl fmt::Display) -> Self {
        let path = &self.0.path;
        let dot = match path.is_empty() || path.starts_with('[') {
            true => "",
            false => ".",
        };
        self.0.path = format!("{outer}{dot}{path}");
        self
    }
}

impl ser::Error for WriteError {
    #[cold]
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(Box::new(Reason {
            path: String::new(),
            text: text.to_string(),
        }))
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, "field `{}`: ", self.0.path)?;
        }
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for WriteError {}
