//! `ekodb import`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Context, records::count};
use crate::{
    failure::{Exit, Failure},
    output::{Columns, object},
    transfer::{
        FileFormat,
        import::{self, IfExists, Import, Naming},
    },
};

/// Store the records of a file, in bounded memory
///
/// What is refused is reported with its line and does not stop the others. An import that was
/// interrupted, even by the end of the machine, goes on with the same command: it keeps a
/// checkpoint next to the file, no record is lost, and none is stored twice. Records without an
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

    /// The format of the file [default: by its file extension]
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
        let refused = count(counts.refused, "record");
        let failure = Failure::new(Exit::Refused, format!("{refused} refused"));
        Err(match report {
            Some(report) => failure.hint(format!("{report} has them, with lines and reasons")),
            None => failure,
        })
    }
}
