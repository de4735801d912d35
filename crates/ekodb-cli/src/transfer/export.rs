//! The export: reads collections in the order of their ids, a page at a time, and keeps a
//! checkpoint of each.

use std::{collections::BTreeSet, path::PathBuf, time::SystemTime};

use chrono::{DateTime, Utc};
use ekodb_client::{
    Client, Collection, Record,
    query::{Filter, field},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{
    FileFormat,
    checkpoint::CheckpointFile,
    progress::Progress,
    sidecar::sidecar,
    write::{Layout, Target},
};
use crate::{failure::Failure, record_json};

/// Records of a page.
const PAGE: u64 = 1000;

/// What to export, and how.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) collections: Vec<String>,
    pub(crate) filter: Option<Filter>,
    /// `None` is standard output.
    pub(crate) file: Option<PathBuf>,
    pub(crate) format: FileFormat,
    /// Columns of CSV; none are all that the records have.
    pub(crate) fields: Vec<String>,
    pub(crate) schema: bool,
    /// Whether a file that exists is replaced.
    pub(crate) force: bool,
    pub(crate) restart: bool,
    pub(crate) quiet: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Checkpoint {
    url: String,
    collections: Vec<String>,
    filter: Option<Json>,
    format: FileFormat,
    schema: bool,
    columns: Vec<String>,
    /// The collection that is read.
    index: usize,
    /// The id of the last record of it that was written.
    last: Option<String>,
    /// The length of the file so far.
    bytes: u64,
    records: u64,
}

/// Runs an export to its end. Returns the number of records.
pub(crate) async fn run(export: &Export, client: &Client) -> Result<u64, Failure> {
    let (mut state, file) = export.begin(client)?;
    let fresh = state.bytes == 0;
    if fresh && export.format == FileFormat::Csv {
        state.columns = export.columns(client).await?;
    }
    let layout = Layout {
        format: export.format,
        wrapped: export.schema || export.collections.len() > 1,
        columns: state.columns.clone(),
    };
    let mut target = match &export.file {
        Some(path) => Target::file(path, state.bytes)?,
        None => Target::stdout(),
    };
    if fresh {
        target.begin(&layout)?;
    }
    let progress = Progress::new(
        "exporting",
        export.total(client).await,
        state.records,
        export.quiet,
    );
    while let Some(name) = export.collections.get(state.index) {
        let collection = client.collection(name);
        if export.schema && state.last.is_none() {
            let schema = collection.schema().await?;
            target.schema(name, schema.to_request_json())?;
        }
        let mut pages = Pages::new(&collection, export.filter.clone(), state.last.take());
        while let Some(page) = pages.next().await? {
            for record in &page {
                let record = export.members(record)?;
                target.record(&layout, name, record, state.records == 0)?;
                state.records += 1;
            }
            state.last.clone_from(&pages.last);
            state.bytes = target.flush()?;
            if let Some(file) = &file {
                file.save(&state)?;
            }
            progress.set(state.records, state.records);
        }
        state.index += 1;
        state.last = None;
    }
    target.end(&layout)?;
    progress.finish();
    if let Some(file) = file {
        file.remove()?;
    }
    Ok(state.records)
}

impl Export {
    /// The state of an earlier run that was interrupted, or a new one.
    fn begin(&self, client: &Client) -> Result<(Checkpoint, Option<CheckpointFile>), Failure> {
        let fresh = Checkpoint {
            url: client.base_url().to_owned(),
            collections: self.collections.clone(),
            filter: self.filter.as_ref().map(Filter::to_json),
            format: self.format,
            schema: self.schema,
            columns: self.fields.clone(),
            index: 0,
            last: None,
            bytes: 0,
            records: 0,
        };
        let Some(path) = &self.file else {
            return Ok((fresh, None));
        };
        let file = CheckpointFile::new(sidecar(path, ".export-checkpoint"));
        let earlier = if self.restart {
            None
        } else {
            file.load::<Checkpoint>()?
        };
        if let Some(earlier) = earlier {
            if !earlier.is_of(&fresh) {
                return Err(file.differs("this is another server or another export"));
            }
            let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
            if length < earlier.bytes {
                return Err(file.differs("the file has been shortened since"));
            }
            return Ok((earlier, Some(file)));
        }
        if path.exists() && !self.force && !self.restart {
            return Err(Failure::usage(format!("{} exists", path.display()))
                .hint("add --force to replace it"));
        }
        Ok((fresh, Some(file)))
    }

    /// The columns that are named, or all fields of all records, for which they are read once more.
    async fn columns(&self, client: &Client) -> Result<Vec<String>, Failure> {
        if !self.fields.is_empty() {
            return Ok(self.fields.clone());
        }
        let mut names = BTreeSet::new();
        for name in &self.collections {
            let collection = client.collection(name);
            let mut pages = Pages::new(&collection, self.filter.clone(), None);
            while let Some(page) = pages.next().await? {
                for record in page {
                    names.extend(record.into_fields().into_keys());
                }
            }
        }
        Ok(std::iter::once("id".to_owned()).chain(names).collect())
    }

    /// How many records there are, if the server says so and all are exported.
    async fn total(&self, client: &Client) -> Option<u64> {
        if self.filter.is_some() {
            return None;
        }
        let mut total = 0;
        for name in &self.collections {
            let details = client.collection(name).details().await.ok()?;
            total += details.record_count?;
        }
        Some(total)
    }

    /// The members of a record: for people's tables plain, else as an import or a seed reads them.
    fn members(&self, record: &Record) -> Result<Map<String, Json>, Failure> {
        if self.format == FileFormat::Csv {
            return Ok(record_json::members(record));
        }
        let mut members = record.to_request_json()?;
        if let Some(left) = record.expires_at().and_then(seconds_left) {
            members.insert("ttl".to_owned(), format!("{left}s").into());
        }
        Ok(members)
    }
}

impl Checkpoint {
    fn is_of(&self, run: &Self) -> bool {
        let of = |state: &Self| {
            let what = (
                state.url.clone(),
                state.collections.clone(),
                state.filter.clone(),
            );
            (what, state.format, state.schema)
        };
        of(self) == of(run) && (run.columns.is_empty() || run.columns == self.columns)
    }
}

/// The records of a collection after an id, by their ids. Records that change meanwhile move no
/// others.
struct Pages<'a> {
    collection: &'a Collection,
    filter: Option<Filter>,
    last: Option<String>,
}

impl<'a> Pages<'a> {
    fn new(collection: &'a Collection, filter: Option<Filter>, last: Option<String>) -> Self {
        Self {
            collection,
            filter,
            last,
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<Record>>, Failure> {
        let after = self.last.as_ref().map(|last| field("id").gt(last.as_str()));
        let filters = self.filter.iter().cloned().chain(after);
        let mut find = self.collection.find().sort_asc("id").limit(PAGE);
        if let Some(filter) = Filter::all(filters) {
            find = find.filter(filter);
        }
        let page = find.await?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        let id = last.id().map(str::to_owned);
        if id.is_none() || id <= self.last {
            return Err(Failure::failed(
                "the server does not return the records in the order of their ids",
            ));
        }
        self.last = id;
        Ok(Some(page))
    }
}

fn seconds_left(expires_at: &str) -> Option<u64> {
    let until = DateTime::parse_from_rfc3339(expires_at).ok()?;
    let left = until.with_timezone(&Utc) - DateTime::<Utc>::from(SystemTime::now());
    Some(u64::try_from(left.num_seconds()).unwrap_or(0).max(1))
}
