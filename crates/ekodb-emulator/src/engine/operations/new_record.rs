//! The record that a request describes, under the rules of a schema.

use std::collections::BTreeMap;

use ekodb_api::Nullable;
use serde_json::{Map, Value};

use crate::engine::error::Error;
use crate::engine::record::{Draft, Record, Ttl};
use crate::engine::schema::{Schema, Violation};
use crate::engine::value::Typed;

/// Returns the record that a request's members make at a moment, in Unix milliseconds. It is not
/// stored yet.
pub(in crate::engine) fn new_record(
    members: Map<String, Value>,
    schema: &Schema,
    now: i64,
) -> Result<Record, Error> {
    let draft = Draft::new(members, &schema.primary_key_alias)?;
    let mut ttl = None;
    set_ttl(&mut ttl, &draft, now);
    let mut fields = BTreeMap::new();
    for (name, value) in draft.fields {
        let value = schema.fit(&name, value)?;
        fields.insert(name, value);
    }
    for name in schema.fields.keys() {
        if !fields.contains_key(name)
            && let Some(default) = schema.default_of(name)
        {
            let value =
                Typed::from_request(default.clone()).map_err(|mismatch| Violation::Type {
                    field: name.clone(),
                    mismatch,
                })?;
            fields.insert(name.clone(), schema.fit(name, value)?);
        }
    }
    require_fields(schema, &fields, |_| true)?;
    let id = match draft.id {
        Some(id) => id,
        None => Record::new_id()?,
    };
    let record = Record { id, fields, ttl };
    refuse_large(&record)?;
    Ok(record)
}

/// Returns the changes that a request's members make, fitted to a schema.
pub(super) fn new_changes(
    members: Map<String, Value>,
    schema: &Schema,
    _now: i64,
) -> Result<Draft, Error> {
    let mut draft = Draft::new(members, &schema.primary_key_alias)?;
    for (name, value) in std::mem::take(&mut draft.fields) {
        let value = schema.fit(&name, value)?;
        draft.fields.insert(name, value);
    }
    Ok(draft)
}

/// How many bytes of memory a record may take: as many as a request.
const LARGEST: usize = 160 * 1024 * 1024;

/// Refuses a record that has grown too large, by actions or by defaults.
pub(super) fn refuse_large(record: &Record) -> Result<(), Error> {
    match record.memory_size() > LARGEST {
        true => Err(Error::RecordTooLarge { limit: LARGEST }),
        false => Ok(()),
    }
}

/// Refuses a record without a required field, among those that `changed` holds for.
pub(super) fn require_fields(
    schema: &Schema,
    fields: &BTreeMap<String, Typed>,
    changed: impl Fn(&str) -> bool,
) -> Result<(), Violation> {
    let missing = |name: &&str| changed(name) && fields.get(*name).is_none_or(Typed::is_null);
    match schema.required().find(missing) {
        Some(name) => Err(Violation::Missing {
            field: name.to_owned(),
        }),
        None => Ok(()),
    }
}

pub(super) fn set_ttl(ttl: &mut Option<Ttl>, draft: &Draft, now: i64) {
    let on_access = draft
        .ttl_on_access
        .or(ttl.map(|ttl| ttl.on_access))
        .unwrap_or_default();
    match draft.ttl {
        Nullable::Null => *ttl = None,
        Nullable::Value(millis) => *ttl = Some(Ttl::new(millis, on_access, now)),
        Nullable::Absent => {
            if let Some(ttl) = ttl {
                ttl.on_access = on_access;
            }
        }
    }
}
