//! What a caller may see and set of the records of one collection.

use super::grants::CollectionGrant;
use super::permission::PermissionDenied;
use crate::engine::record::{Projection, SPECIAL_MEMBERS};

/// A caller's rights on the fields of one collection. The id can always be seen.
#[derive(Clone, Debug)]
pub(crate) struct FieldRights {
    shown: Projection,
    writable: Option<Vec<String>>,
}

impl FieldRights {
    /// Those of an admin.
    pub(super) fn all() -> Self {
        Self {
            shown: Projection::default(),
            writable: None,
        }
    }

    /// Those of a grant. Who may only write sees nothing but ids.
    pub(super) fn of(grant: &CollectionGrant) -> Self {
        let select = match grant.read {
            true => grant.select_fields.as_deref(),
            false => Some(&[][..]),
        };
        Self {
            shown: Projection::new(select, grant.exclude_fields.as_deref()),
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

    /// Refuses a question about a field whose value may not be seen: the reply would reveal it.
    pub(crate) fn require_shown(&self, field: &str) -> Result<(), PermissionDenied> {
        if self.may_see(field) {
            return Ok(());
        }
        Err(PermissionDenied::ReadField {
            field: field.to_owned(),
        })
    }

    /// Refuses a change of a field outside `writable_fields`.
    pub(crate) fn require_writable(&self, field: &str) -> Result<(), PermissionDenied> {
        let writable = self.writable.as_ref();
        if writable.is_none_or(|fields| fields.iter().any(|one| one == field)) {
            return Ok(());
        }
        Err(PermissionDenied::WriteField {
            field: field.to_owned(),
        })
    }

    /// Refuses a record with a field outside `writable_fields`. `alias` is another name of `id`.
    pub(crate) fn require_writable_members<'m>(
        &self,
        members: impl IntoIterator<Item = &'m String>,
        alias: &str,
    ) -> Result<(), PermissionDenied> {
        members
            .into_iter()
            .filter(|name| !SPECIAL_MEMBERS.contains(&name.as_str()) && *name != alias)
            .try_for_each(|name| self.require_writable(name))
    }
}
