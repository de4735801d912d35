//! Rows of CSV.

use std::io::{self, Write};

use serde_json::Value as Json;

/// A value as a cell: text as it is, nothing for `null`, everything else as JSON.
pub(crate) fn cell(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Writes one row, with quotes where they are needed.
pub(crate) fn write_row<C: AsRef<[u8]>>(
    out: &mut impl Write,
    cells: impl IntoIterator<Item = C>,
) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    writer.write_record(cells).map_err(io::Error::from)?;
    writer.flush()
}
