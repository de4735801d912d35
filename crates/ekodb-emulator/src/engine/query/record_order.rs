//! The order of records that a sort does not tell apart.

/// The order of insertion, or one that is made from a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RecordOrder(Option<u64>);

impl RecordOrder {
    /// An order that has nothing to do with that of insertion. A record keeps its place in it when
    /// others come or go.
    pub(crate) fn shuffled(seed: u64) -> Self {
        Self(Some(seed))
    }

    pub(crate) fn is_shuffled(self) -> bool {
        self.0.is_some()
    }

    /// The place of a record among those of its collection. No two records have the same.
    pub(crate) fn place(self, collection: u64, number: u64) -> u64 {
        match self.0 {
            None => number,
            Some(seed) => mix(number ^ mix(collection ^ mix(seed))),
        }
    }
}

/// The finalizer of SplitMix64. Each step can be undone, so that different numbers stay different.
fn mix(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffled_order_is_another_for_each_seed_and_collection_and_stays() {
        let order = |seed, collection| {
            let order = RecordOrder::shuffled(seed);
            let mut numbers: Vec<u64> = (0..100).collect();
            numbers.sort_by_key(|number| order.place(collection, *number));
            numbers
        };
        let inserted: Vec<u64> = (0..100).collect();
        let orders = [order(1, 1), order(2, 1), order(1, 2), inserted];
        for (place, one) in orders.iter().enumerate() {
            assert!(!orders[..place].contains(one));
        }
        assert_eq!(order(1, 1), order(1, 1));
        let mut sorted = order(1, 1);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    }
}
