//! Why a value is not written.

use std::fmt;

use serde::ser;

/// Why a value is not written, and where.
#[derive(Clone, PartialEq)]
pub(crate) struct Refused(Box<Reason>);

#[derive(Clone, PartialEq)]
struct Reason {
    /// Such as `prices[1].net`; empty for the value itself.
    path: String,
    text: String,
}

impl Refused {
    #[cold]
    pub(crate) fn new(text: &str) -> Self {
        ser::Error::custom(text)
    }

    #[cold]
    pub(crate) fn in_member(mut self, name: &str) -> Self {
        let rest = std::mem::take(&mut self.0.path);
        let dot = if rest.is_empty() || rest.starts_with('[') {
            ""
        } else {
            "."
        };
        self.0.path = format!("{}{dot}{rest}", name.escape_debug());
        self
    }

    #[cold]
    pub(super) fn in_item(mut self, index: usize) -> Self {
        let rest = std::mem::take(&mut self.0.path);
        let dot = if rest.is_empty() || rest.starts_with('[') {
            ""
        } else {
            "."
        };
        self.0.path = format!("[{index}]{dot}{rest}");
        self
    }
}

impl ser::Error for Refused {
    #[cold]
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(Box::new(Reason {
            path: String::new(),
            text: text.to_string(),
        }))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, "field `{}`: ", self.0.path)?;
        }
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Refused {}
