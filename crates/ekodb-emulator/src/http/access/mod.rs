//! Who may call what: tokens, and the extractors that let a handler run.

mod bearer;
mod tokens;

pub(crate) use bearer::{Access, Admin, Any, KvReads, KvWrites, MaybeBearer, Reads, Writes};
pub(crate) use tokens::Tokens;
