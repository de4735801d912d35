//! What a runtime needs to know about an operation, as the OpenAPI document says it.

/// Whether a request must carry a bearer token: `security` in the OpenAPI document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// No token: the endpoint is open, or takes the API key in its body.
    None,
    /// A token is welcome but not needed: with one, the reply says more.
    Optional,
    /// `Authorization: Bearer` with a token.
    Bearer,
}

/// What the key behind the token must be allowed to do: `x-ekodb-privilege` in the OpenAPI
/// document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Privilege {
    /// Nothing: anybody may call it.
    None,
    /// Any valid key.
    Any,
    /// `read` on the collection in the path.
    Read,
    /// `write` on the collection in the path.
    Write,
    /// `read` on a KV prefix that begins the key.
    KvRead,
    /// `write` on a KV prefix that begins the key.
    KvWrite,
    /// An admin key.
    Admin,
}

/// Whether a request may be sent again when it is not known if the server applied it: the method,
/// or `x-ekodb-idempotent` where the method does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replay {
    /// Sending it twice is the same as sending it once.
    Idempotent,
    /// Sending it twice may do it twice.
    Never,
}

/// One operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template, such as `/api/collections/{collection}`.
    pub path: &'static str,
    /// Whether it takes a bearer token.
    pub auth: Auth,
    /// What the key must be allowed to do.
    pub privilege: Privilege,
    /// Whether it may be sent again.
    pub replay: Replay,
    /// The documented HTTP status of success.
    pub success: u16,
    /// Whether a successful reply has a body.
    pub has_reply: bool,
    /// Whether the document marks it deprecated.
    pub deprecated: bool,
    /// Whether it can take part in a transaction: it has the parameter `transaction_id`.
    pub takes_transaction: bool,
}
