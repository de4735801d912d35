//! What a caller may see and set of the records of one collection.

use serde_json::{Map, Value};

use super::grants::CollectionGrant;
use super::permission::PermissionDenied;
use crate::engine::record::{Projection, SPECIAL_MEMBERS};
use crate::engine::schema::Schema;

/// A caller's rights on the fields of one collection. The id can always be seen.
#[derive(Clone, Debug)]
pub(crate) struct FieldRights {
    shown: Projection,
    /// What the restrictions of the grant leave, whether or not it has `read`.
    restricted: Projection,
    writable: Option<Vec<String>>,
}

impl FieldRights {
    /// Those of an admin.
    pub(super) fn all() -> Self {
        Self {
            shown: Projection::default(),
            restricted: Projection::default(),
            writable: None,
        }
    }

    /// Those of a grant. Who may only write sees nothing but ids.
    pub(super) fn of(grant: &CollectionGrant) -> Self {
        let restricted = Projection::of_restrictions(
            grant.select_fields.as_deref(),
            grant.exclude_fields.as_deref(),
        );
        Self {
            shown: match grant.read {
                true => restricted.clone(),
                false => Projection::new(Some(&[]), None),
            },
            restricted,
            writable: grant.writable_fields.clone(),
        }
    }

    /// The fields that may be seen.
    pub(crate) fn shown(&self) -> Projection {
        self.shown.clone()
    }

    pub(crate) fn may_see(&self, field: &str) -> bool {
        self.shown.shows(field)
    }

    /// Whether every field may be seen.
    pub(crate) fn may_see_all(&self) -> bool {
        self.shown.shows_all()
    }

    /// Refuses a question about a field whose value may not be seen: the reply would reveal it.
    pub(crate) fn require_shown(&self, field: &str) -> Result<(), PermissionDenied> {
        if self.may_see(field) {
            return Ok(());
        }
        Err(PermissionDenied::ReadField {
            field: field.to_owned(),
        })
    }

    /// Refuses an action on a field that is hidden or not writable.
    pub(crate) fn require_action(&self, field: &str) -> Result<(), PermissionDenied> {
        self.require_writable(field)?;
        self.require_outcome(field)
    }

    /// Refuses a change of a record that sets a field outside `writable_fields`, or a hidden field
    /// whose values are unique.
    pub(crate) fn require_update(
        &self,
        members: &Map<String, Value>,
        schema: &Schema,
    ) -> Result<(), PermissionDenied> {
        let special =
            |name: &str| SPECIAL_MEMBERS.contains(&name) || name == schema.primary_key_alias;
        for name in members.keys().filter(|name| !special(name)) {
            self.require_writable(name)?;
            if schema.is_unique(name) {
                self.require_outcome(name)?;
            }
        }
        Ok(())
    }

    /// Refuses a new record like [`require_update`](Self::require_update). A default is a value
    /// too.
    pub(crate) fn require_insert(
        &self,
        members: &Map<String, Value>,
        schema: &Schema,
    ) -> Result<(), PermissionDenied> {
        self.require_update(members, schema)?;
        let mut filled = schema
            .unique()
            .filter(|name| schema.default_of(name).is_some());
        filled.try_for_each(|name| self.require_outcome(name))
    }

    fn require_writable(&self, field: &str) -> Result<(), PermissionDenied> {
        let writable = self.writable.as_ref();
        if writable.is_none_or(|fields| fields.iter().any(|one| one == field)) {
            return Ok(());
        }
        Err(PermissionDenied::WriteField {
            field: field.to_owned(),
        })
    }

    /// Refuses a write to a hidden field whose outcome would depend on the stored values, and so
    /// reveal them.
    fn require_outcome(&self, field: &str) -> Result<(), PermissionDenied> {
        if self.restricted.shows(field) {
            return Ok(());
        }
        Err(PermissionDenied::OutcomeOfField {
            field: field.to_owned(),
        })
    }
}
