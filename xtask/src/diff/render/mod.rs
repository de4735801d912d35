//! Writing a comparison down: for people at a terminal, for people in a browser, and for programs.

mod json;
mod markdown;
mod phrases;
mod text;

use super::Comparison;

/// How to write it down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people. In colour, which whoever prints it takes out where there is no terminal.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For a pull request or a changelog.
    Markdown,
}

/// The comparison, written down.
pub(crate) fn render(comparison: &Comparison, format: Format) -> String {
    match format {
        Format::Text => text::render(comparison),
        Format::Json => json::render(comparison),
        Format::Markdown => markdown::render(comparison),
    }
}
