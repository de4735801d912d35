//! What happens around every request.

mod cors;
mod observe;

pub(crate) use cors::layer as cors;
pub(crate) use observe::observe;
