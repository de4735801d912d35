//! Creating, reading and deleting collections, and changing their schemas.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::database::Database;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::schema::{ConstraintsRequest, Schema, SchemaRequest};
use crate::engine::store::{Collection, Collections, Records, Totals, WriteTransaction};

/// What is known of a collection.
#[derive(Debug)]
pub(crate) struct CollectionInfo {
    pub(crate) schema: Schema,
    pub(crate) records: u64,
    /// The size of its records; `None` for a key that may not see all of their fields.
    pub(crate) bytes: Option<u64>,
}

impl Database {
    /// Returns the names of the collections that a key may know of, sorted.
    pub(crate) fn collection_names(&self, key: &ApiKey) -> Result<Vec<String>, Error> {
        let mut names = Collections(&self.store.read()?).names()?;
        names.retain(|name| key.may_see(name));
        Ok(names)
    }

    /// Returns a collection's schema. That of an unknown collection is empty.
    pub(crate) fn schema(&self, name: &str) -> Result<Schema, Error> {
        match Collections(&self.store.read()?).get(name)? {
            Some(collection) => Ok(collection.schema),
            None => self.missing_collection(name, |empty| empty),
        }
    }

    /// Returns a collection's schema and counts. Those of an unknown collection are empty.
    pub(crate) fn collection_info(
        &self,
        key: &ApiKey,
        name: &str,
    ) -> Result<CollectionInfo, Error> {
        let info = |schema, totals: Totals| CollectionInfo {
            schema,
            records: totals.count,
            bytes: key.field_rights(name).may_see_all().then_some(totals.bytes),
        };
        let view = self.store.read()?;
        let Some(Collection { uid, schema }) = Collections(&view).get(name)? else {
            return self.missing_collection(name, |schema| info(schema, Totals::default()));
        };
        let totals = Records::new(&view, uid, self.clock.now()).totals()?;
        Ok(info(schema, totals))
    }

    pub(crate) async fn create_collection(
        &self,
        name: String,
        request: SchemaRequest,
    ) -> Result<(), Error> {
        let schema = request.into_schema(self.clock.now(), self.rules.unknown_members)?;
        refuse_large(&schema)?;
        self.store
            .write(move |transaction| {
                let collections = Collections(transaction);
                if collections.get(&name)?.is_some() {
                    return Err(Error::CollectionExists(name.clone()));
                }
                collections.create(&name, schema.clone())?;
                Ok(())
            })
            .await
    }

    /// Moves a collection into the trash. Deleting an unknown collection succeeds.
    pub(crate) async fn delete_collection(&self, name: String) -> Result<(), Error> {
        let (now, rules) = (self.clock.now(), self.rules);
        self.store
            .write(move |transaction| {
                let collections = Collections(transaction);
                if collections.get(&name)?.is_none() {
                    return rules.missing_collection(&name, now, drop);
                }
                Ok(collections.trash(&name, now)?)
            })
            .await
    }

    /// Changes the constraints of a collection's fields. Returns the schema that results.
    pub(crate) async fn update_schema(
        &self,
        name: String,
        request: ConstraintsRequest,
    ) -> Result<Schema, Error> {
        let now = self.clock.now();
        self.store
            .write(move |transaction| {
                let collections = Collections(transaction);
                let found = collections.get(&name)?;
                let mut collection =
                    found.ok_or_else(|| Error::CollectionNotFound(name.clone()))?;
                let before = collection.schema.clone();
                request.clone().apply(&mut collection.schema, now)?;
                refuse_large(&collection.schema)?;
                let records = Records::new(transaction, collection.uid, now);
                let is_indexed_anew = before.indexed() != collection.schema.indexed();
                if is_indexed_anew || before.unique().ne(collection.schema.unique()) {
                    refuse_to_index(records.totals()?)?;
                }
                refuse_duplicates(&records, &before, &collection.schema)?;
                collections.put(&name, &collection)?;
                if is_indexed_anew {
                    records.rebuild_index(collection.schema.indexed())?;
                }
                Ok(collection.schema)
            })
            .await
    }
}

/// How long a schema may be as JSON: every write reads it.
const LONGEST_SCHEMA: usize = 2 * 1024 * 1024;

fn refuse_large(schema: &Schema) -> Result<(), Error> {
    match serde_json::to_vec(schema).is_ok_and(|text| text.len() <= LONGEST_SCHEMA) {
        true => Ok(()),
        false => Err(Error::SchemaTooLarge {
            limit: LONGEST_SCHEMA,
        }),
    }
}

/// How large a collection may be whose records are all to be indexed by one write.
const MOST_INDEXED: u64 = 100_000;
const MOST_INDEXED_BYTES: u64 = 64 * 1024 * 1024;

/// The writer is held until all records are indexed.
fn refuse_to_index(totals: Totals) -> Result<(), Error> {
    match totals.count <= MOST_INDEXED && totals.bytes <= MOST_INDEXED_BYTES {
        true => Ok(()),
        false => Err(Error::CollectionTooLarge {
            records: MOST_INDEXED,
            bytes: MOST_INDEXED_BYTES,
        }),
    }
}

/// A field cannot become unique while two records have the same value in it.
fn refuse_duplicates(
    records: &Records<'_, WriteTransaction<'_>>,
    before: &Schema,
    after: &Schema,
) -> Result<(), Error> {
    let already: HashSet<_> = before.unique().collect();
    for field in after.unique().filter(|field| !already.contains(field)) {
        let mut seen = HashSet::new();
        let mut duplicate = false;
        records.each(|stored| {
            let value = stored.record.value(field, "id");
            duplicate = value.is_some_and(|value| !seen.insert(value.canonical()));
            match duplicate {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })?;
        if duplicate {
            return Err(Error::NotUnique(field.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_collection_is_not_indexed_by_one_write() {
        let totals = |count, bytes| {
            let mut totals = Totals::default();
            (totals.count, totals.bytes) = (count, bytes);
            totals
        };
        assert!(refuse_to_index(totals(MOST_INDEXED, MOST_INDEXED_BYTES)).is_ok());
        assert!(refuse_to_index(totals(MOST_INDEXED + 1, 0)).is_err());
        assert!(refuse_to_index(totals(1, MOST_INDEXED_BYTES + 1)).is_err());
    }
}
