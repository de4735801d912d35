//! Reading one record by its id.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::database::{Database, view_of};
use super::transaction_scope::Scope;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::record::{Projection, View};
use crate::engine::store::{Collections, ReadView, Records, StoreError, Stored};

impl Database {
    /// Returns a record as the caller may see it.
    pub(crate) fn get(
        &self,
        key: &ApiKey,
        scope: Scope,
        (collection, id): (&str, &str),
        asked: Projection,
    ) -> Result<Map<String, Value>, Error> {
        let projections = vec![key.field_rights(collection).shown(), asked];
        if let Some(transaction) = scope {
            return self.in_transaction(key, transaction, |statement| {
                let (view, now) = (&statement.view, statement.now);
                let (stored, shown) = read(view, collection, id, now, projections)?;
                Ok(shown.render(stored.record))
            });
        }
        let (view, now) = (self.store.read()?, self.clock.now());
        let (stored, shown) = read(&view, collection, id, now, projections)?;
        if stored.record.ttl.is_some_and(|ttl| ttl.on_access) {
            self.renew_ttl(collection.to_owned(), vec![stored.number]);
        }
        Ok(shown.render(stored.record))
    }

    /// Restarts the time to live of records, without making their reader wait for it.
    pub(super) fn renew_ttl(&self, collection: String, numbers: Vec<u64>) {
        let now = self.clock.now();
        self.store
            .write_later(move |transaction| -> Result<(), StoreError> {
                let Some(found) = Collections(transaction).get(&collection)? else {
                    return Ok(());
                };
                let records = Records::new(transaction, found.uid, now);
                for number in &numbers {
                    let Some(before) = records.at(*number)? else {
                        continue;
                    };
                    let mut after = before.record.clone();
                    after.ttl = after.ttl.map(|ttl| ttl.renewed(now.timestamp_millis()));
                    records.replace(&before, &after, found.schema.indexed())?;
                }
                Ok(())
            });
    }
}

/// Returns why there is no record of an id. That it has expired is known until a write removes it.
pub(super) fn missing_record<S: ReadView>(
    records: &Records<'_, S>,
    id: &str,
) -> Result<Error, StoreError> {
    Ok(if records.was_deleted(id)? {
        Error::RecordDeleted
    } else if records.has_expired(id)? {
        Error::RecordExpired
    } else {
        Error::RecordNotFound
    })
}

fn read(
    view: &impl ReadView,
    collection: &str,
    id: &str,
    now: DateTime<Utc>,
    projections: Vec<Projection>,
) -> Result<(Stored, View), Error> {
    let found = Collections(view).get(collection)?;
    let found = found.ok_or(Error::RecordNotFound)?;
    let records = Records::new(view, found.uid, now);
    let Some(stored) = records.get(id)? else {
        return Err(missing_record(&records, id)?);
    };
    let shown = view_of(view, &found.schema, projections)?;
    Ok((stored, shown))
}
