//! Failures on standard error.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::failure::{Exit, Failure};

/// Prints on standard error why the command failed.
pub(crate) fn print_failure(failure: &Failure) {
    if failure.exit == Exit::BrokenPipe {
        return;
    }
    let mut err = anstream::stderr().lock();
    let (error, hint) = (color(AnsiColor::Red), color(AnsiColor::Cyan));
    let _ = writeln!(err, "{error}error:{error:#} {}", failure.message);
    if let Some(text) = &failure.hint {
        let _ = writeln!(err, "{hint}hint:{hint:#} {text}");
    }
}

fn color(color: AnsiColor) -> Style {
    Style::new().bold().fg_color(Some(color.into()))
}
