//! Running a closure in a transaction.

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;
use tokio::time::{sleep, timeout_at};

use super::{IsolationLevel, Transaction, TransactionGuard};
use crate::{
    Client, Error, ErrorKind, exponential_backoff::ExponentialBackoff, transport::Deadline,
};

/// How often a closure is run at most, unless it is set otherwise.
const ATTEMPTS: u32 = 5;

/// How long to wait before a closure is run again.
const BACKOFF: ExponentialBackoff = ExponentialBackoff {
    initial: Duration::from_millis(10),
    cap: Duration::from_secs(1),
};

/// A longer limit counts as this one: servers allow no more.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The least time that is left for a rollback.
const ROLLBACK_TIMEOUT: Duration = Duration::from_secs(5);

/// A closure that is run in a transaction when it is awaited. Made by [`Client::transact`].
#[must_use = "a transaction begins only when it is awaited"]
pub struct Transact<F> {
    client: Client,
    work: F,
    isolation: Option<IsolationLevel>,
    timeout: Option<Duration>,
    attempts: u32,
}

impl Client {
    /// Runs a closure in a transaction: begins it, commits it when the closure returns `Ok`, and
    /// rolls it back when it returns `Err`, panics or is dropped.
    ///
    /// If the commit meets a conflict, all of it is run again from the start, five times at most,
    /// with a growing pause in between. So what the closure does outside its transaction can
    /// happen more than once. An error of the closure itself is never tried again, nor is a commit
    /// whose outcome is not known.
    ///
    /// ```no_run
    /// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
    /// use ekodb_client::{Error, IsolationLevel};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Counter {
    ///     n: u64,
    /// }
    ///
    /// let id = String::from("visits");
    /// let n = client
    ///     .transact(move |transaction| {
    ///         // The closure may run more than once, so each run takes its own copy.
    ///         let id = id.clone();
    ///         async move {
    ///             let counters = transaction.collection("counters").typed::<Counter>();
    ///             let n = counters.get(&id).await?.n + 1;
    ///             counters.update(&id, Counter { n }).await?;
    ///             Ok::<_, Error>(n)
    ///         }
    ///     })
    ///     .isolation(IsolationLevel::Serializable)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The closure's own, and, turned into its type: [`ErrorKind::Conflict`] when every attempt met
    /// a conflict, [`ErrorKind::CommitOutcomeUnknown`] if the reply to the commit did not arrive,
    /// [`ErrorKind::Timeout`] when the time is over, and those of [`begin`](Self::begin) and
    /// [`commit`](TransactionGuard::commit).
    pub fn transact<T, E, F, Fut>(&self, work: F) -> Transact<F>
    where
        F: FnMut(Transaction) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        E: From<Error> + Send + 'static,
        T: Send + 'static,
    {
        Transact {
            client: self.clone(),
            work,
            isolation: None,
            timeout: None,
            attempts: ATTEMPTS,
        }
    }
}

impl<F> Transact<F> {
    /// The isolation level. The server's default, if it is not set.
    pub fn isolation(mut self, level: IsolationLevel) -> Self {
        self.isolation = Some(level);
        self
    }

    /// How long all of it may take, with every attempt and the closure's own time. The client's
    /// deadline, if it is not set. The server is told too, so that it does not keep what was left
    /// behind.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How often the closure is run at most, in place of five times. 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }
}

impl<T, E, F, Fut> IntoFuture for Transact<F>
where
    F: FnMut(Transaction) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
    E: From<Error> + Send + 'static,
    T: Send + 'static,
{
    type Output = Result<T, E>;
    type IntoFuture = BoxFuture<'static, Result<T, E>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<F> Transact<F> {
    async fn run<T, E, Fut>(mut self) -> Result<T, E>
    where
        F: FnMut(Transaction) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let limit = self.timeout.unwrap_or(self.client.pool().limits.timeout);
        let until = Deadline::after(limit.min(LONGEST));
        let mut attempt = 1;
        loop {
            let guard = begin(&self.client, self.isolation, &until).await?;
            let work = (self.work)(Transaction::clone(&guard));
            let value = match timeout_at(until.at, work).await {
                Ok(Ok(value)) => value,
                Ok(Err(error)) => {
                    roll_back(guard, &until).await;
                    return Err(error);
                }
                Err(_) => {
                    drop(guard);
                    return Err(over(until.limit).into());
                }
            };
            let Err(error) = guard.commit().timeout(until.left()).await else {
                return Ok(value);
            };
            let pause = BACKOFF.jittered(attempt, fastrand::f64());
            let again = error.kind() == ErrorKind::Conflict
                && attempt < self.attempts
                && pause < until.left();
            if !again {
                return Err(error.into());
            }
            sleep(pause).await;
            attempt += 1;
        }
    }
}

async fn begin(
    client: &Client,
    isolation: Option<IsolationLevel>,
    until: &Deadline,
) -> Result<TransactionGuard, Error> {
    let left = until.left();
    let mut begin = client.begin().expires_after(left).timeout(left);
    if let Some(level) = isolation {
        begin = begin.isolation(level);
    }
    begin.await
}

/// Rolls back, as far as time allows. The error that has led here says more than one of the
/// rollback.
async fn roll_back(guard: TransactionGuard, until: &Deadline) {
    let limit = until.left().max(ROLLBACK_TIMEOUT);
    if let Err(error) = guard.rollback().timeout(limit).await {
        tracing::debug!(%error, "a transaction could not be rolled back");
    }
}

/// The error of a transaction that has taken longer than it may.
fn over(limit: Duration) -> Error {
    let text =
        format!("the transaction took longer than the {limit:?} that it has, and is rolled back");
    Error::new(ErrorKind::Timeout, text).with_no_side_effects(true)
}

impl<F> fmt::Debug for Transact<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transact")
            .field("isolation", &self.isolation)
            .field("timeout", &self.timeout)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
