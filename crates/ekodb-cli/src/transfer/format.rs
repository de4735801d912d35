//! The formats of files.

use std::path::Path;

use clap::ValueEnum;

use crate::failure::Failure;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FileFormat {
    /// A record in each line, as JSON
    Ndjson,
    /// One array of records
    Json,
    /// A header, then a record in each line
    Csv,
}

impl FileFormat {
    /// The format that is named, or that the end of the file's name tells.
    pub(crate) fn choose(named: Option<Self>, file: Option<&Path>) -> Result<Self, Failure> {
        if let Some(format) = named {
            return Ok(format);
        }
        let Some(file) = file else {
            return Ok(Self::Ndjson);
        };
        let extension = file.extension().and_then(|extension| extension.to_str());
        match extension {
            Some("ndjson" | "jsonl") => Ok(Self::Ndjson),
            Some("json") => Ok(Self::Json),
            Some("csv") => Ok(Self::Csv),
            _ => Err(Failure::usage(format!(
                "the name of {} does not tell its format",
                file.display()
            ))
            .hint("add --format ndjson, --format json or --format csv")),
        }
    }
}
