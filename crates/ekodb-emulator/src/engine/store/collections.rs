//! Collections and the trash they go through.

use chrono::{DateTime, Utc};
use redb::{ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};

use super::codec;
use super::collection::Collection;
use super::error::StoreError;
use super::records::{Deadline, TRASH_PERIOD, remove_deadline, set_deadline};
use super::settings::Settings;
use super::transaction::{ReadView, WriteTransaction};
use crate::engine::names::is_like_recorded;
use crate::engine::schema::Schema;

pub(super) const COLLECTIONS: TableDefinition<'static, &str, &[u8]> =
    TableDefinition::new("collections");
/// Deleted collections by name and uid: the same name can be deleted several times.
pub(super) const TRASH: TableDefinition<'static, (&str, u64), &[u8]> =
    TableDefinition::new("trashed_collections");

#[derive(Serialize, Deserialize)]
struct Trashed {
    deleted_at: DateTime<Utc>,
    collection: Collection,
}

/// The collections as a view of the store has them.
pub(crate) struct Collections<'a, S>(pub(crate) &'a S);

impl<S: ReadView> Collections<'_, S> {
    /// The names of all collections, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>, StoreError> {
        let table = self.0.table(COLLECTIONS)?;
        let mut names = Vec::new();
        for entry in table.iter()? {
            names.push(entry?.0.value().to_owned());
        }
        Ok(names)
    }

    pub(crate) fn get(&self, name: &str) -> Result<Option<Collection>, StoreError> {
        if let Some(overlay) = self.0.overlay()
            && let Some(created) = overlay.created.get(name)
        {
            return Ok(Some(created.clone()));
        }
        let found = self.stored(name)?;
        self.0.note_collection(name, found.as_ref());
        Ok(found)
    }

    fn stored(&self, name: &str) -> Result<Option<Collection>, StoreError> {
        let table = self.0.table(COLLECTIONS)?;
        let found = table.get(name)?;
        found
            .map(|bytes| codec::decode("collection", bytes.value()))
            .transpose()
    }

    /// Every collection, those in the trash included.
    pub(super) fn with_trash(&self) -> Result<Vec<Collection>, StoreError> {
        let mut found = Vec::new();
        for entry in self.0.table(COLLECTIONS)?.iter()? {
            found.push(codec::decode("collection", entry?.1.value())?);
        }
        for entry in self.0.table(TRASH)?.iter()? {
            let trashed: Trashed = codec::decode("deleted collection", entry?.1.value())?;
            found.push(trashed.collection);
        }
        Ok(found)
    }

    /// The collection of this name that was deleted last, unless the trash has let go of it.
    fn trashed(&self, name: &str, now: DateTime<Utc>) -> Result<Option<Trashed>, StoreError> {
        let table = self.0.table(TRASH)?;
        let Some(newest) = table.range((name, 0)..=(name, u64::MAX))?.next_back() else {
            return Ok(None);
        };
        let trashed: Trashed = codec::decode("deleted collection", newest?.1.value())?;
        Ok(Some(trashed).filter(|trashed| now - trashed.deleted_at < TRASH_PERIOD))
    }
}

impl Collections<'_, WriteTransaction<'_>> {
    /// Makes a collection that was not there.
    pub(crate) fn create(&self, name: &str, schema: Schema) -> Result<Collection, StoreError> {
        if !is_like_recorded(name) {
            tracing::warn!(
                collection = name,
                "a new collection has a name with other characters than a-z, 0-9 and _, which no recorded name has"
            );
        }
        let record = Collection {
            uid: Settings(self.0).next_uid()?,
            schema,
        };
        self.put(name, &record)?;
        Ok(record)
    }

    /// Stores a collection, new or changed.
    pub(crate) fn put(&self, name: &str, record: &Collection) -> Result<(), StoreError> {
        let bytes = codec::encode("collection", record)?;
        self.0
            .table_mut(COLLECTIONS)?
            .insert(name, bytes.as_slice())?;
        Ok(())
    }

    /// Moves a collection into the trash; does nothing when it is not there.
    pub(crate) fn trash(&self, name: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(collection) = self.get(name)? else {
            return Ok(());
        };
        let uid = collection.uid;
        let trashed = Trashed {
            deleted_at: now,
            collection,
        };
        let bytes = codec::encode("deleted collection", &trashed)?;
        self.0
            .table_mut(TRASH)?
            .insert((name, uid), bytes.as_slice())?;
        self.0.table_mut(COLLECTIONS)?.remove(name)?;
        set_deadline(self.0, deadline(uid, now), name)
    }

    /// Brings back what the trash has of this name, unless the name is in use again.
    pub(crate) fn restore(
        &self,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Collection>, StoreError> {
        if self.get(name)?.is_some() {
            return Ok(None);
        }
        let Some(trashed) = self.trashed(name, now)? else {
            return Ok(None);
        };
        let Trashed {
            deleted_at,
            collection,
        } = trashed;
        remove_deadline(self.0, deadline(collection.uid, deleted_at))?;
        self.forget(name, collection.uid)?;
        self.put(name, &collection)?;
        Ok(Some(collection))
    }

    /// Removes a collection from the trash for good.
    pub(super) fn forget(&self, name: &str, uid: u64) -> Result<(), StoreError> {
        self.0.table_mut(TRASH)?.remove((name, uid))?;
        Ok(())
    }
}

fn deadline(uid: u64, deleted_at: DateTime<Utc>) -> Deadline {
    Deadline::trashed_collection((deleted_at + TRASH_PERIOD).timestamp_millis(), uid)
}
