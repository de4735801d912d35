//! All tables of the store.

use chrono::{DateTime, Utc};
use redb::{Database, ReadableDatabase};

use super::collection::Collection;
use super::collections::{COLLECTIONS, Collections, TRASH};
use super::commits::{MOMENTS, OUTCOMES};
use super::error::StoreError;
use super::keys::{IDS_BY_HASH, KEYS};
use super::records::Records;
use super::transaction::WriteTransaction;
use super::{keys, kv, records, settings};
use crate::engine::key::ApiKey;

/// Removes everything but the settings and this key.
pub(super) fn clear(transaction: &WriteTransaction<'_>, admin: &ApiKey) -> Result<(), StoreError> {
    settings::clear(transaction)?;
    keys::clear_but(transaction, admin)?;
    transaction.clear(COLLECTIONS)?;
    transaction.clear(TRASH)?;
    records::clear(transaction)?;
    kv::clear(transaction)?;
    transaction.clear(OUTCOMES)?;
    transaction.clear(MOMENTS)
}

/// Creates every table, so that readers find all of them.
pub(super) fn create(database: &Database) -> Result<(), StoreError> {
    let transaction = database.begin_write()?;
    {
        let transaction = WriteTransaction::new(&transaction);
        let format = settings::create_tables(&transaction)?;
        transaction.table_mut(KEYS)?;
        transaction.table_mut(IDS_BY_HASH)?;
        transaction.table_mut(COLLECTIONS)?;
        transaction.table_mut(TRASH)?;
        records::create_tables(&transaction)?;
        kv::create_tables(&transaction)?;
        transaction.table_mut(OUTCOMES)?;
        transaction.table_mut(MOMENTS)?;
        if format < settings::KNOWN_FORMAT {
            rebuild_indexes(&transaction)?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Whether a database is an emulator's.
pub(super) fn are_in(database: &Database) -> Result<bool, StoreError> {
    settings::are_in(&database.begin_read()?)
}

fn rebuild_indexes(transaction: &WriteTransaction<'_>) -> Result<(), StoreError> {
    for Collection { uid, schema } in Collections(transaction).with_trash()? {
        // Every record counts, whenever it expires.
        let records = Records::new(transaction, uid, DateTime::<Utc>::MIN_UTC);
        records.rebuild_index(schema.indexed())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;
    use serde_json::json;

    use super::*;
    use crate::engine::query::IndexRange;
    use crate::engine::record::Record;
    use crate::engine::store::transaction::ReadTransaction;
    use crate::engine::value::{Operand, Typed};

    fn write(database: &Database, work: impl FnOnce(&WriteTransaction<'_>)) {
        let transaction = database.begin_write().unwrap();
        work(&WriteTransaction::new(&transaction));
        transaction.commit().unwrap();
    }

    #[test]
    fn the_indexes_of_an_older_format_are_rebuilt() {
        let backend = InMemoryBackend::new();
        let database = Database::builder().create_with_backend(backend).unwrap();
        create(&database).unwrap();
        let now = Utc::now();
        let price = Typed::from_request(json!({ "type": "Decimal", "value": "3.50" })).unwrap();
        let schema = json!({ "fields": { "price": { "field_type": "Decimal", "unique": true } } });
        let schema: crate::engine::schema::SchemaRequest = serde_json::from_value(schema).unwrap();
        let schema = schema.into_schema(now, Default::default()).unwrap();
        write(&database, |transaction| {
            let created = Collections(transaction).create("c", schema).unwrap();
            let records = Records::new(transaction, created.uid, now);
            let fields = [("price".to_owned(), price.clone())].into();
            let (id, ttl) = ("1".to_owned(), None);
            // Without index keys, as if they were others.
            records.insert(&Record { id, fields, ttl }, []).unwrap();
            settings::set_format(transaction, 1).unwrap();
        });
        create(&database).unwrap();

        let view = ReadTransaction::new(database.begin_read().unwrap());
        let found = Collections(&view).get("c").unwrap().unwrap();
        let key = Operand::typed(&price).index_key().unwrap();
        let range = IndexRange::Spans {
            field: "price".to_owned(),
            spans: vec![(key.clone(), key)],
        };
        let records = Records::new(&view, found.uid, now);
        let mut ids = Vec::new();
        let mut cursor = records.candidates(Some(&range)).unwrap();
        let _ = cursor.advance(&records, |stored| {
            ids.push(stored.record.id);
            Ok::<_, StoreError>(std::ops::ControlFlow::Continue(()))
        });
        assert_eq!(ids, ["1"]);
    }
}
