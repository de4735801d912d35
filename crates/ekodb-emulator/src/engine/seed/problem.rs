//! What is wrong in a seed, and where.

/// What is wrong in a file, and the line and column; 0 where they are not known.
#[derive(Debug)]
pub(super) struct Problem {
    line: usize,
    column: usize,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn at(line: usize, text: impl Into<String>) -> Self {
        Self {
            line,
            column: 0,
            text: text.into(),
        }
    }

    /// What an error of the JSON reader says, without the position in its text.
    pub(super) fn of_json(line: usize, error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let column = error.column();
        let position = format!(" at line {} column {column}", error.line());
        let text = text.strip_suffix(&position).unwrap_or(&text).to_owned();
        Self { line, column, text }
    }

    pub(super) fn place_in(&self, file: &str) -> String {
        let mut place = file.to_owned();
        for (what, number) in [("line", self.line), ("column", self.column)] {
            if number > 0 {
                place.push_str(&format!(", {what} {number}"));
            }
        }
        place
    }
}
