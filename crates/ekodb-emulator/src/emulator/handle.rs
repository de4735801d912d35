//! The handle on a running server.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::error::{Cause, Error};
use crate::engine::{Seed, Seeded, Snapshot};
use crate::http::{AppState, Fault, router, serve};

/// A running emulator. It stops when this is dropped; [`Emulator::shutdown`] also waits for it.
///
/// It serves on the runtime it was started on.
pub struct Emulator {
    state: AppState,
    address: SocketAddr,
    url: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Emulator {
    /// The base URL, such as `http://127.0.0.1:49152`. An emulator that listens on all addresses is
    /// called by its loopback address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The admin key: the one given to the builder, else the store's own.
    pub fn admin_key(&self) -> &str {
        self.state.admin_key.expose()
    }

    /// Stores collections and records: all of the seed, or nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Seed`](crate::ErrorKind::Seed) when it cannot be stored, with where in it the
    /// problem is, [`Store`](crate::ErrorKind::Store) when the store fails.
    pub async fn seed(&self, seed: Seed) -> Result<Seeded, Error> {
        Ok(self.state.database.seed(seed).await?)
    }

    /// Stores records of one collection, each of which serializes to an object: see
    /// [`Seed::records`].
    ///
    /// # Errors
    ///
    /// Those of [`Emulator::seed`].
    pub async fn seed_records<I>(
        &self,
        collection: impl Into<String>,
        records: I,
    ) -> Result<Seeded, Error>
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        self.seed(Seed::records(collection, records)).await
    }

    /// Moves the emulator's clock forward: tokens age, and the `Date` of its replies says so.
    pub fn advance(&self, by: Duration) {
        self.state.database.clock().advance(by);
    }

    /// Expires every token issued so far: its next use is answered with 401. Keys stay good.
    pub fn expire_tokens(&self) {
        self.state.expire_tokens_now();
    }

    /// Sets how long tokens issued from now on live, rounded up to whole seconds.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.state.tokens.set_lifetime(lifetime);
    }

    /// Puts the emulator back to how it was after its first start: no collections, no keys but the
    /// admin key, no faults, the system's clock, the builder's token lifetime, all counts at zero,
    /// no snapshots. Tokens of the admin key stay good. It takes well under a millisecond in
    /// memory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the store fails, or has been shut down.
    pub async fn reset(&self) -> Result<(), Error> {
        Ok(self.state.reset().await?)
    }

    /// Remembers the data as they are, to return to with [`restore`](Self::restore): after a
    /// fixture has been loaded, say. It costs next to nothing.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = ekodb_emulator::Emulator::builder().start().await?;
    /// // Load the fixture here; then, before each test:
    /// let loaded = emulator.snapshot().await?;
    /// emulator.restore(loaded).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) when there are 64 snapshots already, and
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the store fails, or has been shut down.
    pub async fn snapshot(&self) -> Result<Snapshot, Error> {
        let taken = self.state.database.snapshot().await?;
        Ok(taken.ok_or_else(|| Cause::setting("a snapshot", "is one too many: there are 64"))?)
    }

    /// Puts the data back to a snapshot: collections, records, trash, keys and switches. The clock,
    /// tokens and faults stay. Snapshots made after it are forgotten.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for a snapshot that has been forgotten,
    /// and [`ErrorKind::Store`](crate::ErrorKind::Store) when the store fails, or has been shut
    /// down.
    pub async fn restore(&self, snapshot: Snapshot) -> Result<(), Error> {
        let AppState {
            database, tokens, ..
        } = &self.state;
        if database.restore(snapshot, tokens.epoch()).await? {
            return Ok(());
        }
        let gone = "has been forgotten, by a reset or by restoring an earlier one";
        Err(Cause::setting("the snapshot", gone).into())
    }

    /// Writes every collection with its schema, and its records after it, one line of JSON each:
    /// `{"collection","schema"}` or `{"collection","record"}`. Keys are left out. Little of it is
    /// in memory at a time.
    ///
    /// # Errors
    ///
    /// What writing fails with, and a failure of the store as [`std::io::ErrorKind::Other`].
    pub async fn export(&self, mut to: impl std::io::Write) -> std::io::Result<()> {
        let failed = |error| std::io::Error::other(Error::from(error));
        let mut chunks = self.state.database.export().map_err(failed)?;
        while let Some(chunk) = chunks.recv().await {
            to.write_all(&chunk.map_err(failed)?)?;
        }
        to.flush()
    }

    /// Lets something go wrong from now on. Of several faults for a request the first one added is
    /// taken.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use ekodb_emulator::{Emulator, Fault};
    ///
    /// let emulator = Emulator::builder().start().await?;
    /// emulator.add_fault(Fault::new().status(503).times(2))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for a fault that does nothing or cannot be
    /// meant.
    pub fn add_fault(&self, fault: Fault) -> Result<(), Error> {
        let added = self.state.faults.add(fault);
        Ok(added.map_err(|problem| Cause::setting("a fault", format!("cannot be: {problem}")))?)
    }

    /// Ends every fault.
    pub fn clear_faults(&self) {
        self.state.faults.clear();
    }

    /// How many requests for a token were served, refused ones included.
    pub fn token_requests(&self) -> u64 {
        self.requests_to("POST", "/api/auth/token")
    }

    /// How many requests were served.
    pub fn requests(&self) -> u64 {
        self.state.counters.total()
    }

    /// How many requests were served for a method and a path template, such as `GET` and
    /// `/api/collections/{collection}`.
    pub fn requests_to(&self, method: &str, template: &str) -> u64 {
        self.state.counters.of(method, template)
    }

    /// Stops listening, lets requests in flight end (for five seconds at most), commits and closes
    /// the store. Afterwards the data directory can be opened again.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = (&mut self.serving).await {
            tracing::error!(%error, "the server ended unexpectedly");
        }
        let database = Arc::clone(&self.state.database);
        // The last commit may have to be flushed.
        let closed = tokio::task::spawn_blocking(move || database.close()).await;
        if let Err(error) = closed {
            tracing::error!(%error, "the store could not be closed");
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Emulator {
    /// Listens and serves the API on the current runtime.
    pub(super) async fn listen(state: AppState, address: SocketAddr) -> Result<Self, Cause> {
        let failed = |source| Cause::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        if !address.ip().to_canonical().is_loopback() {
            tracing::warn!(
                "listening on {address}: others on the network can reach the emulator, over plain HTTP; clients on \
                 other machines have to allow plain HTTP (allow_insecure_http)"
            );
        }
        let (stop, stopped) = watch::channel(false);
        let router = router(state.clone());
        let limits = state.settings.limits;
        Ok(Self {
            state,
            address,
            url: format!("http://{}", reachable(address)),
            stop,
            serving: tokio::spawn(serve(listener, router, limits, stopped)),
        })
    }
}

/// The address that a client on this machine connects to: a wildcard is none.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_is_reached_by_the_loopback_address() {
        for (address, expected) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("192.168.0.7:80", "192.168.0.7:80"),
        ] {
            let address = reachable(address.parse().unwrap());
            assert_eq!(address.to_string(), expected);
        }
    }
}
