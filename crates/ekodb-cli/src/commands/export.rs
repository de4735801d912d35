//! `ekodb export`.

use std::path::PathBuf;

use clap::Args;

use super::{Context, records::count};
use crate::{
    failure::Failure,
    filter,
    transfer::{
        FileFormat,
        export::{self, Export},
    },
};

/// Write the records of collections to a file, in bounded memory
///
/// An export is a seed of the emulator, and `ekodb import` reads it back. With --schema, or of
/// more than one collection, each line says its collection. An export into a file that was
/// interrupted goes on with the same command. Records are read by their ids, so those that are
/// written meanwhile may be in it or not.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb export users > users.ndjson
  ekodb export users --to users.csv --filter 'age >= 18'
  ekodb export users orders --schema --to dump2.ndjson")]
pub(crate) struct ExportArgs {
    /// The collections
    #[arg(required = true)]
    collections: Vec<String>,

    /// The file [default: standard output]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,

    /// The format of the file [default: by its file extension, else ndjson]
    #[arg(long)]
    format: Option<FileFormat>,

    /// Which records; `ekodb records find --help` shows what it may say
    #[arg(long)]
    filter: Option<String>,

    /// The columns of CSV [default: all fields, for which the records are read twice]
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    fields: Vec<String>,

    /// Write the schemas too
    #[arg(long)]
    schema: bool,

    /// Replace the file if it exists
    #[arg(long)]
    force: bool,

    /// Begin again, whatever an earlier run did
    #[arg(long)]
    restart: bool,
}

impl ExportArgs {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let format = FileFormat::choose(self.format, self.to.as_deref())?;
        if format != FileFormat::Ndjson && (self.schema || self.collections.len() > 1) {
            return Err(Failure::usage(
                "schemas and more than one collection need the format ndjson",
            ));
        }
        if format != FileFormat::Csv && !self.fields.is_empty() {
            return Err(Failure::usage("--fields is for the columns of CSV"));
        }
        let export = Export {
            filter: self.filter.as_deref().map(filter::parse).transpose()?,
            collections: self.collections,
            file: self.to,
            format,
            fields: self.fields,
            schema: self.schema,
            force: self.force,
            restart: self.restart,
            quiet: context.output.quiet,
        };
        let records = export::run(&export, &context.client()?).await?;
        let records = count(records, "record");
        context.output.note(&format!("exported {records}"));
        Ok(())
    }
}
