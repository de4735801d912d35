//! One HTTP client for each runtime that calls are made in.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use tokio::runtime::{Handle, Id};

/// Makes an HTTP client with the settings of the builder.
pub(crate) type MakeClient = Box<dyn Fn() -> Option<reqwest::Client> + Send + Sync>;

/// The HTTP clients of an engine.
///
/// A connection is driven by the runtime that made it. If that one stops being driven, or ends, its pooled
/// connections are dead to calls of others, so each runtime has a client, and so a pool, of its own.
pub(super) struct RuntimeClients {
    /// The client that was used last: most applications have one runtime.
    last: ArcSwapOption<(Id, reqwest::Client)>,
    all: Mutex<Vec<Arc<(Id, reqwest::Client)>>>,
    make: MakeClient,
    /// The client that was made with the settings, until a runtime takes it.
    first: Mutex<Option<reqwest::Client>>,
}

/// How many runtimes keep their client. An ended one cannot say so.
const MOST: usize = 16;

impl RuntimeClients {
    pub(super) fn new(first: reqwest::Client, make: MakeClient) -> Self {
        Self {
            last: ArcSwapOption::empty(),
            all: Mutex::default(),
            make,
            first: Mutex::new(Some(first)),
        }
    }

    /// The client of the runtime that this is called in. `None` if none can be made.
    pub(super) fn current(&self) -> Option<Arc<(Id, reqwest::Client)>> {
        let id = Handle::try_current().ok()?.id();
        if let Some(last) = self.last.load().as_ref()
            && last.0 == id
        {
            return Some(Arc::clone(last));
        }
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let client = match all.iter().position(|client| client.0 == id) {
            // The one that was not used for longest is the first.
            Some(known) => all.remove(known),
            None => {
                let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
                Arc::new((id, first.take().or_else(|| (self.make)())?))
            }
        };
        if all.len() == MOST {
            all.remove(0);
        }
        all.push(Arc::clone(&client));
        self.last.store(Some(Arc::clone(&client)));
        Some(client)
    }
}

impl std::fmt::Debug for RuntimeClients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuntimeClients").finish_non_exhaustive()
    }
}
