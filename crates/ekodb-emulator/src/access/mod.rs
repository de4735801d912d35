//! Who may do what: tokens, grants, and the extractors that let a handler run.

mod bearer;
mod grants;
mod requests;
mod rights;
mod tokens;

pub(crate) use bearer::{Access, Admin, Any, Caller, MaybeBearer, Reads, Writes};
pub(crate) use grants::{CollectionGrant, KvGrant};
pub(crate) use requests::{GrantPatch, GrantPut, KvGrantPatch, KvGrantPut, Restrictions, present};
pub(crate) use rights::Rights;
pub(crate) use tokens::Tokens;
