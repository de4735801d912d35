//! Writing what a seed has into one change of the store.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sha2::{Digest, Sha512};

use super::line::KvContent;
use super::progress::{SeedProgress, Seeded, Watcher};
use crate::engine::error::Error;
use crate::engine::input::read_value;
use crate::engine::names::{NameError, check_collection_name, check_name, is_like_recorded};
use crate::engine::operations::{CollectionWriter, Rules, add_link, kv_entry, new_record};
use crate::engine::schema::{Schema, SchemaRequest};
use crate::engine::store::{Collections, Kv, StoreError, WriteTransaction, sweep};
use crate::engine::value::is_too_deep;

/// After how many records the watcher is told, and a seed that nobody waits for ends.
const STEP: u64 = 256;

/// Who follows a seed: told how far it is, and asked whether it is still wanted.
pub(super) struct Monitor<'a> {
    watcher: Option<&'a Watcher>,
    given_up: &'a AtomicBool,
    bytes: Cell<u64>,
    total_bytes: u64,
}

impl<'a> Monitor<'a> {
    pub(super) fn new(
        watcher: Option<&'a Watcher>,
        given_up: &'a AtomicBool,
        total_bytes: u64,
    ) -> Self {
        Self {
            watcher,
            given_up,
            bytes: Cell::new(0),
            total_bytes,
        }
    }

    pub(super) fn add_bytes(&self, read: usize) {
        self.bytes.set(self.bytes.get() + read as u64);
    }

    pub(super) fn progress(&self, seeded: Seeded) -> SeedProgress {
        SeedProgress {
            seeded,
            bytes: self.bytes.get(),
            total_bytes: self.total_bytes,
            done: false,
        }
    }
}

/// Takes collections and records and stores them. Problems are texts: where they are is for the
/// source to say.
pub(super) struct Loader<'a> {
    transaction: &'a WriteTransaction<'a>,
    moment: DateTime<Utc>,
    rules: Rules,
    pub(super) monitor: &'a Monitor<'a>,
    collections: HashMap<String, CollectionWriter<'a, WriteTransaction<'a>>>,
    records: u64,
    kv_keys: u64,
}

impl<'a> Loader<'a> {
    pub(super) fn new(
        transaction: &'a WriteTransaction<'a>,
        moment: DateTime<Utc>,
        rules: Rules,
        monitor: &'a Monitor<'a>,
    ) -> Result<Self, StoreError> {
        sweep(transaction, moment.timestamp_millis())?;
        // A seed is stored whole, however large it is.
        transaction.lift_limit();
        Ok(Self {
            transaction,
            moment,
            rules,
            monitor,
            collections: HashMap::new(),
            records: 0,
            kv_keys: 0,
        })
    }

    pub(super) fn seeded(&self) -> Seeded {
        Seeded {
            collections: self.collections.len() as u64,
            records: self.records,
            kv_keys: self.kv_keys,
        }
    }

    /// Makes a collection unless it is there. One that is there must have the schema, if one is
    /// given.
    pub(super) fn collection(&mut self, name: &str, schema: Option<Value>) -> Result<(), String> {
        self.declare(name, schema)
            .map_err(|error| error.to_string())
    }

    /// Stores a record, in the place of the one with its id if there is one.
    pub(super) fn record(
        &mut self,
        collection: &str,
        record: Map<String, Value>,
    ) -> Result<(), String> {
        self.put(collection, record)
            .map_err(|error| error.to_string())?;
        self.records += 1;
        self.report(self.records)
    }

    /// Stores a key of the key-value store, in the place of the one that is there.
    pub(super) fn kv(&mut self, key: &str, content: KvContent) -> Result<(), String> {
        self.put_kv(key, content)
            .map_err(|error| error.to_string())?;
        self.kv_keys += 1;
        self.report(self.kv_keys)
    }

    /// Tells the watcher from time to time, and ends a seed that nobody waits for any more.
    fn report(&self, stored: u64) -> Result<(), String> {
        if stored.is_multiple_of(STEP) {
            if self.monitor.given_up.load(Ordering::Relaxed) {
                return Err("it was given up".to_owned());
            }
            if let Some(watcher) = self.monitor.watcher {
                watcher(self.monitor.progress(self.seeded()));
            }
        }
        Ok(())
    }

