//! Lines of prose that are too long to read: comments in hand-written code, Markdown, and the
//! texts of the contract.

use std::path::Path;

use crate::{files, terminal::print_line};

/// The width that rustfmt keeps for code.
const COLUMNS: usize = 100;

/// Prints the lines that are too long. Returns whether there is none.
pub(super) fn check(root: &Path) -> Result<bool, String> {
    let mut files = Vec::new();
    files::collect(root, &["md", "rs"], &mut files)?;
    // Codegen writes it.
    files.retain(|file| !file.ends_with("spec/COVERAGE.md"));
    files.extend(Some(root.join("spec/ekodb.yaml")).filter(|file| file.is_file()));
    files.sort();
    let mut refused = 0;
    for file in &files {
        let text = files::read(file)?;
        let name = file.strip_prefix(root).unwrap_or(file).display();
        for number in too_long(&text, file) {
            print_line(format_args!(
                "{name}:{number}: a line of prose has more than {COLUMNS} columns"
            ));
            refused += 1;
        }
    }
    Ok(refused == 0)
}

fn too_long(text: &str, file: &Path) -> Vec<usize> {
    let ends_with = |wanted| {
        file.extension()
            .is_some_and(|extension| extension == wanted)
    };
    let (is_markdown, is_yaml) = (ends_with("md"), ends_with("yaml"));
    let mut in_code = false;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let prose = match line.trim_start().split_once("//") {
            _ if is_markdown => line,
            // Lists and mappings on one line are examples or code.
            _ if is_yaml && line.contains(['{', '[']) => continue,
            _ if is_yaml => line,
            Some(("", comment)) => comment.trim_start_matches(['/', '!']),
            _ => continue,
        };
        let prose = prose.trim();
        if prose.starts_with("```") {
            in_code = !in_code;
        }
        // Indented code, a table, and what has no place to break at are as wide as they are.
        let is_whole = is_markdown && line.starts_with("    ")
            || prose.starts_with(['|', '[', '#', '<'])
            || !prose.contains(' ');
        if !in_code && !is_whole && line.chars().count() > COLUMNS {
            found.push(index + 1);
        }
    }
    found
}
