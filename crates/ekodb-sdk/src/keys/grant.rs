//! What a key may do: grants on collections and on KV prefixes.

use serde_json::{Map, Value};

use crate::{Error, argument};

/// One of the two actions that a grant allows on a collection or a KV prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Permission {
    /// Reading records, the schema and the collection's description, or KV entries.
    Read,
    /// Writing records or KV entries.
    Write,
}

/// What a key may do with one collection.
///
/// The three restrictions are lists of field names: `None` restricts nothing, an empty list
/// restricts to nothing. The server returns only `select_fields`, hides `exclude_fields`, and lets
/// a writer set only `writable_fields`.
///
/// ```
/// use ekodb_client::CollectionGrant;
///
/// let grant = CollectionGrant::read_only().exclude_fields(["ssn"]);
/// assert!(grant.read && !grant.write);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionGrant {
    /// Whether the key may read.
    pub read: bool,
    /// Whether the key may write.
    pub write: bool,
    /// On reading, only these fields come back.
    pub select_fields: Option<Vec<String>>,
    /// On reading, these fields are hidden.
    pub exclude_fields: Option<Vec<String>>,
    /// On writing, only these fields may be set.
    pub writable_fields: Option<Vec<String>>,
    /// Members that a newer server added.
    pub extra: Map<String, Value>,
}

impl CollectionGrant {
    /// A grant of exactly these actions, without restrictions.
    pub fn new(read: bool, write: bool) -> Self {
        Self {
            read,
            write,
            ..Self::default()
        }
    }

    /// Reading only.
    pub fn read_only() -> Self {
        Self::new(true, false)
    }

    /// Writing only.
    pub fn write_only() -> Self {
        Self::new(false, true)
    }

    /// Reading and writing.
    pub fn read_write() -> Self {
        Self::new(true, true)
    }

    /// On reading, only these fields come back.
    pub fn select_fields(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.select_fields = Some(strings(fields));
        self
    }

    /// On reading, these fields are hidden.
    pub fn exclude_fields(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.exclude_fields = Some(strings(fields));
        self
    }

    /// On writing, only these fields may be set.
    pub fn writable_fields(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.writable_fields = Some(strings(fields));
        self
    }

    /// Whether any field restriction is set.
    pub fn is_restricted(&self) -> bool {
        self.select_fields.is_some()
            || self.exclude_fields.is_some()
            || self.writable_fields.is_some()
    }
}

/// A change of some members of a [`CollectionGrant`]: what is not named is kept.
///
/// ```
/// use ekodb_client::CollectionGrantPatch;
///
/// let patch = CollectionGrantPatch::new()
///     .write(true)
///     .select_fields(["name", "email"])
///     .clear_exclude_fields();
/// # let _ = patch;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CollectionGrantPatch {
    pub(super) read: Option<bool>,
    pub(super) write: Option<bool>,
    pub(super) select_fields: Option<Option<Vec<String>>>,
    pub(super) exclude_fields: Option<Option<Vec<String>>>,
    pub(super) writable_fields: Option<Option<Vec<String>>>,
}

impl CollectionGrantPatch {
    /// A patch that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A patch that makes any grant this one.
    pub(super) fn whole(grant: &CollectionGrant) -> Self {
        Self {
            read: Some(grant.read),
            write: Some(grant.write),
            select_fields: Some(grant.select_fields.clone()),
            exclude_fields: Some(grant.exclude_fields.clone()),
            writable_fields: Some(grant.writable_fields.clone()),
        }
    }

    /// Refuses blank field names.
    pub(super) fn check(&self) -> Result<(), Error> {
        for (what, names) in [
            ("select_fields", &self.select_fields),
            ("exclude_fields", &self.exclude_fields),
            ("writable_fields", &self.writable_fields),
        ] {
            argument::field_names(what, names.iter().flatten().flatten())?;
        }
        Ok(())
    }

    /// Allows or forbids reading.
    pub fn read(mut self, read: bool) -> Self {
        self.read = Some(read);
        self
    }

    /// Allows or forbids writing.
    pub fn write(mut self, write: bool) -> Self {
        self.write = Some(write);
        self
    }

    /// On reading, only these fields come back from now on.
    pub fn select_fields(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.select_fields = Some(Some(strings(fields)));
        self
    }

    /// Lifts the restriction `select_fields`.
    pub fn clear_select_fields(mut self) -> Self {
        self.select_fields = Some(None);
        self
    }

    /// On reading, these fields are hidden from now on.
    pub fn exclude_fields(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.exclude_fields = Some(Some(strings(fields)));
        self
    }

    /// Lifts the restriction `exclude_fields`.
    pub fn clear_exclude_fields(mut self) -> Self {
        self.exclude_fields = Some(None);
        self
    }

    /// On writing, only these fields may be set from now on.
    pub fn writable_fields(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.writable_fields = Some(Some(strings(fields)));
        self
    }

    /// Lifts the restriction `writable_fields`.
    pub fn clear_writable_fields(mut self) -> Self {
        self.writable_fields = Some(None);
        self
    }
}

/// What a key may do with the KV entries whose key begins with a prefix.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct KvGrant {
    /// The prefix. The client fills it in where the server leaves it out.
    pub prefix: String,
    /// Whether the key may read.
    pub read: bool,
    /// Whether the key may write.
    pub write: bool,
    /// Members that a newer server added.
    pub extra: Map<String, Value>,
}

/// A change of some members of a [`KvGrant`]: what is not named is kept.
///
/// ```
/// let patch = ekodb_client::KvGrantPatch::new().write(false);
/// # let _ = patch;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KvGrantPatch {
    pub(super) read: Option<bool>,
    pub(super) write: Option<bool>,
}

impl KvGrantPatch {
    /// A patch that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows or forbids reading.
    pub fn read(mut self, read: bool) -> Self {
        self.read = Some(read);
        self
    }

    /// Allows or forbids writing.
    pub fn write(mut self, write: bool) -> Self {
        self.write = Some(write);
        self
    }
}

/// A grant before and after a change.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change<T> {
    /// The grant as it was; `None` if there was none.
    pub before: Option<T>,
    /// The grant as it is now; `None` if it was removed.
    pub after: Option<T>,
    /// The server's warning that the change could not be spread over the whole cluster.
    pub ripple_warning: Option<String>,
    /// Members that a newer server added.
    pub extra: Map<String, Value>,
}

fn strings(fields: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    fields.into_iter().map(Into::into).collect()
}
