//! Who may do what: tokens, grants, and the extractors that let a handler run.

mod bearer;
mod grants;
mod requests;
mod tokens;

pub(crate) use bearer::{Access, Admin, Any, Caller, MaybeBearer, Reads};
pub(crate) use grants::{CollectionGrant, KvGrant};
pub(crate) use requests::{GrantPatch, GrantPut, KvGrantPatch, KvGrantPut, Restrictions};
pub(crate) use tokens::Tokens;
