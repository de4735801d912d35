//! Calls on records, and what is rare about them.

use std::time::Duration;

use super::BatchOutcome;
use crate::request::Request;

/// A call on records that is sent when it is awaited. `O` is what can be set on it before: see
/// [`Store`], [`Read`] and [`Remove`].
pub type RecordRequest<R, O> = Request<R, O>;

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

/// Many records to store, change or delete. Each of its calls has the client's deadline; a
/// [`timeout`](Request::timeout) limits all of them together.
pub type Batch = RecordRequest<BatchOutcome, BatchOptions>;

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

impl<R> RecordRequest<R, StoreOptions> {
    /// The record expires after this time, rounded up to whole seconds.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.record_options.ttl = Some(ttl);
        self
    }

    /// Each access to the record starts its [`ttl`](Self::ttl) again.
    pub fn renew_ttl_on_access(mut self) -> Self {
        self.record_options.renew_ttl = true;
        self
    }

    /// Keeps the call from the other servers of the cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.record_options.bypass_ripple = Some(true);
        self
    }

    /// Goes past the server's cache.
    pub fn bypass_cache(mut self) -> Self {
        self.record_options.bypass_cache = Some(true);
        self
    }
}

impl<R> RecordRequest<R, ReadOptions> {
    /// Gives these fields only, and the `id`. Their names have no commas.
    pub fn select<S: Into<String>>(mut self, fields: impl IntoIterator<Item = S>) -> Self {
        let fields = fields.into_iter().map(Into::into);
        self.record_options.select.extend(fields);
        self
    }

    /// Leaves these fields out. Their names have no commas.
    pub fn exclude<S: Into<String>>(mut self, fields: impl IntoIterator<Item = S>) -> Self {
        let fields = fields.into_iter().map(Into::into);
        self.record_options.exclude.extend(fields);
        self
    }

    /// Asks this server only, not the others of its cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.record_options.bypass_ripple = Some(true);
        self
    }
}

impl RecordRequest<(), RemoveOptions> {
    /// Keeps the call from the other servers of the cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.record_options.bypass_ripple = Some(true);
        self
    }
}

/// How many items one call has: what the smallest tier allows.
pub(crate) const CHUNK: usize = 500;

/// What can be set on a batch.
#[derive(Clone, Debug)]
pub struct BatchOptions {
    pub(super) chunk: usize,
    pub(super) bypass_ripple: Option<bool>,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            chunk: CHUNK,
            bypass_ripple: None,
        }
    }
}

impl RecordRequest<BatchOutcome, BatchOptions> {
    /// Sets how many records one call has, in place of 500. Deployments allow 500 to 20,000,
    /// depending on their tier. 0 counts as 1.
    pub fn chunk_size(mut self, records: usize) -> Self {
        self.record_options.chunk = records.max(1);
        self
    }

    /// Keeps the batch from the other servers of the cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.record_options.bypass_ripple = Some(true);
        self
    }
}
