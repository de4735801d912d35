//! The database and the rules that it was opened with.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::engine::clock::Clock;
use crate::engine::error::Error;
use crate::engine::input::UnknownMembers;
use crate::engine::query::RecordOrder;
use crate::engine::record::{Projection, View};
use crate::engine::schema::Schema;
use crate::engine::store::{Durability, ReadView, Settings, Store};
use crate::engine::transactions::Transactions;

/// A database, with a clock of its own.
#[derive(Debug)]
pub(crate) struct Database {
    pub(in crate::engine) store: Store,
    pub(in crate::engine) transactions: Transactions,
    pub(super) clock: Clock,
    pub(super) rules: Rules,
}

/// What the database does where the evidence about the server is not unanimous.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) unknown_members: UnknownMembers,
    /// Whether reading, searching or deleting a collection that does not exist is an error.
    pub(crate) refuse_unknown_collections: bool,
    /// Whether restoring a record only removes the mark of its deletion.
    pub(crate) restore_clears_only: bool,
    /// Whether the name of a collection has to be like those that were recorded.
    pub(crate) strict_names: bool,
    pub(crate) order: RecordOrder,
}

impl Database {
    /// Opens a database in memory.
    pub(crate) fn in_memory(rules: Rules) -> Result<Self, Error> {
        Ok(Self::new(Store::in_memory()?, rules))
    }

    /// Opens the database in a data directory, which is created if it does not exist.
    pub(crate) fn in_directory(
        directory: &Path,
        durability: Durability,
        rules: Rules,
    ) -> Result<Self, Error> {
        let store = Store::in_directory(directory, durability)?;
        Ok(Self::new(store, rules))
    }

    fn new(store: Store, rules: Rules) -> Self {
        Self {
            store,
            transactions: Transactions::default(),
            clock: Clock::default(),
            rules,
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn rules(&self) -> Rules {
        self.rules
    }

    /// Commits what is queued and stops the writer. Later writes fail.
    pub(crate) fn close(&self) {
        self.store.close();
    }

    /// Returns what stands for a collection that does not exist, or the error that it is missing.
    pub(super) fn missing_collection<T>(
        &self,
        name: &str,
        substitute: impl FnOnce(Schema) -> T,
    ) -> Result<T, Error> {
        self.rules
            .missing_collection(name, self.clock.now(), substitute)
    }
}

impl Rules {
    pub(super) fn missing_collection<T>(
        self,
        name: &str,
        now: DateTime<Utc>,
        substitute: impl FnOnce(Schema) -> T,
    ) -> Result<T, Error> {
        match self.refuse_unknown_collections {
            true => Err(Error::CollectionNotFound(name.to_owned())),
            false => Ok(substitute(Schema::empty(now))),
        }
    }
}

/// Returns how a collection's records are shown to a caller who may see, and asked for, these
/// fields.
pub(super) fn view_of(
    view: &impl ReadView,
    schema: &Schema,
    projections: Vec<Projection>,
) -> Result<View, Error> {
    Ok(View {
        typed: Settings(view).typed_values()?,
        id_name: schema.primary_key_alias.clone(),
        projections,
    })
}
