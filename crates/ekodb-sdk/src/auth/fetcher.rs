//! One attempt at a token: key, request, time limit, panics.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Either},
};

use super::{
    clock::Clock,
    failure::Fault,
    first_of_two::race,
    provider::{ApiKeyProvider, key_of},
    skew::Exchange,
    token::ApiKey,
    token_request::{IssuedToken, TokenEndpoint, TokenRequestError},
    validate::failure,
};
use crate::error::{Error, ErrorKind};

/// What an attempt needs, and nothing of the manager: a refresh must not keep its manager alive.
#[derive(Clone)]
pub(crate) struct TokenFetcher {
    pub(crate) provider: Arc<dyn ApiKeyProvider>,
    pub(crate) endpoint: Arc<dyn TokenEndpoint>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A reply with the times it was sent and received.
#[derive(Debug)]
pub(crate) struct Obtained {
    pub(crate) reply: IssuedToken,
    pub(crate) exchange: Exchange,
}

impl TokenFetcher {
    /// Makes one attempt. It ends within `limit`, whatever the provider and the server do.
    pub(crate) fn attempt(&self, limit: Duration) -> BoxFuture<'static, Result<Obtained, Fault>> {
        let fetcher = self.clone();
        Box::pin(async move {
            let clock = Arc::clone(&fetcher.clock);
            let exchange = AssertUnwindSafe(fetcher.exchange()).catch_unwind();
            // A reply that is there counts, even if the runtime was so late that the time is up as
            // well.
            match race(exchange, clock.sleep(limit)).await {
                Either::Left(outcome) => outcome.unwrap_or_else(|_| Err(panicked())),
                Either::Right(()) => Err(timed_out()),
            }
        })
    }

    async fn exchange(self) -> Result<Obtained, Fault> {
        let key = self.key().await?;
        match self.request(&key).await {
            Err(TokenRequestError::Rejected(error)) => {
                // The key may have been rotated between the question and the request.
                let again = self.key().await?;
                if again.is(&key) {
                    return Err(Fault::terminal(error));
                }
                self.request(&again).await.map_err(fault)
            }
            outcome => outcome.map_err(fault),
        }
    }

    async fn key(&self) -> Result<ApiKey, Fault> {
        key_of(&*self.provider).await.map_err(|failed| {
            let error = failed.error.with_operation("create_token");
            Fault {
                terminal: failed.permanent,
                ..Fault::transient(error)
            }
        })
    }

    async fn request(&self, key: &ApiKey) -> Result<Obtained, TokenRequestError> {
        let sent = self.clock.now();
        let reply = self.endpoint.request_token(key.clone()).await?;
        let exchange = Exchange {
            sent,
            received: self.clock.now(),
            date: reply.date,
            has_age: reply.has_age,
        };
        Ok(Obtained { reply, exchange })
    }
}

fn fault(error: TokenRequestError) -> Fault {
    match error {
        TokenRequestError::Rejected(error) | TokenRequestError::Permanent(error) => {
            Fault::terminal(error)
        }
        TokenRequestError::Transient { error, retry_after } => Fault {
            retry_after,
            ..Fault::transient(error)
        },
    }
}

fn timed_out() -> Fault {
    Fault::transient(failure(
        ErrorKind::Timeout,
        "no token within the attempt timeout; check that the server is reachable, or allow more time",
    ))
}

fn panicked() -> Fault {
    // The payload of the panic is dropped: it may hold anything.
    let error: Error = failure(
        ErrorKind::Configuration,
        "the token request panicked; see the panic message on standard error",
    );
    Fault::transient(error)
}
