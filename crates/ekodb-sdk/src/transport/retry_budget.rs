//! A bound on the retries of all calls together, so that a dead server is not multiplied.

use std::sync::atomic::{AtomicU32, Ordering};

/// A bucket of retries. Each retry takes one, and ten calls that succeed at once bring one back.
#[derive(Debug)]
pub(super) struct Budget {
    /// In tenths of a retry.
    tenths: AtomicU32,
    full: u32,
}

impl Budget {
    pub(super) fn new(retries: u32) -> Self {
        let full = retries.saturating_mul(PER_RETRY);
        Self {
            tenths: AtomicU32::new(full),
            full,
        }
    }

    /// Takes one retry, if there is one.
    pub(super) fn take(&self) -> bool {
        self.change(|tenths| tenths.checked_sub(PER_RETRY))
    }

    /// Notes a success.
    pub(super) fn refill(&self) {
        self.change(|tenths| (tenths < self.full).then_some(tenths + 1));
    }

    fn change(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        self.tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, change)
            .is_ok()
    }
}

const PER_RETRY: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_budget_gives_as_many_retries_as_it_says() {
        let budget = Budget::new(3);
        assert_eq!((0..5).filter(|_| budget.take()).count(), 3);
    }

    #[test]
    fn ten_successes_bring_one_retry_back() {
        let budget = Budget::new(1);
        assert!(budget.take());
        for _ in 0..9 {
            budget.refill();
        }
        assert!(!budget.take());
        budget.refill();
        assert!(budget.take());
    }

    #[test]
    fn successes_never_fill_it_above_its_size() {
        let budget = Budget::new(2);
        for _ in 0..100 {
            budget.refill();
        }
        assert_eq!((0..5).filter(|_| budget.take()).count(), 2);
    }
}
