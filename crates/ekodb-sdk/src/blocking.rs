//! Calls for scripts: the same calls, waited for by the thread that makes them.
//!
//! Where an async application writes `.await`, a script writes [`.wait()`](Wait::wait); where it
//! reads a stream, a script reads [`.wait_each()`](WaitEach::wait_each). All else is the client's
//! own: every call, its options, and its errors. Needs the feature `blocking`.
//!
//! ```
//! # // The emulator runs in a runtime of its own, as a server does.
//! # let serving = tokio::runtime::Runtime::new().unwrap();
//! # let emulator = serving.block_on(ekodb_emulator::Emulator::builder().start()).unwrap();
//! # let (url, key) = (emulator.url(), emulator.admin_key());
//! # fn script(url: &str, key: &str) -> Result<(), ekodb_client::Error> {
//! use ekodb_client::{Client, Record, blocking::{Wait, WaitEach}, query::field};
//!
//! let client = Client::builder().base_url(url).api_key(key).build()?;
//! let users = client.collection("users");
//! users.insert(Record::new().with("name", "Ada").with("age", 36)).wait()?;
//!
//! let grown_up = users.find().filter(field("age").gte(18));
//! println!("{} found", grown_up.clone().wait()?.len());
//! for user in grown_up.stream().wait_each() {
//!     println!("{:?}", user?.get("name"));
//! }
//! # Ok(())
//! # }
//! # script(&url, &key).unwrap();
//! ```
//!
//! # Threads
//!
//! All calls share one runtime with one thread, which starts with the first of them and lasts as
//! long as the process: a token that a call has begun to renew is there for the next one, whatever
//! the script does in between. A client can be used from many threads at once, each waiting for its
//! own calls.
//!
//! # When not to use it
//!
//! A call holds its thread until it is done, so a thousand calls at a time need a thousand threads:
//! a server, or whatever makes many calls at once, is better served by `.await`. A script that
//! makes one call after the other loses little: the call runs on the script's own thread, which the
//! runtime's thread wakes when something arrives, and what a stream already has in memory is given
//! without waiting. What many records have in common goes into one call:
//! [`insert_many`](crate::Collection::insert_many), [`get_many`](crate::Collection::get_many), a
//! query.
//!
//! # Inside a runtime
//!
//! A thread that runs async code must not wait, or everything else on it waits too. There every
//! call fails with [`ErrorKind::Configuration`], and nothing is sent: write `.await` instead, or
//! wait on a thread of your own. The threads of [`spawn_blocking`](tokio::task::spawn_blocking)
//! belong to the runtime, and are refused too.

use std::{future::IntoFuture, pin::Pin, sync::OnceLock};

use futures_util::{Stream, StreamExt};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::{Error, ErrorKind};

/// Waits for a call on the calling thread. Every call of the crate has it.
pub trait Wait<T>: IntoFuture<Output = Result<T, Error>> + Sized {
    /// Makes the call and waits for its outcome, for as long as its timeout allows (60 seconds
    /// unless set otherwise).
    ///
    /// # Errors
    ///
    /// Those of the call, and [`ErrorKind::Configuration`] inside an async runtime or where the
    /// system refuses a thread.
    fn wait(self) -> Result<T, Error> {
        runtime()?.block_on(self.into_future())
    }
}

impl<T, C: IntoFuture<Output = Result<T, Error>>> Wait<T> for C {}

/// Reads a stream on the calling thread. [`RecordStream`](crate::query::RecordStream) has it.
pub trait WaitEach<T>: Stream<Item = Result<T, Error>> + Sized {
    /// The items of the stream, each waited for when it is asked for. One page of records is in
    /// memory at a time, and the iterator can be dropped at any point.
    ///
    /// An item is an error where the call for its page fails, and [`ErrorKind::Configuration`]
    /// inside an async runtime or where the system refuses a thread. An error is the last item.
    fn wait_each(self) -> Each<Self> {
        Each {
            stream: Some(Box::pin(self)),
        }
    }
}

impl<T, S: Stream<Item = Result<T, Error>>> WaitEach<T> for S {}

/// The items of a stream, as an iterator. Made by [`WaitEach::wait_each`].
#[must_use = "an iterator does nothing until it is read"]
pub struct Each<S> {
    /// `None` at the end.
    stream: Option<Pin<Box<S>>>,
}

impl<T, S: Stream<Item = Result<T, Error>>> Iterator for Each<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let stream = self.stream.as_mut()?;
        let item = match runtime() {
            Ok(runtime) => runtime.block_on(stream.next()),
            Err(error) => Some(Err(error)),
        };
        if !matches!(item, Some(Ok(_))) {
            self.stream = None;
        }
        item
    }
}

impl<T, S: Stream<Item = Result<T, Error>>> std::iter::FusedIterator for Each<S> {}

impl<S> std::fmt::Debug for Each<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Each").finish_non_exhaustive()
    }
}

/// The runtime of all calls that are waited for. It is never dropped, so that it can be used, and
/// forgotten, anywhere.
fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();

    // A thread that is about to end cannot tell, nor can it wait.
    let outside = Handle::try_current().is_err_and(|error| error.is_missing_context());
    if !outside {
        return Err(Error::new(
            ErrorKind::Configuration,
            "a blocking call was made inside an async runtime, where it would hold up everything else; \
             write `.await` instead of `.wait()`",
        ));
    }
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("ekodb-sdk")
        .enable_all()
        .build()
        .map_err(|error| {
            Error::new(
                ErrorKind::Configuration,
                "the system refused the thread that blocking calls need",
            )
            .with_source(error)
        })?;
    // Of two threads that come here at once, one has built its runtime in vain.
    Ok(RUNTIME.get_or_init(|| runtime))
}
