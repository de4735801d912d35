//! The table of all operations.

use crate::{Operation, generated::operations::OPERATIONS};

impl Operation {
    /// Every operation of the API, sorted by id.
    pub fn all() -> &'static [Operation] {
        OPERATIONS
    }

    /// The operation with this `operationId`.
    pub fn by_id(id: &str) -> Option<&'static Operation> {
        let all = Self::all();
        all.binary_search_by(|operation| operation.id.cmp(id))
            .ok()
            .map(|index| &all[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_id() {
        assert!(!Operation::all().is_empty());
        for operation in Operation::all() {
            assert_eq!(Operation::by_id(operation.id), Some(operation));
        }
        assert_eq!(Operation::by_id("no_such_operation"), None);
    }
}
