//! Calls on records, and what is rare about them.

use std::{fmt, time::Duration};

use crate::{
    Client, Error,
    request::{Call, Request},
};

/// A call on records that is sent when it is awaited. `O` is what can be set on it before: see [`Store`], [`Read`] and [`Remove`].
#[must_use = "a call is sent only when it is awaited"]
pub struct RecordRequest<R, O> {
    client: Client,
    options: O,
    timeout: Option<Duration>,
    no_retry: bool,
    work: Work<R, O>,
}

type Work<R, O> = Box<dyn FnOnce(Call, O) -> Pending<R> + Send>;

type Pending<R> = futures_util::future::BoxFuture<'static, Result<R, Error>>;

/// A call that stores a record.
///
/// ```no_run
/// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
/// use ekodb_client::Record;
/// use std::time::Duration;
///
/// let session = Record::new().with("user", "ada");
/// let id = client.collection("sessions").insert(&session).ttl(Duration::from_secs(3600)).await?;
/// # Ok(())
/// # }
/// ```
pub type Store<R> = RecordRequest<R, StoreOptions>;

/// A call that reads a record.
pub type Read<R> = RecordRequest<R, ReadOptions>;

/// A call that deletes a record.
pub type Remove = RecordRequest<(), RemoveOptions>;

/// What can be set on a call that stores a record.
#[derive(Clone, Debug, Default)]
pub struct StoreOptions {
    pub(super) ttl: Option<Duration>,
    pub(super) renew_ttl: bool,
    pub(super) bypass_ripple: Option<bool>,
    pub(super) bypass_cache: Option<bool>,
}

/// What can be set on a call that reads a record.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    pub(super) select: Vec<String>,
    pub(super) exclude: Vec<String>,
    pub(super) bypass_ripple: Option<bool>,
}

/// What can be set on a call that deletes a record.
#[derive(Clone, Debug, Default)]
pub struct RemoveOptions {
    pub(super) bypass_ripple: Option<bool>,
}

impl<R, O: Default> RecordRequest<R, O> {
    pub(super) fn new<F, Fut>(client: &Client, work: F) -> Self
    where
        F: FnOnce(Call, O) -> Fut + Send + 'static,
        Fut: Future<Output = Result<R, Error>> + Send + 'static,
    {
        Self {
            client: client.clone(),
            options: O::default(),
            timeout: None,
            no_retry: false,
            work: Box::new(move |call, options| Box::pin(work(call, options))),
        }
    }
}

impl<R, O> RecordRequest<R, O> {
    /// How long the call may take in all, in place of the client's deadline. See [`Request::timeout`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Makes one attempt only. See [`Request::no_retry`].
    pub fn no_retry(mut self) -> Self {
        self.no_retry = true;
        self
    }
}

impl<R> RecordRequest<R, StoreOptions> {
    /// The record expires after this time, rounded up to whole seconds.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.options.ttl = Some(ttl);
        self
    }

    /// Each access to the record begins its [`ttl`](Self::ttl) anew.
    pub fn renew_ttl_on_access(mut self) -> Self {
        self.options.renew_ttl = true;
        self
    }

    /// Keeps the call from the other servers of the cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.options.bypass_ripple = Some(true);
        self
    }

    /// Goes past the server's cache.
    pub fn bypass_cache(mut self) -> Self {
        self.options.bypass_cache = Some(true);
        self
    }
}

impl<R> RecordRequest<R, ReadOptions> {
    /// Gives these fields only, and the `id`. Their names have no commas.
    pub fn select<S: Into<String>>(mut self, fields: impl IntoIterator<Item = S>) -> Self {
        let fields = fields.into_iter().map(Into::into);
        self.options.select.extend(fields);
        self
    }

    /// Leaves these fields out. Their names have no commas.
    pub fn exclude<S: Into<String>>(mut self, fields: impl IntoIterator<Item = S>) -> Self {
        let fields = fields.into_iter().map(Into::into);
        self.options.exclude.extend(fields);
        self
    }

    /// Asks this server only, not the others of its cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.options.bypass_ripple = Some(true);
        self
    }
}

impl RecordRequest<(), RemoveOptions> {
    /// Keeps the call from the other servers of the cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.options.bypass_ripple = Some(true);
        self
    }
}

impl<R: Send + 'static, O: Send + 'static> IntoFuture for RecordRequest<R, O> {
    type Output = Result<R, Error>;
    type IntoFuture = Pending<R>;

    fn into_future(self) -> Self::IntoFuture {
        let (work, options) = (self.work, self.options);
        let mut request = Request::new(&self.client, move |call| work(call, options));
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        if self.no_retry {
            request = request.no_retry();
        }
        request.into_future()
    }
}

impl<R, O: fmt::Debug> fmt::Debug for RecordRequest<R, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordRequest")
            .field("options", &self.options)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
