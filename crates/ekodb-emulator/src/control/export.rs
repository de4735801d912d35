//! What users have stored, as lines of JSON.

use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use crate::app::App;
use crate::records::Record;
use crate::schema::Schema;
use crate::store::{Collections, Records, Snapshot, StoreError};
use crate::value::Typed;

/// How much is gathered before it is sent, in bytes.
const CHUNK: usize = 64 * 1024;
/// How many chunks may wait for a reader: bounds what an export holds in memory.
const AHEAD: usize = 4;

type Chunk = Result<Bytes, StoreError>;

/// Every collection with its schema, followed by its records, each a line of JSON:
/// `{"collection","schema"}` or `{"collection","record"}`. Keys are left out, since their values are secrets.
pub(crate) fn export(app: Arc<App>) -> Result<mpsc::Receiver<Chunk>, StoreError> {
    let snapshot = app.store.snapshot()?;
    let now = app.clock.now().timestamp_millis();
    let (sender, chunks) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut lines = Lines {
            sender,
            chunk: Vec::new(),
        };
        let written = write(&snapshot, now, &mut lines);
        match written {
            Ok(()) => lines.send(),
            // The reader sees a body that breaks off.
            Err(error) => drop(lines.sender.blocking_send(Err(error))),
        }
    });
    Ok(chunks)
}

fn write(snapshot: &Snapshot, now: i64, lines: &mut Lines) -> Result<(), StoreError> {
    let collections = Collections(snapshot);
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
        let records = Records {
            source: snapshot,
            uid: collection.uid,
            now,
        };
        records.each(|stored| {
            let record = plain(stored.record);
            lines.add(&json!({ "collection": name, "record": record }))
        })?;
    }
    Ok(())
}

/// What of a schema is a request's to say.
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

/// A record as a request would have it: a value says its type only where that could not be inferred.
fn plain(record: Record) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("id".to_owned(), record.id.into());
    for (name, typed) in record.fields {
        let inferred = Typed::from_request(typed.value.clone());
        let wrapped = inferred.as_ref() != Ok(&typed);
        members.insert(name, typed.into_reply(wrapped));
    }
    if let Some(ttl) = record.ttl {
        let seconds = (ttl.millis + 999).div_euclid(1000);
        members.insert("ttl".to_owned(), format!("{seconds}s").into());
        if ttl.on_access {
            members.insert("ttl_update_on_access".to_owned(), true.into());
        }
    }
    members
}

/// Lines on their way to a reader.
struct Lines {
    sender: mpsc::Sender<Chunk>,
    chunk: Vec<u8>,
}

impl Lines {
    /// Adds a line; breaks once nobody reads any more.
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
            // Nobody may be reading any more.
            let _ = self.sender.blocking_send(Ok(self.chunk.into()));
        }
    }
}
