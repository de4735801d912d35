//! `ekodb import` and `ekodb export`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Context, context::object};
use crate::{
    failure::{Exit, Failure},
    filter,
    output::Columns,
    transfer::{
        FileFormat,
        export::{self, Export},
        import::{self, IfExists, Import, Naming},
    },
};

/// Store the records of a file, in bounded memory
///
/// What is refused is reported with its line and does not stop the others. An import that was
/// interrupted, even by the end of the machine, goes on with the same command: it keeps a
/// checkpoint beside the file, no record is lost, and none is stored twice. Records without an
/// id get one that is made of their place in the file.
///
/// A CSV file begins with the names of the fields. The schema of the collection says what a
/// cell is; without one, numbers, true, false, objects and arrays are what they look like, and
/// everything else is text. An empty cell is no field.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb import people.ndjson
  ekodb import people.csv users --if-exists update
  ekodb import dump.ndjson --if-exists skip
  gzip -dc people.csv.gz | ekodb import - people --format csv")]
pub(crate) struct ImportArgs {
    /// The file; - is standard input. An import of that or of a pipe cannot go on after an
    /// interruption
    file: PathBuf,

    /// The collection [default: the one that a line names, as exports and seeds have them, else the
    /// name of the file]
    collection: Option<String>,

    /// What the file holds [default: told by the end of its name]
    #[arg(long)]
    format: Option<FileFormat>,

    /// What happens to a record whose id exists
    #[arg(long, value_enum, default_value_t)]
    if_exists: IfExists,

    /// Every cell of CSV is a text, unless the schema says otherwise
    #[arg(long)]
    text: bool,

    /// Begin again, whatever an earlier run did
    #[arg(long)]
    restart: bool,

    /// Where refused records go, as lines with `line`, `error` and `record` [default:
    /// FILE.refused.ndjson]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl ImportArgs {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let file = Some(self.file).filter(|file| file.as_os_str() != "-");
        let stem = file.as_ref().and_then(|file| file.file_stem());
        let import = Import {
            format: FileFormat::choose(self.format, file.as_deref())?,
            naming: Naming {
                collection: self.collection,
                fallback: stem.map(|stem| stem.to_string_lossy().into_owned()),
            },
            file,
            if_exists: self.if_exists,
            text: self.text,
            restart: self.restart,
            report: self.report,
            quiet: context.output.quiet,
        };
        let (counts, report) = import::run(&import, &context.client()?).await?;
        let report = report.map(|path| path.display().to_string());
        let mut row = object(json!({
            "stored": counts.stored,
            "updated": counts.updated,
            "skipped": counts.skipped,
            "refused": counts.refused,
        }));
        if let Some(report) = &report {
            row.insert("report".to_owned(), json!(report));
        }
        let columns = Columns::new("stored", ["stored", "updated", "skipped", "refused"]);
        context.output.item(&columns, &row)?;
        if counts.refused == 0 {
            return Ok(());
        }
        let refused = super::records::count(counts.refused, "record");
        let failure = Failure::new(Exit::Refused, format!("{refused} refused"));
        Err(match report {
            Some(report) => failure.hint(format!("{report} has them, with lines and reasons")),
            None => failure,
        })
    }
}

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

    /// What the file is to hold [default: told by the end of its name, else ndjson]
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
        let records = super::records::count(records, "record");
        context.output.note(&format!("exported {records}"));
        Ok(())
    }
}