    fn declare(&mut self, name: &str, schema: Option<Value>) -> Result<(), Error> {
        check_collection_name(name)?;
        if self.rules.strict_names && !is_like_recorded(name) {
            return Err(NameError::UnlikeRecorded.into());
        }
        let wanted = match schema.filter(|schema| !says_nothing(schema)) {
            Some(schema) => {
                let request: SchemaRequest = read_value(schema, self.rules.unknown_members)?;
                Some(request.into_schema(self.moment, self.rules.unknown_members)?)
            }
            None => None,
        };
        let collections = Collections(self.transaction);
        let collection = match (collections.get(name)?, wanted) {
            (None, wanted) => {
                let schema = wanted.unwrap_or_else(|| Schema::empty(self.moment));
                collections.create(name, schema)?
            }
            (Some(found), Some(wanted)) if !found.schema.defines_the_same_as(&wanted) => {
                return Err(Error::OtherSchema(name.to_owned()));
            }
            (Some(found), _) => found,
        };
        let collection = CollectionWriter::new(self.transaction, collection, self.moment);
        self.collections.insert(name.to_owned(), collection);
        Ok(())
    }

    fn put(&mut self, name: &str, mut record: Map<String, Value>) -> Result<(), Error> {
        if !self.collections.contains_key(name) {
            self.declare(name, None)?;
        }
        let Some(collection) = self.collections.get(name) else {
            return Err(Error::CollectionNotFound(name.to_owned()));
        };
        if record.values().any(is_too_deep) {
            return Err(Error::TooDeep);
        }
        let alias = &collection.schema.primary_key_alias;
        if !record.contains_key("id") && !record.contains_key(alias) {
            record.insert("id".to_owned(), id_of(name, &record));
        }
        let record = new_record(record, &collection.schema, self.moment.timestamp_millis())?;
        collection.put(record)
    }
}

impl Loader<'_> {
    fn put_kv(&self, key: &str, content: KvContent) -> Result<(), Error> {
        check_name("KV key", key)?;
        let kv = Kv::new(self.transaction, self.moment);
        let now = self.moment.timestamp_millis();
        kv.set(key, &kv_entry(content.value, content.ttl.as_ref(), now)?)?;
        for link in &content.links {
            check_collection_name(&link.collection)?;
            check_name("record id", &link.document_id)?;
            add_link(&kv, key, link)?;
        }
        Ok(())
    }
}

/// Whether a schema is that of a collection without one, as servers show it and exports have it.
fn says_nothing(schema: &Value) -> bool {
    let no_fields = schema["fields"].as_object().is_some_and(Map::is_empty);
    no_fields && matches!(schema["primary_key_alias"].as_str(), None | Some("id"))
}

/// An id in the form of the server's, the same for the same content in the same collection.
fn id_of(collection: &str, record: &Map<String, Value>) -> Value {
    let mut hash = Sha512::new();
    add_text(&mut hash, collection);
    add_members(&mut hash, record);
    URL_SAFE_NO_PAD.encode(hash.finalize()).into()
}

/// Each value with its kind and length, so that no two values give the same bytes; members in the
/// order of their names, whichever way they were written.
fn add(hash: &mut Sha512, value: &Value) {
    match value {
        Value::Null => hash.update(b"n"),
        Value::Bool(value) => hash.update(if *value { b"t" } else { b"f" }),
        Value::Number(number) => {
            hash.update(b"d");
            add_text(hash, &number.to_string());
        }
        Value::String(text) => {
            hash.update(b"s");
            add_text(hash, text);
        }
        Value::Array(items) => {
            hash.update(b"a");
            hash.update((items.len() as u64).to_be_bytes());
            items.iter().for_each(|item| add(hash, item));
        }
        Value::Object(members) => {
            hash.update(b"o");
            add_members(hash, members);
        }
    }
}

fn add_members(hash: &mut Sha512, members: &Map<String, Value>) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    hash.update((members.len() as u64).to_be_bytes());
    for (name, value) in sorted {
        add_text(hash, name);
        add(hash, value);
    }
}

fn add_text(hash: &mut Sha512, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}
