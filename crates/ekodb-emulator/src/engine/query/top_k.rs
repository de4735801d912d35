//! Sorting without holding what is sorted: of each record its keys and its number, and only of
//! those that can still be on the page.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::find_query::SortField;
use super::record_order::RecordOrder;
use crate::engine::record::Record;
use crate::engine::value::SortKey;

/// The first records in the order of a sort, of all that were offered.
#[derive(Debug)]
pub(crate) struct TopK {
    sort: Vec<SortField>,
    most: usize,
    order: RecordOrder,
    collection: u64,
    /// The last one of the order on top.
    best: BinaryHeap<Entry>,
    memory_size: usize,
}

/// Sorts by the keys, then by the place in the order of records.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    keys: Box<[Key]>,
    place: u64,
    number: u64,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Ascending(SortKey),
    Descending(Reverse<SortKey>),
}

impl Entry {
    fn memory_size(&self) -> usize {
        let keys = self.keys.iter().map(|key| match key {
            Key::Ascending(key) | Key::Descending(Reverse(key)) => key.memory_size(),
        });
        size_of::<Self>() + keys.sum::<usize>()
    }
}

impl TopK {
    /// Keeps `most` records of the collection that is stored under a number.
    pub(crate) fn new(
        sort: &[SortField],
        most: usize,
        order: RecordOrder,
        collection: u64,
    ) -> Self {
        Self {
            sort: sort.to_vec(),
            most,
            order,
            collection,
            best: BinaryHeap::new(),
            memory_size: 0,
        }
    }

    /// How many bytes of memory the kept keys take, roughly.
    pub(crate) fn memory_size(&self) -> usize {
        self.memory_size
    }

    pub(crate) fn offer(&mut self, record: &Record, number: u64, alias: &str) {
        let keys = self.sort.iter().map(|by| {
            let key = SortKey::from(record.operand(&by.field, alias));
            match by.ascending {
                true => Key::Ascending(key),
                false => Key::Descending(Reverse(key)),
            }
        });
        let entry = Entry {
            keys: keys.collect(),
            place: self.order.place(self.collection, number),
            number,
        };
        if self.best.len() < self.most {
            self.memory_size += entry.memory_size();
            self.best.push(entry);
        } else if let Some(mut last) = self.best.peek_mut()
            && entry < *last
        {
            self.memory_size = self.memory_size + entry.memory_size() - last.memory_size();
            *last = entry;
        }
    }

    /// The numbers of the records that were kept, in their order, without the first `skip`.
    pub(crate) fn into_numbers(self, skip: usize) -> Vec<u64> {
        let sorted = self.best.into_sorted_vec().into_iter();
        sorted.skip(skip).map(|entry| entry.number).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::engine::value::Typed;

    fn by(field: &str, ascending: bool) -> SortField {
        SortField {
            field: field.to_owned(),
            ascending,
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_the_page_of_a_stable_sort(
            values in prop::collection::vec((0..4_i64, 0..4_i64), 0..40),
            up: bool,
            skip in 0..10_usize,
            most in prop_oneof![Just(usize::MAX), 0..20_usize],
        ) {
            let mut top = TopK::new(&[by("a", up), by("b", !up)], most, RecordOrder::default(), 1);
            for (number, (a, b)) in (0..).zip(&values) {
                let fields = [("a", a), ("b", b)];
                let record = Record {
                    id: number.to_string(),
                    fields: fields.map(|(name, n)| (name.to_owned(), Typed::inferred(json!(n)))).into(),
                    ttl: None,
                };
                top.offer(&record, number, "id");
                prop_assert!(top.best.len() <= most);
            }
            let mut sorted: Vec<_> = (0..).zip(values).collect();
            sorted.sort_by_key(|(_, (a, b))| if up { (*a, -b) } else { (-a, *b) });
            let page = sorted.into_iter().take(most).skip(skip);
            let expected: Vec<u64> = page.map(|(number, _)| number).collect();
            prop_assert_eq!(top.into_numbers(skip), expected);
        }
    }
}
