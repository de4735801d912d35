//! What the commands print.

use std::{fmt::Display, io::Write as _};

/// Prints a line. It is not an error if nobody reads it, as behind `head`.
pub(crate) fn print_line(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
