//! Changing and deleting one record.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::collection_writer::{CollectionWriter, Step};
use super::database::{Database, view_of};
use super::new_record::new_changes;
use super::prepared::{Basis, Prepared};
use super::transaction_scope::{RecordChange, Scope};
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, FieldRights};
use crate::engine::record::{Draft, Projection, Record, SPECIAL_MEMBERS};
use crate::engine::store::WriteView;
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
            let Ok(action) = name.parse() else {
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
        scope: Scope,
        (collection, id): (String, String),
        members: Map<String, Value>,
        asked: Projection,
    ) -> Result<Map<String, Value>, Error> {
        let basis = self.basis(&scope, &collection)?;
        let edit = Update {
            id,
            changes: Prepared::new(members, new_changes, basis.as_ref()),
            basis,
        };
        self.change_record(key, scope, collection, asked, edit)
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
        let edit = Apply { id, steps };
        self.change_record(key, None, collection, asked, edit).await
    }

    /// Moves a record into the trash. Returns it as the caller may see it.
    pub(crate) async fn delete(
        &self,
        key: &ApiKey,
        scope: Scope,
        (collection, id): (String, String),
        asked: Projection,
    ) -> Result<Map<String, Value>, Error> {
        let edit = Delete { id };
        self.change_record(key, scope, collection, asked, edit)
            .await
    }

    async fn change_record<E: Edit>(
        &self,
        key: &ApiKey,
        scope: Scope,
        collection: String,
        asked: Projection,
        edit: E,
    ) -> Result<Map<String, Value>, Error> {
        let change = Change {
            rights: key.field_rights(&collection),
            collection,
            asked,
            edit,
        };
        self.change_records(key, scope, change).await
    }
}

/// How one record of a collection is changed.
trait Edit: Send + 'static {
    fn apply<V: WriteView>(
        &mut self,
        collection: &CollectionWriter<'_, V>,
        rights: &FieldRights,
    ) -> Result<Record, Error>;
}

struct Update {
    id: String,
    changes: Prepared<Draft>,
    basis: Option<Basis>,
}

impl Edit for Update {
    fn apply<V: WriteView>(
        &mut self,
        collection: &CollectionWriter<'_, V>,
        rights: &FieldRights,
    ) -> Result<Record, Error> {
        let schema = &collection.schema;
        rights.require_update(self.changes.members(), schema)?;
        let is_basis = Basis::is(self.basis.as_ref(), schema);
        collection.update(&self.id, &mut self.changes, is_basis)
    }
}

struct Apply {
    id: String,
    steps: Vec<Step>,
}

impl Edit for Apply {
    fn apply<V: WriteView>(
        &mut self,
        collection: &CollectionWriter<'_, V>,
        rights: &FieldRights,
    ) -> Result<Record, Error> {
        for Step { field, .. } in &self.steps {
            rights.require_action(field)?;
            if *field == collection.schema.primary_key_alias {
                return Err(Error::ReservedField(field.clone()));
            }
        }
        collection.apply(&self.id, &self.steps)
    }
}

struct Delete {
    id: String,
}

impl Edit for Delete {
    fn apply<V: WriteView>(
        &mut self,
        collection: &CollectionWriter<'_, V>,
        _rights: &FieldRights,
    ) -> Result<Record, Error> {
        collection.delete(&self.id)
    }
}

/// Changes one record, and shows it as far as the caller may see it.
struct Change<E> {
    rights: FieldRights,
    collection: String,
    asked: Projection,
    edit: E,
}

impl<E: Edit> RecordChange for Change<E> {
    type Output = Map<String, Value>;

    fn run<V: WriteView>(&mut self, view: &V, now: DateTime<Utc>) -> Result<Self::Output, Error> {
        let found = CollectionWriter::open(view, &self.collection, now)?;
        let collection = found.ok_or(Error::RecordNotFound)?;
        let record = self.edit.apply(&collection, &self.rights)?;
        let projections = vec![self.rights.shown(), self.asked.clone()];
        let shown = view_of(view, &collection.schema, projections)?;
        Ok(shown.render(record))
    }
}
