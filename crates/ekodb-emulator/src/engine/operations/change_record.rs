//! Changing and deleting one record.

use serde_json::{Map, Value};

use super::collection_writer::{CollectionWriter, Step};
use super::database::{Database, view_of};
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, FieldRights};
use crate::engine::record::{Action, Projection, Record, SPECIAL_MEMBERS};
use crate::engine::value::Typed;

/// Actions on the fields of a record, in their order.
#[derive(Debug)]
pub(crate) struct Actions(Vec<Step>);

impl Actions {
    /// Reads actions, each a name, a field and an operand.
    pub(crate) fn new(
        steps: impl IntoIterator<Item = (String, String, Value)>,
    ) -> Result<Self, Error> {
        let steps = steps.into_iter().map(|(name, field, operand)| {
            let Some(action) = Action::by_name(&name) else {
                return Err(Error::UnknownAction(name));
            };
            if field.is_empty() || SPECIAL_MEMBERS.contains(&field.as_str()) {
                return Err(Error::ReservedField(field));
            }
            let operand =
                Typed::from_request(operand).map_err(|mismatch| (name.as_str(), mismatch))?;
            Ok(Step {
                name,
                action,
                field,
                operand,
            })
        });
        Ok(Self(steps.collect::<Result<_, _>>()?))
    }
}

impl Database {
    /// Merges members into a record. Returns it as the caller may see it.
    pub(crate) async fn update(
        &self,
        key: &ApiKey,
        (collection, id): (String, String),
        members: Map<String, Value>,
        asked: Projection,
    ) -> Result<Map<String, Value>, Error> {
        self.change_record(key, collection, asked, move |collection, rights| {
            rights.require_update(&members, &collection.schema)?;
            collection.update(&id, members.clone())
        })
        .await
    }

    /// Applies actions to a record, all or none. Returns it as the caller may see it.
    pub(crate) async fn apply_actions(
        &self,
        key: &ApiKey,
        (collection, id): (String, String),
        Actions(steps): Actions,
        asked: Projection,
    ) -> Result<Map<String, Value>, Error> {
        self.change_record(key, collection, asked, move |collection, rights| {
            for Step { field, .. } in &steps {
                rights.require_action(field)?;
                if *field == collection.schema.primary_key_alias {
                    return Err(Error::ReservedField(field.clone()));
                }
            }
            collection.apply(&id, &steps)
        })
        .await
    }

    /// Moves a record into the trash. Returns it as the caller may see it.
    pub(crate) async fn delete(
        &self,
        key: &ApiKey,
        (collection, id): (String, String),
        asked: Projection,
    ) -> Result<Map<String, Value>, Error> {
        self.change_record(key, collection, asked, move |collection, _| {
            collection.delete(&id)
        })
        .await
    }

    async fn change_record(
        &self,
        key: &ApiKey,
        collection: String,
        asked: Projection,
        change: impl Fn(&CollectionWriter<'_>, &FieldRights) -> Result<Record, Error> + Send + 'static,
    ) -> Result<Map<String, Value>, Error> {
        let rights = key.field_rights(&collection);
        let now = self.clock.now();
        self.store
            .write(move |transaction| {
                let found = CollectionWriter::open(transaction, &collection, now)?;
                let collection = found.ok_or(Error::RecordNotFound)?;
                let record = change(&collection, &rights)?;
                let projections = vec![rights.shown(), asked.clone()];
                let view = view_of(transaction, &collection.schema, projections)?;
                Ok(view.render(record))
            })
            .await
    }
}
