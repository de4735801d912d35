//! Nothing that a record had outlives it.

use chrono::{DateTime, TimeDelta, Utc};
use redb::ReadableTableMetadata;
use serde_json::json;

use super::table::{NUMBERS, RECORDS, Records, TOTALS};
use super::{expiry_index, index, sweep, trash};
use crate::engine::record::{Record, Ttl};
use crate::engine::schema::Schema;
use crate::engine::store::{Collections, ReadView, Store, StoreError, WriteTransaction};
use crate::engine::value::Typed;

const INDEXED: [&str; 2] = ["n", "text"];

fn record(id: &str, n: i64, ttl: Option<Ttl>) -> Record {
    let fields = [("n", json!(n)), ("text", json!("a")), ("free", json!([n]))];
    Record {
        id: id.to_owned(),
        fields: fields
            .map(|(name, value)| (name.to_owned(), Typed::inferred(value)))
            .into(),
        ttl,
    }
}

/// A store with a collection in it, changed by `work`; gives how much is left in the tables of
/// records, the counts of the collection aside.
async fn left_after(
    mut work: impl FnMut(&WriteTransaction<'_>, u64, DateTime<Utc>) -> Result<(), StoreError>
    + Send
    + 'static,
) -> u64 {
    let store = Store::in_memory().unwrap();
    let now = Utc::now();
    store
        .write::<_, StoreError>(move |transaction| {
            let uid = Collections(transaction)
                .create("c", Schema::empty(now))?
                .uid;
            work(transaction, uid, now)
        })
        .await
        .unwrap();
    entries(&store.read().unwrap()).unwrap()
}

fn entries(source: &impl ReadView) -> Result<u64, StoreError> {
    Ok(source.table(RECORDS)?.len()?
        + source.table(NUMBERS)?.len()?
        + source.table(index::INDEX)?.len()?
        + source.table(expiry_index::DEADLINES)?.len()?
        + source.table(trash::TRASH)?.len()?)
}

fn records<'a>(
    source: &'a WriteTransaction<'a>,
    uid: u64,
    now: DateTime<Utc>,
) -> Records<'a, WriteTransaction<'a>> {
    let now = now.timestamp_millis();
    Records {
        view: source,
        uid,
        now,
    }
}

#[tokio::test]
async fn a_record_has_its_content_its_number_its_keys_and_its_deadline() {
    let left = left_after(|transaction, uid, now| {
        let ttl = Some(Ttl::new(1000, false, now.timestamp_millis()));
        records(transaction, uid, now).insert(&record("1", 1, ttl), INDEXED)
    });
    assert_eq!(left.await, 5, "content, number, two keys, deadline");
}

#[tokio::test]
async fn a_change_leaves_nothing_of_what_was() {
    let left = left_after(|transaction, uid, now| {
        let records = records(transaction, uid, now);
        let ttl = Some(Ttl::new(1000, false, now.timestamp_millis()));
        records.insert(&record("1", 1, ttl), INDEXED)?;
        for n in 2..10 {
            let before = records.get("1")?.expect("it was just stored");
            records.replace(&before, &record("1", n, None), INDEXED)?;
        }
        Ok(())
    });
    assert_eq!(left.await, 4, "content, number, two keys");
}

#[tokio::test]
async fn an_expired_record_is_swept_whole() {
    let left = left_after(|transaction, uid, now| {
        let ttl = Some(Ttl::new(1000, false, now.timestamp_millis()));
        let records = records(transaction, uid, now);
        records.insert(&record("1", 1, ttl), INDEXED)?;
        sweep(
            transaction,
            (now + TimeDelta::seconds(1)).timestamp_millis(),
        )
    });
    assert_eq!(left.await, 0);
}

#[tokio::test]
async fn an_id_whose_record_has_expired_is_taken_over_whole() {
    let left = left_after(|transaction, uid, now| {
        let ttl = Some(Ttl::new(1000, false, now.timestamp_millis()));
        records(transaction, uid, now).insert(&record("1", 1, ttl), INDEXED)?;
        let later = now + TimeDelta::seconds(2);
        records(transaction, uid, later).insert(&record("1", 2, None), INDEXED)
    });
    assert_eq!(left.await, 4, "content, number, two keys");
}

#[tokio::test]
async fn a_deleted_record_is_in_the_trash_alone_and_leaves_it_whole() {
    let delete = |transaction: &WriteTransaction<'_>, uid, now| {
        let records = records(transaction, uid, now);
        for n in [1, 2] {
            records.insert(&record("1", n, None), INDEXED)?;
            let stored = records.get("1")?.expect("it was just stored");
            records.trash(&stored)?;
        }
        Ok::<_, StoreError>(())
    };
    let left = left_after(delete);
    assert_eq!(left.await, 2, "the later one and its deadline");

    let left = left_after(move |transaction, uid, now| {
        delete(transaction, uid, now)?;
        sweep(transaction, (now + TimeDelta::days(30)).timestamp_millis())
    });
    assert_eq!(left.await, 0);

    let left = left_after(move |transaction, uid, now| {
        delete(transaction, uid, now)?;
        let records = records(transaction, uid, now);
        let stored = records.get_trashed("1")?.expect("it was just deleted");
        records.restore(&stored, INDEXED)
    });
    assert_eq!(left.await, 4, "content, number, two keys");
}

#[tokio::test]
async fn a_deleted_collection_leaves_whole_and_takes_nothing_else_along() {
    let left = left_after(|transaction, uid, now| {
        for n in 0..10 {
            records(transaction, uid, now).insert(&record(&n.to_string(), n, None), INDEXED)?;
        }
        let stored = records(transaction, uid, now)
            .get("3")?
            .expect("it was just stored");
        records(transaction, uid, now).trash(&stored)?;
        Collections(transaction).trash("c", now)?;

        let other = Collections(transaction)
            .create("other", Schema::empty(now))?
            .uid;
        records(transaction, other, now).insert(&record("1", 1, None), INDEXED)?;
        sweep(transaction, (now + TimeDelta::days(30)).timestamp_millis())?;
        let totals = transaction.table(TOTALS)?.len()?;
        assert_eq!(totals, 1, "those of the other collection");
        Ok(())
    });
    assert_eq!(left.await, 4, "the record of the other collection");
}
