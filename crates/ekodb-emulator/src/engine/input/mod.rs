//! JSON-like documents of requests and seeds, read into types, with members that nobody knows
//! refused.

mod object;
mod read;
mod unknown;

pub(crate) use object::{Object, ObjectOnly};
pub(crate) use read::{InputError, present, read, read_value};
pub(crate) use unknown::{UNKNOWN_MEMBER_HINT, UnknownMember, UnknownMembers};
