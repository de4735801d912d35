//! Modules that have grown too long, and leftovers in hand-written code.

use std::path::Path;

use crate::{files, terminal::print_line};

/// Above this many lines a module is named; most are far below.
const LONG: usize = 300;
/// Above this many lines a module is refused.
const TOO_LONG: usize = 500;

const LEFTOVERS: [&str; 4] = ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"];

/// Prints what it finds. Returns whether nothing has to be changed.
pub(super) fn check(root: &Path) -> Result<bool, String> {
    let mut files = Vec::new();
    for part in ["crates", "xtask", "tests"] {
        files::collect(&root.join(part), &["rs"], &mut files)?;
    }
    files.sort();
    let mut lengths = Vec::new();
    let mut refused = 0;
    for file in &files {
        let text = files::read(file)?;
        let name = file.strip_prefix(root).unwrap_or(file).display();
        // Tests may be as long as their subject needs.
        let source = file.components().any(|part| part.as_os_str() == "src");
        let length = if source { before_tests(&text) } else { 0 };
        if source {
            lengths.push(length);
        }
        if length > TOO_LONG {
            print_line(format_args!(
                "{name}: {length} lines before its tests; at most {TOO_LONG}: split it by what changes together"
            ));
            refused += 1;
        } else if length > LONG {
            print_line(format_args!(
                "{name}: {length} lines before its tests: is it one thing?"
            ));
        }
        // This file names them.
        if !file.ends_with("xtask/src/tidy/file_length.rs") {
            for (number, line) in text.lines().enumerate() {
                if let Some(leftover) = LEFTOVERS.iter().find(|leftover| line.contains(**leftover))
                {
                    print_line(format_args!(
                        "{name}:{}: `{leftover}` is left over",
                        number + 1
                    ));
                    refused += 1;
                }
            }
        }
    }
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
    print_line(format_args!(
        "{} hand-written modules, median {median} lines",
        lengths.len()
    ));
    Ok(refused == 0)
}

/// How many lines stand before the module of tests. Another item for tests ends nothing.
fn before_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    lines
        .windows(2)
        .position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod "))
        .unwrap_or(lines.len())
}
