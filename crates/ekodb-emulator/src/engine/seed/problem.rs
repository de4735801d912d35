//! What is wrong in a seed, and where.

/// What is wrong in a file, and the line and column as far as they are known.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) line: Option<usize>,
    pub(super) column: Option<usize>,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn at(line: usize, text: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            column: None,
            text: text.into(),
        }
    }

    pub(super) fn place_in(&self, file: &str) -> String {
        let mut place = file.to_owned();
        if let Some(line) = self.line {
            place.push_str(&format!(", line {line}"));
        }
        if let Some(column) = self.column {
            place.push_str(&format!(", column {column}"));
        }
        place
    }
}

/// What an error of the JSON reader says, without the position in it.
pub(super) fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).unwrap_or(&text).to_owned()
}
