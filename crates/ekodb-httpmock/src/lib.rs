#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub use ekodb_api::types;
pub use httpmock;
use httpmock::{Mock, MockServer};

#[rustfmt::skip]
#[allow(missing_docs, missing_debug_implementations, unreachable_pub, rustdoc::all, clippy::all)]
mod generated;
mod path;
mod query;

pub use ekodb_api::KeyId;
pub use generated::{MockServerExt, operations};

/// The token that [`mock_token_exchange`] gives out.
pub const TOKEN: &str = "token-of-the-mock-server";

/// Mocks the token exchange: whoever sends `api_key` gets [`TOKEN`]. A client needs it before any
/// call but `health`.
///
/// [`Mock::assert`] of the mock checks that the token was requested exactly once.
pub fn mock_token_exchange<'a>(server: &'a MockServer, api_key: &str) -> Mock<'a> {
    server.create_token(|when, then| {
        when.body(&types::TokenRequest {
            api_key: api_key.into(),
        });
        then.ok(&types::TokenReply {
            token: TOKEN.into(),
            extra: Default::default(),
        });
    })
}

/// Returns the body of an error as ekoDB writes it, for `client_error` and `server_error`.
pub fn error_reply(message: &str) -> types::ErrorReply {
    types::ErrorReply {
        code: None,
        error: None,
        message: Some(message.to_owned()),
        extra: Default::default(),
    }
}
