//! Which index narrows a filter down. What an index finds is always compared again.

use serde_json::Value;

use super::Filter;
use super::condition::{Condition, Operator};
use crate::value::{Operand, filter_keys};

/// A way to find the candidates of a filter without looking at every record.
#[derive(Debug, PartialEq)]
pub(crate) enum Range {
    /// The records of these ids.
    Ids(Vec<String>),
    /// The records whose field has one of these index keys.
    Keys { field: String, keys: Vec<Vec<u8>> },
    /// The records whose field has an index key between two, both included.
    Between {
        field: String,
        from: Vec<u8>,
        to: Vec<u8>,
    },
}

/// The best way for a filter, if there is one: `indexed` says which fields have an index.
pub(crate) fn plan(filter: &Filter, alias: &str, indexed: &impl Fn(&str) -> bool) -> Option<Range> {
    let conditions: Vec<&Condition> = match filter {
        Filter::Condition(condition) => vec![condition],
        // Every part must hold, so any one of them narrows the whole.
        Filter::And(parts) => parts
            .iter()
            .filter_map(|part| match part {
                Filter::Condition(condition) => Some(condition),
                _ => None,
            })
            .collect(),
        Filter::Or(_) | Filter::Not(_) => return None,
    };
    let first = |way: &dyn Fn(&Condition) -> Option<Range>| conditions.iter().find_map(|c| way(c));
    first(&|condition| by_id(condition, alias))
        .or_else(|| first(&|condition| by_keys(condition, indexed)))
        .or_else(|| first(&|condition| by_range(condition, indexed)))
}

fn by_id(condition: &Condition, alias: &str) -> Option<Range> {
    if condition.field != "id" && condition.field != alias {
        return None;
    }
    let ids = wanted(condition)?.into_iter();
    Some(Range::Ids(
        ids.filter_map(|value| value.as_str().map(str::to_owned))
            .collect(),
    ))
}

fn by_keys(condition: &Condition, indexed: &impl Fn(&str) -> bool) -> Option<Range> {
    if !indexed(&condition.field) {
        return None;
    }
    // One value that is in no index, such as null, and the index cannot answer.
    let keys: Option<Vec<_>> = wanted(condition)?.into_iter().map(filter_keys).collect();
    let mut keys = keys?.concat();
    keys.sort_unstable();
    keys.dedup();
    Some(Range::Keys {
        field: condition.field.clone(),
        keys,
    })
}

/// Numbers only: a text in a filter may stand for a time, which is elsewhere in the index.
fn by_range(condition: &Condition, indexed: &impl Fn(&str) -> bool) -> Option<Range> {
    if !indexed(&condition.field) || !condition.value.is_number() {
        return None;
    }
    let key = Operand::plain(&condition.value).index_key()?;
    let kind = key.first().copied()?;
    let (lowest, highest) = (
        vec![kind],
        vec![kind, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    );
    let (from, to) = match condition.operator {
        Operator::Gt | Operator::Gte => (key, highest),
        Operator::Lt | Operator::Lte => (lowest, key),
        _ => return None,
    };
    Some(Range::Between {
        field: condition.field.clone(),
        from,
        to,
    })
}

/// The values that a condition lets through, if they can be listed.
fn wanted(condition: &Condition) -> Option<Vec<&Value>> {
    match condition.operator {
        Operator::Eq => Some(vec![&condition.value]),
        Operator::In => Some(condition.value.as_array()?.iter().collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::Unknown;

    fn planned(filter: Value) -> Option<Range> {
        plan(
            &Filter::parse(&filter, Unknown::Refused).unwrap(),
            "key",
            &|field| field == "n",
        )
    }

    fn condition(field: &str, operator: &str, value: Value) -> Value {
        json!({ "type": "Condition", "content": { "field": field, "operator": operator, "value": value } })
    }

    #[test]
    fn ids_come_before_keys_and_keys_before_ranges() {
        let (range, key, id) = (
            condition("n", "Gt", json!(1)),
            condition("n", "Eq", json!(1)),
            condition("key", "Eq", json!("a")),
        );
        let all = |parts: Value| {
            planned(
                json!({ "type": "Logical", "content": { "operator": "And", "expressions": parts } }),
            )
        };
        assert!(matches!(all(json!([range])), Some(Range::Between { .. })));
        assert!(matches!(all(json!([range, key])), Some(Range::Keys { .. })));
        assert_eq!(
            all(json!([range, key, id])),
            Some(Range::Ids(vec!["a".to_owned()]))
        );
    }

    #[test]
    fn what_an_index_cannot_answer_is_left_to_a_scan() {
        for filter in [
            condition("other", "Eq", json!(1)),
            condition("n", "Eq", json!(null)),
            condition("n", "In", json!([1, null])),
            condition("n", "Eq", json!([1])),
            condition("n", "Ne", json!(1)),
            condition("n", "Contains", json!("a")),
            condition("n", "Gt", json!("2026-01-01T00:00:00Z")),
            json!({ "type": "Logical", "content": { "operator": "Or", "expressions": [condition("n", "Eq", json!(1))] } }),
        ] {
            assert_eq!(planned(filter.clone()), None, "{filter}");
        }
    }
}
