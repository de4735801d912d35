//! The database: typed values in and out, one error. It knows nothing of how it is served.

mod clock;
mod error;
mod input;
mod key;
mod names;
mod operations;
mod query;
mod record;
mod schema;
mod seed;
mod store;
#[cfg(test)]
mod tests;
mod transactions;
mod value;

pub use seed::{Seed, SeedProgress, Seeded};
pub use store::{Durability, Snapshot};

pub(crate) use clock::rfc3339;
pub(crate) use error::Error;
pub(crate) use input::{
    ObjectOnly, UNKNOWN_MEMBER_HINT, UnknownMember, UnknownMembers, present, read,
};
pub(crate) use key::{ApiKey, CollectionGrant, KvGrant};
pub(crate) use names::{
    NameError, check_collection_name, check_name, is_internal, is_like_recorded,
};
pub(crate) use operations::{
    Actions, BatchOutcome, BatchUpdate, CollectionInfo, Database, FindCursor, Grant, GrantBody,
    GrantChange, GrantPatch, GrantPut, KvCursor, KvGrantPatch, KvGrantPut, MOST_SNAPSHOTS, NewKey,
    Progress, Rules, Switches, SwitchesUpdate, is_weak_key,
};
pub(crate) use query::{FindQuery, RecordOrder};
pub(crate) use record::Projection;
pub(crate) use schema::{ConstraintsRequest, Schema, SchemaRequest};
pub(crate) use store::{KvLink, ReadView, StoreError};
pub(crate) use transactions::{SavepointChange, TransactionError};
