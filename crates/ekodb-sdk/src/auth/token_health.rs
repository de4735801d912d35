//! What may be known about the token from outside: for health pages, never the token itself.

use std::time::SystemTime;

use tokio::sync::watch;

use crate::error::Error;

/// How token refresh stands.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TokenState {
    /// How many different tokens have been obtained; zero before the first.
    pub generation: u64,
    /// Until when the token in use is valid, by the local wall clock. `None` without a token.
    pub valid_until: Option<SystemTime>,
    /// Whether a refresh is under way.
    pub refreshing: bool,
    /// The failure of the last attempt. `None` once one has succeeded.
    pub last_error: Option<Error>,
    /// How many attempts have failed since the last success.
    pub failures: u32,
}

impl TokenState {
    /// Whether there is a token that has not expired.
    #[expect(
        clippy::disallowed_methods,
        reason = "a state knows no client, and so no clock of one"
    )]
    pub fn is_valid(&self) -> bool {
        self.valid_until
            .is_some_and(|until| until > SystemTime::now())
    }
}

/// Follows the [`TokenState`] of a client.
#[derive(Clone, Debug)]
pub struct TokenWatch(pub(crate) watch::Receiver<TokenState>);

impl TokenWatch {
    /// The state now. It counts as seen by [`changed`](Self::changed).
    pub fn current(&mut self) -> TokenState {
        self.0.borrow_and_update().clone()
    }

    /// Waits until the state differs from the one last seen, and gives it. `None` once the last
    /// handle of the client is gone. Dropping the future loses nothing.
    pub async fn changed(&mut self) -> Option<TokenState> {
        self.0.changed().await.ok()?;
        Some(self.current())
    }
}
