//! Data that an emulator begins with, or gets while it runs.

mod format;
mod json;
mod lines;
mod loader;
mod source;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::error::Cause;
use crate::store::Store;
use crate::wire::Unknown;
use loader::{Loader, Monitor};
use source::Source;

/// Collections and records to begin with, for [`EmulatorBuilder::seed`](crate::EmulatorBuilder::seed) and
/// [`Emulator::seed`](crate::Emulator::seed).
///
/// A seed is stored in one transaction: all of it, or nothing when a part of it cannot be. Seeding the same
/// twice gives the same state: a record takes the place of one with its id, and a record without an id gets
/// one made of its collection and its content. Two records alike without an id are therefore one. A
/// collection's schema is made once; another one there already is an error.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), ekodb_emulator::Error> {
/// use ekodb_emulator::{Emulator, Seed};
/// use serde_json::json;
///
/// let users = Seed::records("users", [json!({ "name": "Ada" }), json!({ "name": "Grace" })]);
/// let emulator = Emulator::builder().seed(users).start().await?;
///
/// let notes = r#"{"collection": "notes", "record": {"text": "seeded while it runs"}}"#;
/// let seeded = emulator.seed(Seed::ndjson(notes)).await?;
/// assert_eq!((seeded.collections, seeded.records), (1, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a seed does nothing until it is given to an emulator"]
pub struct Seed {
    source: Source,
    watcher: Option<Arc<Watcher>>,
}

type Watcher = dyn Fn(SeedProgress) + Send + Sync;

/// What a seed has stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Seeded {
    /// How many collections it has named.
    pub collections: u64,
    /// How many records it has.
    pub records: u64,
}

/// How far a seed is, for [`Seed::watch`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedProgress {
    /// What was seeded so far.
    pub seeded: Seeded,
    /// How many bytes were read. A `.json` file is read twice.
    pub bytes: u64,
    /// How many bytes there are to read; 0 for a seed that is not in files.
    pub total_bytes: u64,
    /// Whether everything is stored.
    pub done: bool,
}

impl Seed {
    /// A file, or a directory of such files in the order of their names. Files are read as a stream.
    ///
    /// - `.ndjson` or `.jsonl`: one JSON object a line, `{"collection": "users", "schema": {...}}` (the schema
    ///   may be left out) or `{"collection": "users", "record": {...}}`. When the first line has neither form,
    ///   every line is a record of the collection that the file is named after.
    /// - `.json`: an object of collections, `{"users": [...]}` or `{"users": {"schema": {...}, "records":
    ///   [...]}}`; or an array, the records of the collection that the file is named after.
    ///
    /// Schemas and records are those of the API's requests. Other files in a directory are passed over.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::new(Source::Path(path.into()))
    }

    /// The content of an `.ndjson` file, each line with its collection.
    pub fn ndjson(content: impl Into<Vec<u8>>) -> Self {
        let content: Vec<u8> = content.into();
        Self::lines(content.into())
    }

    /// Records of one collection, each of which serializes to an object.
    pub fn records<I>(collection: impl Into<String>, records: I) -> Self
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let records = records.into_iter().map(serde_json::to_value);
        Self::new(Source::Records {
            collection: collection.into(),
            records: records
                .map(|record| record.map_err(|error| error.to_string()))
                .collect(),
        })
    }

    /// Calls `watcher` from time to time with how far it is, and once more when all is stored. It holds up the
    /// store, so it should be short.
    pub fn watch(mut self, watcher: impl Fn(SeedProgress) + Send + Sync + 'static) -> Self {
        self.watcher = Some(Arc::new(watcher));
        self
    }

    pub(crate) fn lines(content: Bytes) -> Self {
        Self::new(Source::Lines(content))
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            watcher: None,
        }
    }

    /// Stores it. Dropping the future gives it up, unless the commit has begun.
    pub(crate) async fn store(
        self,
        store: &Store,
        moment: DateTime<Utc>,
        unknown: Unknown,
    ) -> Result<Seeded, Cause> {
        let given_up = GiveUp::default();
        let flag = Arc::clone(&given_up.0);
        let Self { source, watcher } = self;
        let observer = watcher.clone();
        let last = store
            .write(move |change| {
                let monitor = Monitor::new(observer.as_deref(), &flag, source.bytes());
                let mut loader = Loader::new(change, moment, unknown, &monitor)?;
                source.feed(&mut loader)?;
                Ok::<_, Cause>(monitor.progress(loader.seeded()))
            })
            .await?;
        if let Some(watcher) = watcher {
            watcher(SeedProgress { done: true, ..last });
        }
        Ok(last.seeded)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// Tells the store's thread that nobody waits any more.
#[derive(Default)]
struct GiveUp(Arc<AtomicBool>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
