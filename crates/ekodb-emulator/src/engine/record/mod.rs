//! Records: what a request says of one, how actions change it, how it is shown.

mod actions;
mod draft;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod record;
mod ttl;
mod view;

pub(crate) use actions::{apply as apply_action, cost as cost_of_action};
pub(crate) use draft::{Draft, DraftError, SPECIAL_MEMBERS};
pub(crate) use record::Record;
pub(crate) use ttl::{Ttl, millis as ttl_millis};
pub(crate) use view::{Projection, View};
