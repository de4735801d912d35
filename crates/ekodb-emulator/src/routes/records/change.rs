//! What the writing routes share: one collection inside a change of the store.

use std::collections::BTreeMap;

use ekodb_api::Nullable;
use serde_json::{Map, Value};

use crate::access::Rights;
use crate::records::{Action, Draft, Record, Ttl, apply_action};
use crate::schema::{Schema, Violation};
use crate::store::{Change, CollectionRecord, Collections, Records, Stored, sweep};
use crate::value::Typed;
use crate::wire::ApiError;

/// Members of a body that are no fields.
const SPECIAL: [&str; 3] = ["id", "ttl", "ttl_update_on_access"];

/// A collection in which records are changed.
pub(crate) struct Collection<'a> {
    pub(crate) schema: Schema,
    pub(super) records: Records<'a, Change<'a>>,
}

impl<'a> Collection<'a> {
    /// The collection, if it is there. What is due in the store is swept on the way.
    pub(in crate::routes) fn open(
        change: &'a Change<'a>,
        name: &str,
        now: i64,
    ) -> Result<Option<Self>, ApiError> {
        sweep(change, now)?;
        let found = Collections(change).get(name)?;
        Ok(found.map(|collection| Self::of(change, collection, now)))
    }

    pub(crate) fn of(change: &'a Change<'a>, collection: CollectionRecord, now: i64) -> Self {
        Self {
            schema: collection.schema,
            records: Records {
                source: change,
                uid: collection.uid,
                now,
            },
        }
    }

    /// Stores a record that [`prepare`] has made; gives its id.
    pub(super) fn insert(&self, record: &Record) -> Result<String, ApiError> {
        if self.records.get(&record.id)?.is_some() {
            return Err(ApiError::conflict(format!(
                "Record '{}' already exists",
                record.id
            )));
        }
        self.refuse_twin(record, None)?;
        self.records.insert(record, self.schema.indexed())?;
        Ok(record.id.clone())
    }

    /// Stores a record that [`prepare`] has made as it is, in the place of the one with its id if there is one.
    pub(crate) fn put(&self, record: Record) -> Result<(), ApiError> {
        match self.records.get(&record.id)? {
            Some(before) if before.record == record => {}
            Some(before) => {
                self.replace(&before, record)?;
            }
            None => {
                self.insert(&record)?;
            }
        }
        Ok(())
    }

    /// Merges a request's members into a record; gives what it is then.
    pub(super) fn update(&self, id: &str, body: Map<String, Value>) -> Result<Record, ApiError> {
        let before = self.existing(id)?;
        let draft = Draft::new(body, &self.schema.primary_key_alias)?;
        if draft.id.as_deref().is_some_and(|other| other != id) {
            return Err(ApiError::bad_request(
                "The id of a record cannot be changed",
            ));
        }
        let mut after = before.record.clone();
        set_ttl(&mut after.ttl, &draft, self.records.now);
        for (name, value) in draft.fields {
            let value = self.schema.fit(&name, value)?;
            after.fields.insert(name, value);
        }
        self.replace(&before, after)
    }

    /// Applies actions in their order, all or none; gives what the record is then.
    pub(super) fn act(
        &self,
        id: &str,
        steps: &[(Action, String, Typed)],
        name_of: impl Fn(usize) -> String,
    ) -> Result<Record, ApiError> {
        let before = self.existing(id)?;
        let mut after = before.record.clone();
        for (position, (action, field, operand)) in steps.iter().enumerate() {
            let value = after.fields.remove(field);
            let value = apply_action(*action, value, operand.clone()).map_err(|refusal| {
                let name = name_of(position);
                ApiError::bad_request(format!("Failed to apply action '{name}': {refusal}"))
            })?;
            let value = self.schema.fit(field, value)?;
            after.fields.insert(field.clone(), value);
        }
        self.replace(&before, after)
    }

    /// Moves a record into the trash; gives what it was.
    pub(super) fn delete(&self, id: &str) -> Result<Record, ApiError> {
        let stored = self.existing(id)?;
        self.records.trash(&stored)?;
        Ok(stored.record)
    }

    /// Brings a deleted record back, if the trash has it and its id is free.
    pub(in crate::routes) fn restore(&self, stored: &Stored) -> Result<(), ApiError> {
        let record = &stored.record;
        if !self.records.is_free(&record.id)? {
            return Err(ApiError::conflict(format!(
                "Record '{}' exists again",
                record.id
            )));
        }
        self.refuse_twin(record, None)?;
        self.records.restore(stored, self.schema.indexed())?;
        Ok(())
    }

    pub(in crate::routes) fn trashed(&self, id: &str) -> Result<Option<Stored>, ApiError> {
        Ok(self.records.get_trashed(id)?)
    }

    pub(in crate::routes) fn all_trashed(&self) -> Result<Vec<Stored>, ApiError> {
        Ok(self.records.all_trashed()?)
    }

    fn replace(&self, before: &Stored, after: Record) -> Result<Record, ApiError> {
        require_fields(&self.schema, &after.fields)?;
        self.refuse_twin(&after, Some(before.number))?;
        self.records
            .replace(before, &after, self.schema.indexed())?;
        Ok(after)
    }

    fn existing(&self, id: &str) -> Result<Stored, ApiError> {
        match self.records.get(id)? {
            Some(stored) => Ok(stored),
            None if self.records.was_deleted(id)? => Err(deleted()),
            None => Err(not_found()),
        }
    }

    fn refuse_twin(&self, record: &Record, except: Option<u64>) -> Result<(), ApiError> {
        for field in self.schema.unique() {
            if self.records.has_twin(field, record, except)? {
                return Err(ApiError::conflict(format!(
                    "Unique constraint violation for field '{field}'"
                )));
            }
        }
        Ok(())
    }
}

/// The record that a request's body makes under a schema. Nothing is stored yet.
pub(crate) fn prepare(
    body: Map<String, Value>,
    schema: &Schema,
    now: i64,
) -> Result<Record, ApiError> {
    let draft = Draft::new(body, &schema.primary_key_alias)?;
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
    require_fields(schema, &fields)?;
    let id = match draft.id {
        Some(id) => id,
        None => Record::new_id().map_err(|error| {
            tracing::error!(%error, "no random bytes for an id");
            ApiError::new(
                http::StatusCode::INTERNAL_SERVER_ERROR,
                "No id could be made",
            )
        })?,
    };
    Ok(Record { id, fields, ttl })
}

/// Refuses a body with a field that the caller may not set.
pub(super) fn require_writable<'m>(
    rights: &Rights,
    members: impl IntoIterator<Item = &'m String>,
    alias: &str,
) -> Result<(), ApiError> {
    members
        .into_iter()
        .filter(|name| !SPECIAL.contains(&name.as_str()) && *name != alias)
        .try_for_each(|name| rights.require_writable(name))
}

pub(super) fn not_found() -> ApiError {
    ApiError::not_found("Record not found")
}

pub(super) fn deleted() -> ApiError {
    ApiError::not_found("Record has been deleted")
}

fn require_fields(schema: &Schema, fields: &BTreeMap<String, Typed>) -> Result<(), Violation> {
    let missing = |name: &&str| fields.get(*name).is_none_or(Typed::is_null);
    match schema.required().find(missing) {
        Some(name) => Err(Violation::Missing {
            field: name.to_owned(),
        }),
        None => Ok(()),
    }
}

fn set_ttl(ttl: &mut Option<Ttl>, draft: &Draft, now: i64) {
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
