//! The memory that open transactions hold together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The share of one transaction, which it gives back when it is dropped.
#[derive(Debug, Default)]
pub(super) struct Reservation {
    /// Of all open transactions.
    total: Arc<AtomicUsize>,
    own: usize,
}

impl Reservation {
    pub(super) fn of(total: &Arc<AtomicUsize>) -> Self {
        Self {
            total: Arc::clone(total),
            own: 0,
        }
    }

    /// Returns how much the other transactions hold.
    pub(super) fn others(&self) -> usize {
        self.total.load(Ordering::Relaxed).saturating_sub(self.own)
    }

    /// Sets how much this transaction holds.
    pub(super) fn set(&mut self, bytes: usize) {
        self.total.fetch_add(bytes, Ordering::Relaxed);
        self.total.fetch_sub(self.own, Ordering::Relaxed);
        self.own = bytes;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_given_back_when_it_is_dropped() {
        let total = Arc::default();
        let (mut one, mut other) = (Reservation::of(&total), Reservation::of(&total));
        one.set(5);
        other.set(7);
        other.set(3);
        assert_eq!((one.others(), other.others()), (3, 5));
        drop(one);
        assert_eq!(other.others(), 0);
        assert_eq!(total.load(Ordering::Relaxed), 3);
    }
}
