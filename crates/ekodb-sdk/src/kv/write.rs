//! What can be set on calls that store values.

use std::time::Duration;

use crate::{codec::whole_seconds, request::Request};

/// A call that stores values under keys. Made by [`Kv::set`](super::Kv::set) and
/// [`Kv::set_many`](super::Kv::set_many).
pub type KvWrite<R> = Request<R, KvWriteOptions>;

/// What can be set on a call that stores values.
#[derive(Clone, Debug, Default)]
pub struct KvWriteOptions {
    ttl: Option<Duration>,
}

impl KvWriteOptions {
    /// The time to live in whole seconds.
    pub(super) fn ttl_seconds(&self) -> Option<u64> {
        self.ttl.map(whole_seconds)
    }
}

impl<R> Request<R, KvWriteOptions> {
    /// Lets the keys expire after this time, rounded up to whole seconds. Without it they do not
    /// expire, even if they did before.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.record_options.ttl = Some(ttl);
        self
    }
}
