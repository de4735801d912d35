//! The import: reads a file in batches and keeps a checkpoint of each.

use std::path::{Path, PathBuf};

use ekodb_client::{Client, CollectionSchema, ErrorKind};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    FileFormat,
    batch::Batch,
    checkpoint::CheckpointFile,
    input,
    progress::Progress,
    read::{Place, Types, Unreadable},
    refused_report::Report,
    sidecar::sidecar,
    store::{PendingRecord, store},
};
pub(crate) use super::{batch::Naming, store::IfExists};
use crate::{
    failure::{Exit, Failure},
    record_json::RequestRecord,
};

/// Refused records that are shown at once; the report has all.
const SHOWN: u64 = 10;

/// What to import, and how.
#[derive(Debug)]
pub(crate) struct Import {
    /// `None` is standard input.
    pub(crate) file: Option<PathBuf>,
    pub(crate) naming: Naming,
    pub(crate) format: FileFormat,
    pub(crate) if_exists: IfExists,
    /// Whether a cell of CSV is a text whatever it looks like.
    pub(crate) text: bool,
    pub(crate) restart: bool,
    pub(crate) report: Option<PathBuf>,
    pub(crate) quiet: bool,
}

/// How many records came to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) stored: u64,
    pub(crate) updated: u64,
    pub(crate) skipped: u64,
    pub(crate) refused: u64,
}

