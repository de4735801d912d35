//! The connection a request came on.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::Notify;

/// Who is at the other end of a connection, and a way to end it. An extension of each request.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    peer: IpAddr,
    ended: Arc<Notify>,
}

impl Connection {
    pub(crate) fn new(peer: IpAddr) -> Self {
        Self {
            peer,
            ended: Arc::default(),
        }
    }

    pub(crate) fn is_of_this_machine(&self) -> bool {
        self.peer.to_canonical().is_loopback()
    }

    /// Closes it, without an answer to what is under way.
    pub(crate) fn end(&self) {
        self.ended.notify_one();
    }

    /// Until it is to be closed.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }
}
