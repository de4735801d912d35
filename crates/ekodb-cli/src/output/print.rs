//! The results of a command in each format.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use futures::{Stream, TryStreamExt};
use serde_json::Value as Json;

use super::{
    Object, csv,
    escape::{escape_json, text},
    table,
};
use crate::failure::Failure;

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns as wide as the terminal allows
    #[default]
    Table,
    /// One document, indented
    Json,
    /// One compact line for each result
    Ndjson,
    /// A header, then one line for each result
    Csv,
}

/// Where the results of one command go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
}

/// The members of results that a table shows, and the one that `--quiet` prints.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) names: Vec<String>,
    pub(crate) identity: &'static str,
}

impl Columns {
    pub(crate) fn new<const N: usize>(identity: &'static str, names: [&str; N]) -> Self {
        Self {
            names: names.map(str::to_owned).into(),
            identity,
        }
    }
}

impl Output {
    /// Prints a list of results.
    pub(crate) fn list(self, columns: &Columns, items: &[Object]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        if self.quiet {
            for item in items {
                writeln!(out, "{}", text(item.get(columns.identity)))?;
            }
            return Ok(out.flush()?);
        }
        match self.format {
            Format::Table => table::print(&columns.names, items)?,
            Format::Json => writeln!(out, "{}", pretty(items)?)?,
            Format::Ndjson => {
                for item in items {
                    writeln!(out, "{}", line(item)?)?;
                }
            }
            Format::Csv => {
                // CSV has no escapes: a program gets each text as it is.
                let cell = match out.is_terminal() {
                    true => text,
                    false => csv::cell,
                };
                csv::write_row(&mut out, columns.names.iter().map(String::as_str))?;
                for item in items {
                    let cells = columns.names.iter().map(|name| cell(item.get(name)));
                    csv::write_row(&mut out, cells)?;
                }
            }
        }
        Ok(out.flush()?)
    }

    /// Prints one result.
    pub(crate) fn item(self, columns: &Columns, item: &Object) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match self.format {
            Format::Table if !self.quiet => table::print_members(item)?,
            Format::Json if !self.quiet => writeln!(out, "{}", pretty(item)?)?,
            _ => return self.list(columns, std::slice::from_ref(item)),
        }
        Ok(out.flush()?)
    }

    /// Prints records as they arrive where the format allows it. Columns are those that the records
    /// have.
    pub(crate) async fn records(
        self,
        records: impl Stream<Item = Result<Object, Failure>>,
    ) -> Result<u64, Failure> {
        let mut records = std::pin::pin!(records);
        let mut count = 0;
        if matches!(self.format, Format::Table | Format::Csv) && !self.quiet {
            let items: Vec<Object> = records.try_collect().await?;
            let columns = Columns {
                names: names_of(&items),
                identity: "id",
            };
            self.list(&columns, &items)?;
            return Ok(items.len() as u64);
        }
        let document = self.format == Format::Json && !self.quiet;
        let mut out = io::BufWriter::new(io::stdout());
        if document {
            write!(out, "[")?;
        }
        while let Some(record) = records.try_next().await? {
            if self.quiet {
                writeln!(out, "{}", text(record.get("id")))?;
            } else if document {
                let separator = if count == 0 { "\n  " } else { ",\n  " };
                write!(out, "{separator}{}", line(&record)?)?;
            } else {
                writeln!(out, "{}", line(&record)?)?;
            }
            count += 1;
        }
        if document {
            writeln!(out, "{}]", if count == 0 { "" } else { "\n" })?;
        }
        out.flush()?;
        Ok(count)
    }

    /// Prints a JSON value of any kind, indented unless the format is a line for each result.
    pub(crate) fn json(self, value: &Json) -> Result<(), Failure> {
        match self.format {
            Format::Ndjson => self.text(&escape_json(value.to_string())),
            _ => self.text(&pretty(value)?),
        }
    }

    /// Prints one line of text as it is.
    pub(crate) fn text(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    /// Prints on standard error what was done.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }
}

/// The members of records: the id first, then by name.
pub(crate) fn names_of(items: &[Object]) -> Vec<String> {
    let mut names = std::collections::BTreeSet::new();
    for item in items {
        names.extend(item.keys().filter(|name| *name != "id").cloned());
    }
    std::iter::once("id".to_owned()).chain(names).collect()
}

fn pretty(value: &(impl serde::Serialize + ?Sized)) -> Result<String, Failure> {
    let document = serde_json::to_string_pretty(value).map_err(unwritable)?;
    Ok(escape_json(document))
}

fn line(value: &Object) -> Result<String, Failure> {
    let document = serde_json::to_string(value).map_err(unwritable)?;
    Ok(escape_json(document))
}

fn unwritable(error: serde_json::Error) -> Failure {
    Failure::failed(format!("a result cannot be written as JSON: {error}"))
}
