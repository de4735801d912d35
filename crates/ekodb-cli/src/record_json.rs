//! Records as JSON: as a request has them, and as people and programs read them.

use ekodb_client::Record;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use crate::output::Object;

/// Members of a record that say how it is kept, and are no fields.
const LIFETIME: [&str; 2] = ["ttl", "ttl_update_on_access"];

/// A record as a request has it: fields that are plain or `{"type", "value"}`, and its time to
/// live.
#[derive(Clone, Debug)]
pub(crate) struct RequestRecord {
    record: Record,
    lifetime: Object,
}

impl RequestRecord {
    pub(crate) fn new(mut members: Object) -> Self {
        let lifetime = LIFETIME
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), members.remove(name)?)))
            .collect();
        Self {
            record: Record::from_request_json(members),
            lifetime,
        }
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.record.id()
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    pub(crate) fn set_id(&mut self, id: String) {
        self.record.set("id", id);
    }
}

impl Serialize for RequestRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = self.record.id() {
            map.serialize_entry("id", id)?;
        }
        for (name, value) in self.record.fields() {
            map.serialize_entry(name, value)?;
        }
        for (name, value) in &self.lifetime {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for RequestRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let record = Record::deserialize(deserializer)?;
        let lifetime = Object::new();
        Ok(Self { record, lifetime })
    }
}

/// The members of a record as people and programs read them: the id first, then plain values.
pub(crate) fn members(record: &Record) -> Object {
    let mut members = Object::new();
    if let Some(id) = record.id() {
        members.insert("id".to_owned(), id.into());
    }
    for (name, value) in record.fields() {
        members.insert(name.clone(), value.to_json());
    }
    if let Some(expires_at) = record.expires_at() {
        members.insert("ttl".to_owned(), expires_at.into());
    }
    members
}
