//! Comparing what a transaction has read with what is there, and applying what it has written.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};

use super::error::TransactionError;
use super::open::{Open, Search};
use crate::engine::record::Record;
use crate::engine::store::{
    Collection, Collections, Overlay, ReadTransaction, ReadView, Records, StagedChange, StoreError,
    WriteTransaction,
};

/// Applies a transaction, or fails and leaves a change that must not be committed.
pub(super) fn commit(
    open: &Open,
    transaction: &WriteTransaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    check_collections(open, transaction)?;
    check_records(open, transaction, now)?;
    for search in &open.searches {
        check_search(open, search, transaction, now)?;
    }
    apply(open, transaction, now)
}

/// Each collection is the one that was seen, with the schema that it had.
fn check_collections(
    open: &Open,
    transaction: &WriteTransaction<'_>,
) -> Result<(), TransactionError> {
    for (name, seen) in &open.reads.collections {
        if Collections(transaction).get(name)? != *seen {
            return Err(conflict("collection", name));
        }
    }
    Ok(())
}

/// Each record is as it was when the transaction saw it first.
fn check_records(
    open: &Open,
    transaction: &WriteTransaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    for ((uid, id), seen) in &open.reads.records {
        if !open.level.compares_reads() && !open.overlay.has_written(*uid, id) {
            continue;
        }
        let records = Records::new(transaction, *uid, now);
        let found = records.get(id)?.map(|stored| stored.record);
        if !is_same(found.as_ref(), seen.as_ref()) {
            return Err(conflict("record", id));
        }
    }
    Ok(())
}

/// Whether two states of a record are the same. That somebody has read it, which may put off its
/// end, changes nothing.
fn is_same(one: Option<&Record>, other: Option<&Record>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return one.is_none() && other.is_none();
    };
    let same_ttl = match (one.ttl, other.ttl) {
        (Some(one), Some(other)) if one.on_access && other.on_access => one.millis == other.millis,
        (one, other) => one == other,
    };
    same_ttl && one.fields == other.fields
}

/// A search finds what it would have found when the transaction began.
fn check_search(
    open: &Open,
    search: &Search,
    transaction: &WriteTransaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let Some(snapshot) = &open.snapshot else {
        return Ok(());
    };
    let before = found::<ReadTransaction>(search, snapshot, open.began)?;
    let after = found(search, transaction, now)?;
    let same = before.len() == after.len()
        && before
            .iter()
            .zip(&after)
            .all(|((number, one), (other_number, other))| {
                number == other_number && is_same(Some(one), Some(other))
            });
    match same {
        true => Ok(()),
        false => Err(TransactionError::Conflict(
            "what it has searched".to_owned(),
        )),
    }
}

fn found<S: ReadView>(
    search: &Search,
    view: &S,
    now: DateTime<Utc>,
) -> Result<BTreeMap<u64, Record>, StoreError> {
    let records = Records::new(view, search.uid, now);
    let mut found = BTreeMap::new();
    records.each(|stored| {
        let filter = search.filter.as_ref();
        if filter.is_none_or(|filter| filter.matches(&stored.record, &search.alias)) {
            found.insert(stored.number, stored.record);
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn apply(
    open: &Open,
    transaction: &WriteTransaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let overlay = &open.overlay;
    for (name, created) in overlay.created() {
        let record = Collections(transaction).create(name, created.schema.clone())?;
        apply_to(overlay, created.uid, name, &record, transaction, now)?;
    }
    for (name, seen) in &open.reads.collections {
        if let Some(record) = seen {
            apply_to(overlay, record.uid, name, record, transaction, now)?;
        }
    }
    Ok(())
}

/// Applies what was written under the uid `staged` to a collection. What is to be unique is
/// compared once all is there, so that two records can have exchanged their values.
fn apply_to(
    overlay: &Overlay,
    staged: u64,
    name: &str,
    collection: &Collection,
    transaction: &WriteTransaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let schema = &collection.schema;
    let records = Records::new(transaction, collection.uid, now);
    for staged_change in overlay.changes(staged) {
        match staged_change {
            StagedChange::Insert(record) => {
                if let Some(before) = records.get(&record.id)? {
                    records.trash(&before)?;
                }
                records.insert(record, schema.indexed())?;
            }
            StagedChange::Replace(record) => match records.get(&record.id)? {
                Some(before) => records.replace(&before, record, schema.indexed())?,
                None => return Err(conflict("record", &record.id)),
            },
            StagedChange::Delete(id) => {
                if let Some(before) = records.get(id)? {
                    records.trash(&before)?;
                }
            }
        }
    }
    for staged_change in overlay.changes(staged) {
        let (StagedChange::Insert(record) | StagedChange::Replace(record)) = staged_change else {
            continue;
        };
        let Some(stored) = records.get(&record.id)? else {
            continue;
        };
        for field in schema.unique() {
            if records.has_duplicate(field, &stored.record, Some(stored.number))? {
                let what = format!("the unique field '{field}' of collection");
                return Err(conflict(&what, name));
            }
        }
    }
    Ok(())
}

fn conflict(what: &str, name: &str) -> TransactionError {
    TransactionError::Conflict(format!("{what} '{name}'"))
}
