//! What a caller may see and set of the records of one collection.

use super::CollectionGrant;
use crate::records::Projection;
use crate::wire::ApiError;

/// A caller's rights on the fields of one collection. The id can always be seen.
#[derive(Clone, Debug)]
pub(crate) struct Rights {
    shown: Projection,
    writable: Option<Vec<String>>,
}

impl Rights {
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

    /// Refuses a question about a field whose value may not be seen: the answer would give it away.
    pub(crate) fn require_shown(&self, field: &str) -> Result<(), ApiError> {
        if self.may_see(field) {
            return Ok(());
        }
        Err(ApiError::forbidden(format!(
            "This key may not read field '{field}'"
        )))
    }

    /// Refuses a change of a field outside `writable_fields`.
    pub(crate) fn require_writable(&self, field: &str) -> Result<(), ApiError> {
        let writable = self.writable.as_ref();
        if writable.is_none_or(|fields| fields.iter().any(|one| one == field)) {
            return Ok(());
        }
        Err(ApiError::forbidden(format!(
            "This key may not write field '{field}'"
        )))
    }
}
