//! Finding keys.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use ekodb_api::types;
use futures_util::{
    Stream, StreamExt, TryFutureExt,
    stream::{self, BoxStream},
};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{Kv, value};
use crate::{Error, request::Request};

/// A search for keys: `POST /api/kv/find`. Made by [`Kv::find`].
///
/// Awaited it gives a list; [`stream`](Request::stream) gives one entry after the other. The server
/// has no pages: all that match come in one reply, which is bounded by
/// [`max_reply_bytes`](crate::ClientBuilder::max_reply_bytes).
pub type KvFind = Request<Vec<KvEntry>, KvFindOptions>;

/// What can be set on a search for keys.
#[derive(Clone, Debug, Default)]
pub struct KvFindOptions {
    query: types::KvFindRequest,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KvEntry {
    /// The key.
    pub key: String,
    /// The value as the server writes it.
    pub value: Json,
}

impl KvEntry {
    /// The value in a type of your own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidReply`](crate::ErrorKind::InvalidReply) if it is not a `T`: the message
    /// names the place, without the value.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        value::decode(&self.key, &self.value.to_string(), "find_kv_keys")
    }
}

impl Kv {
    /// Begins a search for keys. Without a [`pattern`](Request::pattern) it finds all that the
    /// caller may read.
    ///
    /// ```no_run
    /// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
    /// for entry in client.kv().find().pattern("^sessions:").await? {
    ///     println!("{}: {:?}", entry.key, entry.decode::<Vec<String>>()?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a pattern that the
    /// server cannot read, [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied)
    /// without `read` on any prefix, and the transport's kinds.
    pub fn find(&self) -> KvFind {
        Request::with_options(&self.client, |call, options: KvFindOptions| async move {
            let find = call.api().find_kv_keys().body(options.query);
            let found = call.run(find.prepare()).await?;
            let entry = |entry: types::KvEntry| KvEntry {
                key: entry.key.into(),
                value: entry.value.unwrap_or_default(),
            };
            Ok(found.into_iter().map(entry).collect())
        })
    }
}

impl Request<Vec<KvEntry>, KvFindOptions> {
    /// Finds the keys that a regular expression matches, anywhere in the key: `^sessions:` finds
    /// those that begin with `sessions:`. The dialect is the server's.
    pub fn pattern(mut self, pattern: impl Into<String>) -> Self {
        self.record_options.query.pattern = Some(pattern.into());
        self
    }

    /// Also finds keys that have expired and are not removed yet.
    pub fn include_expired(mut self) -> Self {
        self.record_options.query.include_expired = Some(true);
        self
    }

    /// Returns the entries one after the other. The reply is in memory until the stream ends.
    pub fn stream(self) -> KvStream {
        let entries = self.map_ok(|found| stream::iter(found.into_iter().map(Ok)));
        KvStream(entries.try_flatten_stream().boxed())
    }
}

/// The entries of a search. Made by [`Request::stream`].
#[must_use = "a stream does nothing until it is read"]
pub struct KvStream(BoxStream<'static, Result<KvEntry, Error>>);

impl Stream for KvStream {
    type Item = Result<KvEntry, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for KvStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KvStream").finish_non_exhaustive()
    }
}
