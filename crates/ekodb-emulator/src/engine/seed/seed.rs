//! Seeds: collections and records to store.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use serde::Serialize;

use super::loader::{Loader, Monitor};
use super::progress::{SeedProgress, Seeded, Watcher};
use super::source::Source;
use crate::engine::error::Error;
use crate::engine::operations::Database;

/// Collections and records to begin with, for
/// [`EmulatorBuilder::seed`](crate::EmulatorBuilder::seed) and
/// [`Emulator::seed`](crate::Emulator::seed).
///
/// A seed is stored in one transaction: all of it, or nothing when a part of it cannot be. Seeding
/// the same twice gives the same state: a record takes the place of one with its id, and a record
/// without an id gets one made of its collection and its content. Two records alike without an id
/// are therefore one. A collection's schema is made once; another one there already is an error.
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

impl Seed {
    /// A file, or a directory of such files in the order of their names. Files are read as a
    /// stream.
    ///
    /// - `.ndjson` or `.jsonl`: one JSON object a line, `{"collection": "users", "schema": {...}}`
    ///   (the schema may be left out) or `{"collection": "users", "record": {...}}`. When the first
    ///   line has neither form, every line is a record of the collection that the file is named
    ///   after. A line `{"kv": "sessions:1", "value": ..., "ttl": "1h", "links": [...]}` is a key
    ///   of the key-value store; `ttl` and `links` may be left out.
    /// - `.json`: an object of collections, `{"users": [...]}` or
    ///   `{"users": {"schema": {...}, "records": [...]}}`; or an array, the records of the
    ///   collection that the file is named after. The member `$kv` is not a collection: it has keys
    ///   of the key-value store, `{"$kv": {"sessions:1": {"value": ..., "ttl": "1h"}}}`.
    ///
    /// Schemas and records are those of the API's requests. Other files in a directory are skipped.
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

    /// Calls `watcher` from time to time with how far it is, and once more when all is stored. It
    /// holds up the store, so it should be short.
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
}

impl Database {
    /// Stores a seed: all of it, or nothing. Dropping the future cancels it, unless the commit has
    /// begun.
    pub(crate) async fn seed(&self, seed: Seed) -> Result<Seeded, Error> {
        let cancelled = CancelOnDrop::default();
        let flag = Arc::clone(&cancelled.0);
        let Seed { source, watcher } = seed;
        let observer = watcher.clone();
        let (now, rules) = (self.clock().now(), self.rules());
        let last = self
            .store
            .write(move |transaction| {
                let monitor = Monitor::new(observer.as_deref(), &flag, source.bytes());
                let mut loader = Loader::new(transaction, now, rules, &monitor)?;
                source.feed(&mut loader)?;
                Ok::<_, Error>(monitor.progress(loader.seeded()))
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

/// Tells the store's thread that the caller has gone.
#[derive(Default)]
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