impl Counts {
    pub(crate) fn all(self) -> u64 {
        self.stored + self.updated + self.skipped + self.refused
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Checkpoint {
    url: String,
    collection: Option<String>,
    format: FileFormat,
    /// The length of the file, and a digest of its beginning.
    length: u64,
    digest: Uuid,
    /// What the ids of records without one are made of.
    run: Uuid,
    /// Everything before it is accounted for.
    done: Place,
    /// Up to here records may have been stored.
    sent: u64,
    counts: Counts,
    report_bytes: u64,
}

/// Runs an import to its end. Returns what became of the records, and the report of those refused.
pub(crate) async fn run(
    import: &Import,
    client: &Client,
) -> Result<(Counts, Option<PathBuf>), Failure> {
    let mut state = State::begin(import, client)?;
    let types = import.types(client).await?;
    let file = import.file.as_deref();
    let mut reader = input::open(file, import.format, state.checkpoint.done, types)?;
    let length = state.file.as_ref().map(|_| state.checkpoint.length);
    let progress = Progress::new(
        "importing",
        length,
        state.checkpoint.counts.all(),
        import.quiet,
    );
    let mut repeated_until = state.checkpoint.sent;
    let mut ahead = None;
    loop {
        let batch = Batch::read(&mut reader, &mut ahead, &import.naming)?;
        let Some(end) = batch.end else {
            break;
        };
        let repeated = batch.start < repeated_until;
        if !repeated {
            repeated_until = 0;
        }
        state.checkpoint.sent = state.checkpoint.sent.max(end.offset);
        state.save()?;
        state
            .send(client, import, batch, repeated, &progress)
            .await?;
        state.checkpoint.done = end;
        state.checkpoint.report_bytes = state.report.bytes()?;
        progress.set(end.offset, state.checkpoint.counts.all());
    }
    progress.finish();
    if let Some(file) = &state.file {
        file.remove()?;
    }
    let refused = state.checkpoint.counts.refused > 0;
    let report = state.report.path().filter(|_| refused);
    Ok((state.checkpoint.counts, report.map(Path::to_owned)))
}

struct State {
    checkpoint: Checkpoint,
    file: Option<CheckpointFile>,
    report: Report,
}

impl State {
    /// The state of an earlier run that was interrupted, or a new one.
    fn begin(import: &Import, client: &Client) -> Result<Self, Failure> {
        let mut checkpoint = Checkpoint {
            url: client.base_url().to_owned(),
            collection: import.naming.collection.clone(),
            format: import.format,
            length: 0,
            digest: Uuid::nil(),
            run: Uuid::new_v4(),
            done: Place::default(),
            sent: 0,
            counts: Counts::default(),
            report_bytes: 0,
        };
        let mut report_path = import.report.clone();
        let mut checkpoint_file = None;
        if let Some(path) = &import.file
            && let Some(identity) = input::identity(path)?
        {
            (checkpoint.length, checkpoint.digest) = identity;
            let file = CheckpointFile::new(sidecar(path, ".import-checkpoint"));
            if !import.restart
                && let Some(earlier) = file.load::<Checkpoint>()?
            {
                earlier
                    .check(&checkpoint)
                    .map_err(|what| file.differs(what))?;
                checkpoint = earlier;
            }
            checkpoint_file = Some(file);
            report_path.get_or_insert_with(|| sidecar(path, ".refused.ndjson"));
        }
        Ok(Self {
            report: Report::open(report_path, checkpoint.report_bytes)?,
            checkpoint,
            file: checkpoint_file,
        })
    }

    fn save(&self) -> Result<(), Failure> {
        match &self.file {
            Some(file) => file.save(&self.checkpoint),
            None => Ok(()),
        }
    }

    async fn send(
        &mut self,
        client: &Client,
        import: &Import,
        batch: Batch,
        repeated: bool,
        progress: &Progress,
    ) -> Result<(), Failure> {
        if let Some(schema) = batch.schema {
            create(client, &batch.collection, schema).await?;
        }
        let mut records = Vec::new();
        for item in batch.items {
            match item.content {
                Ok(Json::Object(members)) => {
                    let source = Json::Object(members.clone());
                    let mut request = RequestRecord::new(members);
                    let id = request.id().map_or_else(
                        || {
                            Uuid::new_v5(&self.checkpoint.run, &item.start.to_be_bytes())
                                .to_string()
                        },
                        str::to_owned,
                    );
                    request.set_id(id.clone());
                    records.push(PendingRecord {
                        line: item.line,
                        id,
                        request,
                        source,
                    });
                }
                Ok(other) => self.refuse(
                    item.line,
                    "a record must be a JSON object",
                    &other,
                    progress,
                )?,
                Err(Unreadable { reason, source }) => {
                    self.refuse(item.line, &reason, &source, progress)?;
                }
            }
        }
        let collection = client.collection(&batch.collection);
        let outcome = store(&collection, records, import.if_exists, repeated).await?;
        let counts = &mut self.checkpoint.counts;
        counts.stored += outcome.stored;
        counts.updated += outcome.updated;
        counts.skipped += outcome.skipped;
        for (record, reason) in outcome.refused {
            self.refuse(record.line, &reason, &record.source, progress)?;
        }
        Ok(())
    }

    fn refuse(
        &mut self,
        line: u64,
        reason: &str,
        record: &Json,
        progress: &Progress,
    ) -> Result<(), Failure> {
        self.report.add(line, reason, record)?;
        self.checkpoint.counts.refused += 1;
        match self.checkpoint.counts.refused {
            count if count <= SHOWN => progress.line(&format!("line {line}: {reason}")),
            count if count == SHOWN + 1 => progress.line("more lines were refused"),
            _ => {}
        }
        Ok(())
    }
}

impl Checkpoint {
    /// Whether a run goes on with what this one began.
    fn check(&self, run: &Self) -> Result<(), &'static str> {
        if self.url != run.url {
            return Err("this is another server");
        }
        if (&self.collection, self.format) != (&run.collection, run.format) {
            return Err("this is another collection or format");
        }
        if (self.length, self.digest) != (run.length, run.digest) {
            return Err("the file has changed since");
        }
        Ok(())
    }
}

impl Import {
    /// The types of the fields, where the format does not tell them.
    async fn types(&self, client: &Client) -> Result<Types, Failure> {
        let naming = &self.naming;
        let schema = match naming.collection.as_ref().or(naming.fallback.as_ref()) {
            Some(name) if self.format == FileFormat::Csv => {
                client.collection(name).schema().await?
            }
            _ => CollectionSchema::new(),
        };
        Ok(Types::new(schema, self.text))
    }
}

/// Creates a collection with a schema, unless it has this one already.
async fn create(client: &Client, name: &str, schema: Json) -> Result<(), Failure> {
    let schema = CollectionSchema::from_request_json(schema)?;
    if schema.fields.is_empty() {
        return Ok(());
    }
    let collection = client.collection(name);
    match collection.create(schema.clone()).await {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::Conflict => {
            let existing = collection.schema().await?;
            if existing.fields == schema.fields {
                return Ok(());
            }
            Err(Failure::new(
                Exit::Conflict,
                format!("the collection {name} exists with another schema"),
            )
            .hint("delete the collection, or import its records alone with ekodb import FILE COLLECTION"))
        }
        Err(error) => Err(error.into()),
    }
}
