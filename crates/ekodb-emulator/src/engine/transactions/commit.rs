//! Comparing what a transaction has read with what is there, and applying what it has written.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use ekodb_api::types::IsolationLevel;

use super::error::TransactionError;
use super::limits;
use super::open_transaction::{Open, Search};
use crate::engine::query::Filter;
use crate::engine::record::Record;
use crate::engine::store::{
    Collection, Collections, Cursor, Overlay, ReadView, Records, StagedChange, Stored,
    WriteTransaction,
};

/// How large a record may be that counts as one.
const BYTES_OF_ONE: usize = 4096;

/// Applies a transaction, or fails and leaves a change that must not be committed.
pub(super) fn commit(
    open: &Open,
    transaction: &WriteTransaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    check_collections(open, transaction)?;
    check_records(open, transaction, now)?;
    let mut left = limits::COMPARED;
    for search in &open.searches {
        check_search(open, search, transaction, now, &mut left)?;
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
    // At the lowest level, what was only read may change.
    let compares_reads = open.level != IsolationLevel::ReadUncommitted;
    for ((uid, id), seen) in &open.reads.records {
        if !compares_reads && !open.overlay.has_written(*uid, id) {
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

/// A search finds what it would have found when the transaction began. `left` bounds how many
/// records all searches look at.
fn check_search(
    open: &Open,
    search: &Search,
    transaction: &WriteTransaction<'_>,
    now: DateTime<Utc>,
    left: &mut usize,
) -> Result<(), TransactionError> {
    let Some(snapshot) = &open.snapshot else {
        return Ok(());
    };
    let mut before = Matches::new(search, &**snapshot, open.began);
    let mut after = Matches::new(search, transaction, now);
    loop {
        let same = match (before.next(left)?, after.next(left)?) {
            (None, None) => return Ok(()),
            (Some(one), Some(other)) => {
                one.number == other.number && is_same(Some(&one.record), Some(&other.record))
            }
            _ => false,
        };
        if !same {
            let what = "what it has searched".to_owned();
            return Err(TransactionError::Conflict(what));
        }
    }
}

/// What a search finds in a view, one record after the other.
struct Matches<'s, S> {
    search: &'s Search,
    records: Records<'s, S>,
    cursor: Cursor,
}

impl<'s, S: ReadView> Matches<'s, S> {
    fn new(search: &'s Search, view: &'s S, now: DateTime<Utc>) -> Self {
        Self {
            search,
            records: Records::new(view, search.uid, now),
            cursor: Cursor::all(),
        }
    }

    fn next(&mut self, left: &mut usize) -> Result<Option<Stored>, TransactionError> {
        let Search { alias, filter, .. } = self.search;
        let mut found = None;
        let _ = self.cursor.advance(&self.records, |stored| {
            let cost = 1 + stored.record.memory_size() / BYTES_OF_ONE;
            *left = left.checked_sub(cost).ok_or_else(|| {
                let records = limits::COMPARED;
                TransactionError::TooLarge(format!(
                    "{records} records to compare for what it has searched; it was rolled back"
                ))
            })?;
            let matches = |filter: &Filter| filter.matches(&stored.record, alias);
            if filter.as_ref().is_none_or(matches) {
                found = Some(stored);
                return Ok::<_, TransactionError>(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::super::memory_reservation::Reservation;
    use super::*;
    use crate::engine::schema::Schema;
    use crate::engine::store::{Store, StoreError};

    #[tokio::test]
    async fn a_commit_compares_a_bounded_number_of_records() {
        let store = Store::in_memory().unwrap();
        let now = Utc::now();
        let create = move |transaction: &WriteTransaction<'_>| {
            let created = Collections(transaction).create("c", Schema::empty(now))?;
            let records = Records::new(transaction, created.uid, now);
            for id in ["1", "2", "3", "4", "5"] {
                let (id, fields, ttl) = (id.to_owned(), BTreeMap::new(), None);
                records.insert(&Record { id, fields, ttl }, [])?;
            }
            Ok::<_, StoreError>(created.uid)
        };
        let search = Search {
            uid: store.write(create).await.unwrap(),
            alias: "id".to_owned(),
            filter: None,
        };
        let level = IsolationLevel::Serializable;
        let open = Open::new(level, now, &store, Reservation::default()).unwrap();
        let shared = Arc::new((open, search));
        // Five records in the snapshot, and five at the commit.
        for (most, fits) in [(10, true), (9, false)] {
            let shared = Arc::clone(&shared);
            let check = move |transaction: &WriteTransaction<'_>| {
                let (open, search) = &*shared;
                check_search(open, search, transaction, now, &mut { most })
            };
            let checked = store.write(check).await;
            let is_refused = matches!(checked, Err(TransactionError::TooLarge(_)));
            assert_eq!((checked.is_ok(), is_refused), (fits, !fits));
        }
    }
}
