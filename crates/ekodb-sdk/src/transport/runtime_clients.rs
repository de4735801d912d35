//! One HTTP client for each runtime that calls are made in.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use tokio::runtime::{Handle, Id};

/// Makes an HTTP client with the settings of the builder.
pub(crate) type MakeClient = Box<dyn Fn() -> Option<reqwest::Client> + Send + Sync>;

/// The HTTP clients of an engine.
///
/// A connection is driven by the runtime that made it. If that one stops being driven, or ends, its
/// pooled connections are dead to calls of others, so each runtime has a client, and so a pool, of
/// its own.
pub(super) struct RuntimeClients {
    /// The oldest is the first.
    clients: ArcSwap<Vec<(Id, reqwest::Client)>>,
    spare: Mutex<Spare>,
}

/// What further clients come from.
struct Spare {
    /// The client that was made when the settings were checked, until a runtime takes it.
    first: Option<reqwest::Client>,
    make: MakeClient,
}

/// How many runtimes keep their client: more than a server has threads with a runtime each. One
/// that has ended cannot say so.
const MOST: usize = 256;

impl RuntimeClients {
    pub(super) fn new(first: reqwest::Client, make: MakeClient) -> Self {
        Self {
            clients: ArcSwap::default(),
            spare: Mutex::new(Spare {
                first: Some(first),
                make,
            }),
        }
    }

    /// The client of the runtime that this is called in. `None` if there is no runtime, or no
    /// client can be made.
    pub(super) fn current(&self) -> Option<reqwest::Client> {
        let id = Handle::try_current().ok()?.id();
        if let Some(client) = find(&self.clients.load(), id) {
            return Some(client);
        }
        // Written only under the lock.
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let clients = self.clients.load();
        if let Some(client) = find(&clients, id) {
            return Some(client);
        }
        let client = spare.first.take().or_else(|| (spare.make)())?;
        let surplus = (clients.len() + 1).saturating_sub(MOST);
        let kept = clients.iter().skip(surplus).cloned();
        let all = kept.chain([(id, client.clone())]).collect();
        self.clients.store(Arc::new(all));
        Some(client)
    }
}

fn find(clients: &[(Id, reqwest::Client)], id: Id) -> Option<reqwest::Client> {
    let (_, client) = clients.iter().find(|(known, _)| *known == id)?;
    Some(client.clone())
}
