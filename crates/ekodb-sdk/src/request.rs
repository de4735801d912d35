//! What a call of the public API returns before it is awaited, and what its work is given.

use std::{
    borrow::Cow,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use ekodb_api::{Operation, Outgoing, Prepared, Reply};
use serde::de::DeserializeOwned;

use crate::{
    client::Client,
    error::{Error, ErrorKind},
    transport::{Deadline, MayHaveBeenApplied, RetryLoop, decode, generated_error},
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
///
/// `O` is what else can be set on the call before it is awaited, such as
/// [`StoreOptions`](crate::records::StoreOptions).
#[must_use = "a call is sent only when it is awaited"]
pub struct Request<T, O = ()> {
    client: Client,
    pub(crate) options: CallOptions,
    pub(crate) record_options: O,
    state: State<T, O>,
}

enum State<T, O> {
    /// Not polled yet. `None` only while it is being started.
    Idle(Option<Work<T, O>>),
    Running(Pending<T>),
}

type Work<T, O> = Box<dyn FnOnce(Call, O) -> Pending<T> + Send>;

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T> Request<T> {
    /// A call that does `work`, which may take several operations. The deadline is for all of it.
    pub(crate) fn new<F, Fut>(client: &Client, work: F) -> Self
    where
        F: FnOnce(Call) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Self::with_options(client, |call, ()| work(call))
    }
}

impl<T, O: Default> Request<T, O> {
    /// A call whose `work` is given the options that were set on it.
    pub(crate) fn with_options<F, Fut>(client: &Client, work: F) -> Self
    where
        F: FnOnce(Call, O) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let work: Work<T, O> = Box::new(move |call, options| Box::pin(work(call, options)));
        Self {
            client: client.clone(),
            options: CallOptions::default(),
            record_options: O::default(),
            state: State::Idle(Some(work)),
        }
    }
}

impl<T, O> Request<T, O> {
    /// Limits how long the whole call may take, in place of the client's timeout: waiting for a
    /// token, all attempts, and the pauses between them. It begins to run when the call is first
    /// polled.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Makes one attempt only, whatever the client's [`Retry`](crate::Retry) says. A call that is
    /// answered with 401 is still sent once more, with a new token.
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

impl<T, O: Default + Unpin> Future for Request<T, O> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if let State::Idle(work) = &mut this.state
            && let Some(work) = work.take()
        {
            let call = match Call::start(&this.client, this.options) {
                Ok(call) => call,
                Err(error) => return Poll::Ready(Err(error)),
            };
            this.state = State::Running(work(call, std::mem::take(&mut this.record_options)));
        }
        match &mut this.state {
            State::Running(work) => work.as_mut().poll(context),
            State::Idle(_) => panic!("a call was polled after it had ended"),
        }
    }
}

impl<T, O> fmt::Debug for Request<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What a caller may choose for any call.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallOptions {
    /// The timeout of the whole call; the client's if it is `None`.
    pub(crate) timeout: Option<Duration>,
    /// Whether a token is sent where one is welcome but not needed.
    identify: bool,
    /// Whether a failed attempt is final.
    pub(crate) no_retry: bool,
}

/// A call under way: what the work of a [`Request`] is done with. It may take several operations
/// within one deadline.
#[derive(Clone, Debug)]
pub(crate) struct Call(Arc<Started>);

#[derive(Debug)]
struct Started {
    client: Client,
    options: CallOptions,
    until: Deadline,
    applied: MayHaveBeenApplied,
}

