//! Filters as a person writes them: `age >= 18 and status in ("new", "open")`.

mod grammar;

use ekodb_client::query::Filter;

use crate::failure::Failure;

/// The grammar, as `--help` and the README show it.
pub(crate) const GRAMMAR: &str = include_str!("grammar.txt");

/// Reads a filter. The failure shows where it is wrong and what was expected there.
pub(crate) fn parse(text: &str) -> Result<Filter, Failure> {
    grammar::parse(text).map_err(|wrong| {
        let before = text.get(..wrong.at).unwrap_or(text);
        // A line break would part the text from the mark below it.
        let shown: String = text.chars().map(on_one_line).collect();
        let column =
            console::measure_text_width(&before.chars().map(on_one_line).collect::<String>());
        Failure::usage(format!(
            "the filter is not understood: expected {}\n  {shown}\n  {:column$}^",
            wrong.expected, ""
        ))
        .hint("`ekodb records find --help` shows what a filter may say")
    })
}

fn on_one_line(character: char) -> char {
    if character.is_control() {
        ' '
    } else {
        character
    }
}

#[cfg(test)]
mod tests;
