//! Exporting collections and records as lines of JSON.

use std::ops::ControlFlow;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use super::database::Database;
use crate::engine::error::Error;
use crate::engine::record::{Record, Ttl};
use crate::engine::schema::Schema;
use crate::engine::store::{Collections, Kv, ReadTransaction, Records};
use crate::engine::value::Typed;

/// How many bytes are sent at once.
const CHUNK: usize = 64 * 1024;
/// How many chunks may wait for the reader. Bounds the memory of an export.
const AHEAD: usize = 4;

type Chunk = Result<Bytes, Error>;

impl Database {
    /// Exports every collection with its schema, followed by its records, each as a line of JSON:
    /// `{"collection","schema"}` or `{"collection","record"}`; then the key-value store,
    /// `{"kv","value"}` each. API keys are left out: their values are secrets.
    pub(crate) fn export(&self) -> Result<mpsc::Receiver<Chunk>, Error> {
        let transaction = self.store.read()?;
        let now = self.clock.now();
        let (sender, chunks) = mpsc::channel(AHEAD);
        tokio::task::spawn_blocking(move || {
            let mut lines = Lines {
                sender,
                chunk: Vec::new(),
            };
            match write(&transaction, now, &mut lines) {
                Ok(()) => lines.send(),
                // The reader sees the failure after what was sent before it.
                Err(error) => drop(lines.sender.blocking_send(Err(error))),
            }
        });
        Ok(chunks)
    }
}

fn write(
    transaction: &ReadTransaction,
    now: DateTime<Utc>,
    lines: &mut Lines,
) -> Result<(), Error> {
    let collections = Collections(transaction);
    for name in collections.names()? {
        let Some(collection) = collections.get(&name)? else {
            continue;
        };
        let schema = definition(&collection.schema);
        if lines
            .add(&json!({ "collection": name, "schema": schema }))
            .is_break()
        {
            return Ok(());
        }
        let records = Records::new(transaction, collection.uid, now);
        records.each(|stored| {
            let record = plain(stored.record);
            lines.add(&json!({ "collection": name, "record": record }))
        })?;
    }
    write_kv(transaction, now, lines)
}

fn write_kv(
    transaction: &ReadTransaction,
    now: DateTime<Utc>,
    lines: &mut Lines,
) -> Result<(), Error> {
    let kv = Kv::new(transaction, now);
    let mut failed = None;
    let _ = kv.each_after(None, false, |key, entry| {
        let mut line = json!({ "kv": key, "value": as_requested(entry.value) });
        if let Some(ttl) = entry.ttl {
            line["ttl"] = seconds(ttl).into();
        }
        match kv.links(key) {
            Ok(links) if links.is_empty() => {}
            Ok(links) => line["links"] = json!(links),
            Err(error) => {
                failed = Some(error);
                return ControlFlow::Break(());
            }
        }
        lines.add(&line)
    })?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// The part of a schema that a request can set.
fn definition(schema: &Schema) -> Value {
    let mut definition = json!({ "fields": schema.fields });
    if schema.bypass_ripple {
        definition["bypass_ripple"] = true.into();
    }
    if schema.primary_key_alias != "id" {
        definition["primary_key_alias"] = schema.primary_key_alias.as_str().into();
    }
    definition
}

/// A record in the form of a request: a value names its type only where that cannot be inferred.
fn plain(record: Record) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("id".to_owned(), record.id.into());
    for (name, typed) in record.fields {
        members.insert(name, as_requested(typed));
    }
    if let Some(ttl) = record.ttl {
        members.insert("ttl".to_owned(), seconds(ttl).into());
        if ttl.on_access {
            members.insert("ttl_update_on_access".to_owned(), true.into());
        }
    }
    members
}

/// A value in the form of a request: it names its type only where that cannot be inferred.
fn as_requested(typed: Typed) -> Value {
    let inferred = Typed::from_request(typed.value.clone());
    let wrapped = inferred.as_ref() != Ok(&typed);
    typed.into_reply(wrapped)
}

/// A time to live in the form of a request.
fn seconds(ttl: Ttl) -> String {
    format!("{}s", (ttl.millis + 999).div_euclid(1000))
}

/// Lines on their way to a reader.
struct Lines {
    sender: mpsc::Sender<Chunk>,
    chunk: Vec<u8>,
}

impl Lines {
    /// Adds a line. Breaks when the reader has gone.
    fn add(&mut self, line: &Value) -> ControlFlow<()> {
        self.chunk.extend_from_slice(line.to_string().as_bytes());
        self.chunk.push(b'\n');
        if self.chunk.len() < CHUNK {
            return ControlFlow::Continue(());
        }
        let chunk = std::mem::take(&mut self.chunk);
        match self.sender.blocking_send(Ok(chunk.into())) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn send(self) {
        if !self.chunk.is_empty() {
            // Fails when the reader has gone.
            let _ = self.sender.blocking_send(Ok(self.chunk.into()));
        }
    }
}
