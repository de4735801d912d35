//! Batches: many records in as few calls as the server allows.

use std::{ops::Range, time::Duration};

use ekodb_api::types::{
    BatchDeleteItem, BatchDeleteRequest, BatchFailure, BatchInsertItem, BatchInsertRequest,
    BatchReply, BatchUpdateItem, BatchUpdateRequest,
};
use futures_util::future::BoxFuture;

use crate::{
    Client, Error, ErrorKind, argument,
    request::{Call, Request},
};

/// How many items one call has: what the smallest tier allows.
pub(super) const CHUNK: usize = 500;

/// Many records to store, change or delete, that are sent when it is awaited.
#[derive(Debug)]
#[must_use = "a batch is sent only when it is awaited"]
pub struct Batch {
    client: Client,
    collection: String,
    items: Result<Items, Error>,
    chunk: usize,
    bypass_ripple: Option<bool>,
    timeout: Option<Duration>,
}

/// What became of a batch.
#[derive(Clone, Debug, Default)]
#[must_use = "records of a batch can fail one by one: see `into_result`"]
#[non_exhaustive]
pub struct BatchOutcome {
    /// The ids of the records that were stored, changed or deleted.
    pub succeeded: Vec<String>,
    /// The records that the server refused.
    pub failed: Vec<ItemFailure>,
    /// How many items the server's replies do not speak of, though it took them.
    pub unaccounted: usize,
    /// What stopped the batch before its end, if anything did.
    pub interruption: Option<Interruption>,
}

/// A record of a batch that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemFailure {
    /// Its id, if the server says so: a new record may have none.
    pub id: Option<String>,
    /// The server's words.
    pub message: Option<String>,
}

/// A call of a batch that failed as a whole, after others had succeeded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Interruption {
    /// Why it failed. [`Error::has_no_side_effects`] tells whether its items may have been taken all the same.
    pub error: Error,
    /// The items of that call, counted from 0 in the order they were given.
    pub items: Range<usize>,
    /// The items that were not sent any more.
    pub unsent: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Items {
    Insert(Vec<BatchInsertItem>),
    Update(Vec<BatchUpdateItem>),
    Delete(Vec<BatchDeleteItem>),
}

impl Batch {
    pub(super) fn new(client: &Client, collection: &str, items: Result<Items, Error>) -> Self {
        Self {
            client: client.clone(),
            collection: collection.to_owned(),
            items,
            chunk: CHUNK,
            bypass_ripple: None,
            timeout: None,
        }
    }

    /// How many records one call has, in place of 500. Deployments allow 500 to 20,000, depending on their tier. 0 counts as 1.
    pub fn chunk_size(mut self, records: usize) -> Self {
        self.chunk = records.max(1);
        self
    }

    /// Keeps the batch from the other servers of the cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.bypass_ripple = Some(true);
        self
    }

    /// How long each call of the batch may take, in place of the client's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    fn request(&self, chunk: Items) -> Request<BatchReply> {
        let (collection, bypass) = (self.collection.clone(), self.bypass_ripple);
        let request = Request::new(&self.client, move |call| {
            send(call, collection, chunk, bypass)
        });
        match self.timeout {
            Some(timeout) => request.timeout(timeout),
            None => request,
        }
    }

    async fn run(self) -> Result<BatchOutcome, Error> {
        argument::segment("collection", &self.collection)?;
        let mut items = self.items.clone()?;
        let (all, mut sent) = (items.len(), 0);
        let mut outcome = BatchOutcome::default();
        while items.len() > 0 {
            let chunk = items.take(self.chunk);
            let range = sent..sent + chunk.len();
            sent = range.end;
            match self.request(chunk).await {
                Ok(reply) => outcome.add(reply, range.len()),
                Err(error) if range.start == 0 => return Err(error),
                Err(error) => {
                    outcome.interruption = Some(Interruption {
                        error,
                        items: range,
                        unsent: sent..all,
                    });
                    break;
                }
            }
        }
        Ok(outcome)
    }
}

impl IntoFuture for Batch {
    type Output = Result<BatchOutcome, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl BatchOutcome {
    /// Whether every record was stored, changed or deleted.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.unaccounted == 0 && self.interruption.is_none()
    }

    /// The ids, if every record succeeded.
    ///
    /// # Errors
    ///
    /// The error of the call that failed, if one did; otherwise [`ErrorKind::InvalidRequest`] with how many records failed and the
    /// server's words on the first.
    pub fn into_result(self) -> Result<Vec<String>, Error> {
        if self.is_complete() {
            return Ok(self.succeeded);
        }
        if let Some(interruption) = self.interruption {
            // Other calls of the batch have changed something.
            return Err(interruption.error.with_no_side_effects(false));
        }
        let first = self.failed.into_iter().next();
        let missing = match self.unaccounted {
            0 => String::new(),
            count => format!("; the server does not say what became of {count}"),
        };
        let text = format!(
            "not every record of the batch was taken: {} were{missing}",
            self.succeeded.len()
        );
        Err(Error::new(ErrorKind::InvalidRequest, text)
            .with_message(first.and_then(|failure| failure.message)))
    }

    fn add(&mut self, reply: BatchReply, sent: usize) {
        let told = reply.successful.len() + reply.failed.len();
        self.unaccounted += sent.saturating_sub(told);
        self.succeeded.extend(reply.successful);
        self.failed.extend(reply.failed.into_iter().map(failure));
    }
}

impl Items {
    fn len(&self) -> usize {
        match self {
            Self::Insert(items) => items.len(),
            Self::Update(items) => items.len(),
            Self::Delete(items) => items.len(),
        }
    }

    /// Takes the first items out.
    fn take(&mut self, count: usize) -> Self {
        fn first<T>(items: &mut Vec<T>, count: usize) -> Vec<T> {
            let rest = items.split_off(count.min(items.len()));
            std::mem::replace(items, rest)
        }
        match self {
            Self::Insert(items) => Self::Insert(first(items, count)),
            Self::Update(items) => Self::Update(first(items, count)),
            Self::Delete(items) => Self::Delete(first(items, count)),
        }
    }
}

async fn send(
    call: Call,
    collection: String,
    items: Items,
    bypass: Option<bool>,
) -> Result<BatchReply, Error> {
    macro_rules! send {
        ($operation:ident, $body:expr) => {
            call.run({
                let api = call.api();
                let mut request = api.$operation().collection(collection);
                if let Some(bypass) = bypass {
                    request = request.bypass_ripple(bypass);
                }
                request.body($body).prepare()
            })
            .await
        };
    }
    match items {
        Items::Insert(inserts) => send!(
            batch_insert,
            BatchInsertRequest {
                inserts,
                bypass_ripple: None
            }
        ),
        Items::Update(updates) => send!(batch_update, BatchUpdateRequest { updates }),
        Items::Delete(deletes) => send!(batch_delete, BatchDeleteRequest { deletes }),
    }
}

fn failure(failure: BatchFailure) -> ItemFailure {
    match failure {
        BatchFailure::Id(id) => ItemFailure {
            id: Some(id),
            message: None,
        },
        BatchFailure::BatchFailureDetails(details) => ItemFailure {
            id: details.id,
            message: details.error,
        },
    }
}
