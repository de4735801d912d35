//! The table of operations.
use crate::{Auth, Operation, Privilege, Replay};

pub(crate) static OPERATIONS: &[Operation] = &[Operation {
    id: "get_health",
    method: "GET",
    path: "/api/health",
    auth: Auth::Optional,
    privilege: Privilege::None,
    replay: Replay::Idempotent,
    success: 200,
    has_reply: true,
    deprecated: false,
}];
