//! Changing and deleting one record.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::checked_input::{Basis, Prepared};
use super::collection_writer::{CollectionWriter, Step};
use super::database::{Database, view_of};
use super::new_record::new_changes;
use super::transaction_scope::{RecordChange, Scope};
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, FieldRights};
use crate::engine::record::{Draft, Projection, Record, SPECIAL_MEMBERS};
use crate::engine::schema::Schema;
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
        let edit = Edit::Update(Prepared::new(members, new_changes, basis.as_ref()));
        let change = Change::new(key, collection, asked, (id, edit), basis);
        self.change_records(key, scope, change).await
    }

    /// Applies actions to a record, all or none. Returns it as the caller may see it.
    pub(crate) async fn apply_actions(
        &self,
        key: &ApiKey,
        (collection, id): (String, String),
        Actions(steps): Actions,
        asked: Projection,
    ) -> Result<Map<String, Value>, Error> {
        let edit = (id, Edit::Apply(steps));
        let change = Change::new(key, collection, asked, edit, None);
        self.change_records(key, None, change).await
    }

    /// Moves a record into the trash. Returns it as the caller may see it.
    pub(crate) async fn delete(
        &self,
        key: &ApiKey,
        scope: Scope,
        (collection, id): (String, String),
        asked: Projection,
    ) -> Result<Map<String, Value>, Error> {
        let edit = (id, Edit::Delete);
        let change = Change::new(key, collection, asked, edit, None);
        self.change_records(key, scope, change).await
    }
}

/// How a record that exists is changed.
pub(super) enum Edit {
    /// Members are merged into it.
    Update(Prepared<Draft>),
    /// Actions are applied to it, all or none.
    Apply(Vec<Step>),
    /// It is moved into the trash.
    Delete,
}

impl Edit {
    /// Refuses what the caller may not do.
    pub(super) fn check(&self, rights: &FieldRights, schema: &Schema) -> Result<(), Error> {
        match self {
            Self::Update(changes) => Ok(rights.require_update(changes.members(), schema)?),
            Self::Apply(steps) => steps.iter().try_for_each(|Step { field, .. }| {
                rights.require_action(field)?;
                match *field == schema.primary_key_alias {
                    true => Err(Error::ReservedField(field.clone())),
                    false => Ok(()),
                }
            }),
            Self::Delete => Ok(()),
        }
    }

    /// Changes the record of an id. Returns the record that results, or the one that is deleted.
    /// `is_basis`: changes were prepared for the schema of the collection.
    pub(super) fn run<V: WriteView>(
        &mut self,
        id: &str,
        collection: &CollectionWriter<'_, V>,
        is_basis: bool,
    ) -> Result<Record, Error> {
        match self {
            Self::Update(changes) => collection.update(id, changes, is_basis),
            Self::Apply(steps) => collection.apply(id, steps),
            Self::Delete => collection.delete(id),
        }
    }
}

/// Changes one record, and shows it as far as the caller may see it.
struct Change {
    rights: FieldRights,
    collection: String,
    asked: Projection,
    id: String,
    edit: Edit,
    basis: Option<Basis>,
}

impl Change {
    fn new(
        key: &ApiKey,
        collection: String,
        asked: Projection,
        (id, edit): (String, Edit),
        basis: Option<Basis>,
    ) -> Self {
        Self {
            rights: key.field_rights(&collection),
            collection,
            asked,
            id,
            edit,
            basis,
        }
    }
}

impl RecordChange for Change {
    type Output = Map<String, Value>;

    fn run<V: WriteView>(&mut self, view: &V, now: DateTime<Utc>) -> Result<Self::Output, Error> {
        let found = CollectionWriter::open(view, &self.collection, now)?;
        let collection = found.ok_or(Error::RecordNotFound)?;
        let schema = &collection.schema;
        self.edit.check(&self.rights, schema)?;
        let is_basis = Basis::is(self.basis.as_ref(), schema);
        let record = self.edit.run(&self.id, &collection, is_basis)?;
        let projections = vec![self.rights.shown(), self.asked.clone()];
        let shown = view_of(view, schema, projections)?;
        Ok(shown.render(record))
    }
}
