//! Reading NDJSON, a line at a time.

use std::io::{BufRead, Read};

use serde_json::{Map, Value};

use super::line::Line;
use super::loader::Loader;
use super::problem::Problem;

/// The longest line that is read: a file that is one line only is no NDJSON, and would be in memory
/// whole.
const LONGEST: usize = 64 * 1024 * 1024;

/// What the lines of a file are.
#[derive(Clone, Copy)]
enum Form<'a> {
    Tagged,
    /// Records of this collection.
    Bare(&'a str),
}

/// Feeds the lines. `named_after` is the collection that the file is named after: without one, each
/// line must name its own.
pub(super) fn feed(
    mut input: impl BufRead,
    named_after: Option<&str>,
    loader: &mut Loader<'_>,
) -> Result<(), Problem> {
    let mut form = None;
    let mut buffer = Vec::new();
    for number in 1.. {
        buffer.clear();
        let limit = LONGEST as u64 + 1;
        let read = input.by_ref().take(limit).read_until(b'\n', &mut buffer);
        let at = |text: String| Problem::at(number, text);
        match read {
            Ok(0) => break,
            Ok(read) if read > LONGEST => {
                return Err(at(format!("the line is longer than {LONGEST} bytes")));
            }
            Ok(_) => {}
            Err(error) => return Err(at(error.to_string())),
        }
        let line = without_mark(&buffer).trim_ascii();
        if line.is_empty() {
            continue;
        }
        let members: Map<String, Value> =
            serde_json::from_slice(line).map_err(|error| Problem::of_json(number, &error))?;
        let form = *form.get_or_insert_with(|| form_of(&members, named_after));
        feed_line(members, form, loader).map_err(at)?;
    }
    Ok(())
}

/// The first line tells.
fn form_of<'a>(members: &Map<String, Value>, named_after: Option<&'a str>) -> Form<'a> {
    match named_after {
        Some(collection) if !Line::is_tagged(members) => Form::Bare(collection),
        _ => Form::Tagged,
    }
}

fn feed_line(
    members: Map<String, Value>,
    form: Form<'_>,
    loader: &mut Loader<'_>,
) -> Result<(), String> {
    match form {
        Form::Bare(_) if Line::is_tagged(&members) && members.len() > 1 => Err(
            "the line names its collection and the first one does not: in one file they are of one form"
                .to_owned(),
        ),
        Form::Bare(collection) => loader.record(collection, members),
        Form::Tagged => match Line::new(members)? {
            Line::Collection { name, schema } => loader.collection(&name, schema),
            Line::Record { collection, record } => loader.record(&collection, record),
            Line::Kv { key, content } => loader.kv(&key, content),
        },
    }
}

/// Without the mark that some editors begin a file with.
fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}
