//! Records: what a request says of one, how it is changed and how it is shown.

mod actions;
mod draft;
mod record;
mod render;
mod ttl;

pub(crate) use actions::{Action, apply as apply_action};
pub(crate) use draft::{Draft, DraftError};
pub(crate) use record::Record;
pub(crate) use render::{Projection, View};
pub(crate) use ttl::Ttl;