impl Call {
    /// Starts a call: its deadline begins to run now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] outside a tokio runtime: timers and connections would panic.
    pub(crate) fn start(client: &Client, options: CallOptions) -> Result<Self, Error> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::new(
                ErrorKind::Configuration,
                "there is no tokio runtime here; await the call inside one",
            ));
        }
        let limit = options.timeout.unwrap_or(client.pool().limits.timeout);
        Ok(Self(Arc::new(Started {
            client: client.clone(),
            options,
            until: Deadline::after(limit),
            applied: MayHaveBeenApplied::default(),
        })))
    }

    /// The client that the call is made with.
    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// The operations, to be prepared and given to [`run`](Self::run).
    pub(crate) fn api(&self) -> &ekodb_api::Client {
        &self.client().pool().api
    }

    /// Sends one prepared operation and decodes its reply. Authentication, replay, retries, bounds,
    /// the span and the operation in the error come from the table of operations.
    ///
    /// ```text
    /// let reply = call.run(call.api().list_keys().prepare()).await?;
    /// ```
    pub(crate) async fn run<T: DeserializeOwned>(
        &self,
        prepared: Result<Prepared<T>, ekodb_api::Error>,
    ) -> Result<T, Error> {
        self.run_with(prepared, None).await
    }

    /// Sends one prepared operation, with `body` in place of its own if there is one, and decodes
    /// its reply.
    pub(crate) async fn run_with<T: DeserializeOwned>(
        &self,
        prepared: Result<Prepared<T>, ekodb_api::Error>,
        body: Option<Bytes>,
    ) -> Result<T, Error> {
        self.reply(prepared, body, decode).await
    }

    /// The same, but `read` makes a value of the bytes of the reply.
    pub(crate) async fn read<R, T>(
        &self,
        prepared: Result<Prepared<R>, ekodb_api::Error>,
        body: Option<Bytes>,
        read: impl FnOnce(Bytes) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.reply(prepared, body, |reply, operation| {
            read(reply.body).map_err(|error| error.with_operation(operation.id))
        })
        .await
    }

    async fn reply<R, T>(
        &self,
        prepared: Result<Prepared<R>, ekodb_api::Error>,
        body: Option<Bytes>,
        read: impl FnOnce(Reply, &'static Operation) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut outgoing = prepared.map_err(generated_error)?.into_outgoing();
        if let Some(body) = body {
            outgoing = outgoing.with_body(body);
        }
        let reply = self.send(&outgoing).await?;
        read(reply, outgoing.operation())
            .map_err(|error| error.with_no_side_effects(!self.0.applied.is_possible()))
    }

    /// The call for the next of many operations: it has a deadline of its own, unless one was set
    /// for all of them.
    pub(crate) fn next(&self) -> Result<Self, Error> {
        match self.0.options.timeout {
            Some(_) => Ok(self.clone()),
            None => Self::start(self.client(), self.0.options),
        }
    }

    /// Sends one prepared operation whose success is told by the status alone.
    pub(crate) async fn run_for_status<T>(
        &self,
        prepared: Result<Prepared<T>, ekodb_api::Error>,
    ) -> Result<(), Error> {
        let outgoing = prepared.map_err(generated_error)?.into_outgoing();
        self.send(&outgoing).await.map(drop)
    }

    /// Sends one request and returns its reply, whose status is a success.
    pub(crate) async fn send(&self, outgoing: &Outgoing) -> Result<Reply, Error> {
        let outgoing = self.in_transaction(outgoing)?;
        self.retry_loop(&outgoing).run().await
    }

    /// The request as part of the client's transaction, if it has one.
    fn in_transaction<'a>(&self, outgoing: &'a Outgoing) -> Result<Cow<'a, Outgoing>, Error> {
        match self.client().transaction() {
            None => Ok(Cow::Borrowed(outgoing)),
            Some(id) if outgoing.operation().takes_transaction => Ok(Cow::Owned(
                outgoing.clone().with_query("transaction_id", id),
            )),
            Some(_) => {
                let text = "it cannot take part in a transaction: it would be done outside";
                Err(Error::new(ErrorKind::InvalidArgument, text)
                    .with_operation(outgoing.operation().id))
            }
        }
    }

    /// Sends one request once and returns its reply, whatever its status.
    pub(crate) async fn send_once(&self, outgoing: &Outgoing) -> Result<Reply, Error> {
        self.retry_loop(outgoing).run_once().await
    }

    fn retry_loop<'a>(&'a self, outgoing: &'a Outgoing) -> RetryLoop<'a> {
        let client = self.client();
        let options = self.0.options;
        RetryLoop {
            pool: client.pool(),
            session: Some(client.session()),
            outgoing,
            identify: options.identify,
            retry: !options.no_retry,
            until: self.0.until,
            max_reply_bytes: client.pool().limits.max_reply_bytes,
            applied: &self.0.applied,
        }
    }

    /// Ends the call at its deadline also while it decodes records, which no timer can interrupt.
    /// `done` is how many have been: the clock is read once for some of them.
    pub(crate) fn check_time(&self, done: usize) -> Result<(), Error> {
        if !done.is_multiple_of(64) {
            return Ok(());
        }
        let outcome = self.0.until.check();
        outcome.map_err(|error| error.with_no_side_effects(!self.0.applied.is_possible()))
    }

    /// Waits for `work`, which is no operation, until the deadline of the call.
    pub(crate) async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let outcome = self.0.until.bound(work).await;
        outcome.map_err(|error| error.with_no_side_effects(!self.0.applied.is_possible()))
    }
}
