//! What a new key may do.

use std::collections::{BTreeMap, BTreeSet};

use super::Permission;
use crate::{ApiKey, Error};

/// A key to be registered with [`Keys::register`](super::Keys::register).
///
/// ```
/// use ekodb_client::{NewKey, Permission};
///
/// let key = NewKey::limited("web-shop")
///     .description("the shop's front end")
///     .allow("products", [Permission::Read])
///     .allow("orders", [Permission::Read, Permission::Write]);
/// # let _ = key;
/// ```
#[derive(Clone, Debug)]
pub struct NewKey {
    pub(super) label: String,
    pub(super) description: Option<String>,
    pub(super) permissions: BTreeMap<String, BTreeSet<Permission>>,
    pub(super) is_admin: bool,
    pub(super) key: Option<ApiKey>,
}

impl NewKey {
    /// A key that may do only what [`allow`](Self::allow) grants: what an application should hold.
    pub fn limited(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            description: None,
            permissions: BTreeMap::new(),
            is_admin: false,
            key: None,
        }
    }

    /// A key that may do everything, other keys included. For development and administration.
    pub fn admin(label: impl Into<String>) -> Self {
        Self {
            is_admin: true,
            ..Self::limited(label)
        }
    }

    /// What the key is for, in words.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Grants actions on a collection, in addition to what has been granted on it before. The
    /// collection need not exist yet.
    pub fn allow(
        mut self,
        collection: impl Into<String>,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> Self {
        self.permissions
            .entry(collection.into())
            .or_default()
            .extend(permissions);
        self
    }

    /// Chooses the key's value instead of letting the server make one. Servers ask for at least 32
    /// characters, 8 of them distinct; older servers do not know this and make their own.
    ///
    /// With a chosen value the registration can be repeated safely: the second attempt is refused
    /// as a conflict.
    pub fn with_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Refuses what could not mean what the caller wants, before anything is sent.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.label.trim().is_empty() {
            return Err(Error::invalid_argument(
                "the key's label is empty: give it a name that a person can recognise",
            ));
        }
        if self.is_admin && !self.permissions.is_empty() {
            return Err(Error::invalid_argument(
                "an admin key may do everything: leave out its grants, or register a limited key",
            ));
        }
        for (collection, permissions) in &self.permissions {
            crate::argument::segment("collection", collection)?;
            if permissions.is_empty() {
                return Err(Error::invalid_argument(format!(
                    "the grant on `{}` allows nothing: name `Permission::Read` or `Permission::Write`",
                    collection.escape_debug()
                )));
            }
        }
        Ok(())
    }
}
