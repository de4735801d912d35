//! What a call of the public API returns before it is awaited, and what its work is given.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use ekodb_api::{ResponseValue, types::ErrorReply};
use tokio::time::timeout_at;

use crate::{
    client::Client,
    error::{Error, ErrorKind},
    transport::{CallOptions, Dispatch},
};

/// A call that is sent when it is awaited.
///
/// ```no_run
/// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
/// use std::time::Duration;
///
/// let health = client.health().await?;
/// let health = client.health().timeout(Duration::from_millis(500)).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a call is sent only when it is awaited"]
pub struct Request<T> {
    client: Client,
    options: CallOptions,
    work: Work<T>,
}

type Work<T> = Box<dyn FnOnce(Call) -> Pending<T> + Send>;

/// The future of a [`Request`].
type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T> Request<T> {
    /// A call that does `work`, which may take several operations. The deadline is for all of it.
    pub(crate) fn new<F, Fut>(client: &Client, work: F) -> Self
    where
        F: FnOnce(Call) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Self {
            client: client.clone(),
            options: CallOptions::default(),
            work: Box::new(move |call| Box::pin(work(call))),
        }
    }

    /// How long the whole call may take, in place of the client's deadline: waiting for a token, all attempts, and the pauses
    /// between them.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Makes one attempt only, whatever the client's [`Retry`](crate::Retry) says. A call that is answered with 401 is still sent
    /// once more, with a new token.
    pub fn no_retry(mut self) -> Self {
        self.options.no_retry = true;
        self
    }

    /// Sends a token also where one is welcome but not needed.
    pub(crate) fn identified(mut self) -> Self {
        self.options.identify = true;
        self
    }
}

impl<T: Send + 'static> IntoFuture for Request<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pending<T>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            // Timers and connections need one; without it they would panic.
            if tokio::runtime::Handle::try_current().is_err() {
                return Err(Error::new(
                    ErrorKind::Configuration,
                    "there is no tokio runtime here; await the call inside one",
                ));
            }
            let dispatch = Arc::new(self.client.dispatch(self.options));
            let until = dispatch.until().at;
            let call = Call {
                client: self.client,
                dispatch: Arc::clone(&dispatch),
            };
            match timeout_at(until, (self.work)(call)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(dispatch.timed_out()),
            }
        })
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A call under way: what the work of a [`Request`] is done with.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    client: Client,
    dispatch: Arc<Dispatch>,
}

impl Call {
    /// The client that the call is made with.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs one operation of the generated client and gives its reply's body. Authentication, replay, retries, bounds, the span and
    /// the operation in the error come from the table of operations.
    ///
    /// ```text
    /// let reply = call.run(|api| async move { api.list_keys().send().await }).await?;
    /// ```
    pub(crate) async fn run<T, F, Fut>(&self, operation: F) -> Result<T, Error>
    where
        F: FnOnce(ekodb_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, ekodb_api::Error<ErrorReply>>>,
    {
        self.dispatch
            .run(operation)
            .await
            .map(ResponseValue::into_inner)
    }
}
