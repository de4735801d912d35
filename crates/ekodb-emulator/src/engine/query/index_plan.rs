//! Which index narrows a filter down. What an index finds is always compared again.

use ekodb_api::types::FilterOperator as Operator;
use serde_json::Value;

use super::condition::Condition;
use super::filter::Filter;
use crate::engine::value::{Operand, filter_keys};

/// A way to find the candidates of a filter without looking at every record.
#[derive(Debug, PartialEq)]
pub(crate) enum IndexRange {
    /// The records of these ids.
    Ids(Vec<String>),
    /// The records whose field has an index key in one of these spans.
    Spans { field: String, spans: Vec<Span> },
    /// The records that one of these means.
    Any(Vec<IndexRange>),
}

/// Two index keys and what is between them, both included.
type Span = (Vec<u8>, Vec<u8>);

/// How much a way narrows down, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Narrow {
    Ids,
    Values,
    Between,
    OneSided,
}

/// The best way for a filter, if there is one: `indexed` says which fields have an index.
pub(crate) fn plan(
    filter: &Filter,
    alias: &str,
    indexed: &impl Fn(&str) -> bool,
) -> Option<IndexRange> {
    let planner = Planner { alias, indexed };
    planner.filter(filter).map(|(_, range)| range)
}

struct Planner<'a, F> {
    alias: &'a str,
    indexed: &'a F,
}

impl<F: Fn(&str) -> bool> Planner<'_, F> {
    fn filter(&self, filter: &Filter) -> Option<(Narrow, IndexRange)> {
        match filter {
            Filter::Condition(condition) => self.condition(condition),
            Filter::And(parts) => self.all(parts),
            Filter::Or(parts) => {
                // One part without an index, and every record has to be looked at.
                let parts: Option<Vec<_>> = parts.iter().map(|part| self.filter(part)).collect();
                let (narrow, ranges): (Vec<_>, Vec<_>) = parts?.into_iter().unzip();
                Some((narrow.into_iter().max()?, IndexRange::Any(ranges)))
            }
            Filter::Not(_) => None,
        }
    }

    /// Every part must hold, so any one of them narrows the whole, and those on one field do so
    /// together.
    fn all(&self, parts: &[Filter]) -> Option<(Narrow, IndexRange)> {
        let mut ways: Vec<(Narrow, IndexRange)> = Vec::new();
        for (narrow, range) in parts.iter().filter_map(|part| self.filter(part)) {
            let IndexRange::Spans { field, spans } = range else {
                ways.push((narrow, range));
                continue;
            };
            let same = ways.iter_mut().find_map(|(narrow, range)| match range {
                IndexRange::Spans {
                    field: other,
                    spans,
                } if *other == field => Some((narrow, spans)),
                _ => None,
            });
            match same {
                Some((before, others)) => {
                    *others = common(others, &spans);
                    *before = match (*before, narrow) {
                        (Narrow::OneSided, Narrow::OneSided) => Narrow::Between,
                        (a, b) => a.min(b),
                    };
                }
                None => ways.push((narrow, IndexRange::Spans { field, spans })),
            }
        }
        ways.into_iter().min_by_key(|(narrow, _)| *narrow)
    }

    fn condition(&self, condition: &Condition) -> Option<(Narrow, IndexRange)> {
        let Condition { field, value, .. } = condition;
        if field == "id" || field == self.alias {
            let ids = wanted(condition)?.into_iter();
            let ids = ids.filter_map(|value| value.as_str().map(str::to_owned));
            return Some((Narrow::Ids, IndexRange::Ids(ids.collect())));
        }
        if !(self.indexed)(field) {
            return None;
        }
        let (narrow, spans) = match condition.operator {
            Operator::Eq | Operator::In => {
                // One value that is in no index, such as null, and the index cannot answer.
                let values = wanted(condition)?.into_iter();
                let keys: Option<Vec<_>> = values.map(filter_keys).collect();
                let mut keys = keys?.concat();
                keys.sort_unstable();
                keys.dedup();
                let spans = keys.into_iter().map(|key| (key.clone(), key)).collect();
                (Narrow::Values, spans)
            }
            Operator::Gt | Operator::Gte => {
                let spans = filter_keys(value)?.into_iter().map(|key| {
                    let last = last_like(key[..1].to_vec());
                    (key, last)
                });
                (Narrow::OneSided, spans.collect())
            }
            Operator::Lt | Operator::Lte => {
                let spans = filter_keys(value)?.into_iter();
                let spans = spans.map(|key| (key[..1].to_vec(), key));
                (Narrow::OneSided, spans.collect())
            }
            // Of times nothing is a text that could start with another.
            Operator::StartsWith => {
                let from = Operand::Text(value.as_str()?).index_key()?;
                let to = last_like(from.clone());
                (Narrow::Between, vec![(from, to)])
            }
            Operator::Ne | Operator::NotIn | Operator::Contains | Operator::EndsWith => {
                return None;
            }
        };
        Some((
            narrow,
            IndexRange::Spans {
                field: field.clone(),
                spans,
            },
        ))
    }
}

/// A key behind all that start with these bytes: eight of a number or a time may all be 0xFF, no
/// byte of a text is.
fn last_like(mut start: Vec<u8>) -> Vec<u8> {
    start.extend([0xFF; 8]);
    start
}

/// What two lists of spans have in common.
fn common(ours: &[Span], theirs: &[Span]) -> Vec<Span> {
    let pairs = ours
        .iter()
        .flat_map(|ours| theirs.iter().map(move |theirs| (ours, theirs)));
    pairs
        .map(|((from, to), (other_from, other_to))| (from.max(other_from), to.min(other_to)))
        .filter(|(from, to)| from <= to)
        .map(|(from, to)| (from.clone(), to.clone()))
        .collect()
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
    use crate::engine::input::UnknownMembers;

    fn planned(filter: Value) -> Option<IndexRange> {
        plan(
            &Filter::parse(&filter, UnknownMembers::Refused).unwrap(),
            "key",
            &|field| field == "n",
        )
    }

    fn condition(field: &str, operator: &str, value: Value) -> Value {
        json!({ "type": "Condition", "content": { "field": field, "operator": operator, "value": value } })
    }

    fn logical(operator: &str, parts: Value) -> Value {
        json!({ "type": "Logical", "content": { "operator": operator, "expressions": parts } })
    }

    fn key(value: Value) -> Vec<u8> {
        Operand::plain(&value).index_key().unwrap()
    }

    /// The spans of a plan on the field `n`.
    fn spans(filter: Value) -> Vec<Span> {
        match planned(filter.clone()) {
            Some(IndexRange::Spans { field, spans }) if field == "n" => spans,
            other => panic!("{filter}: {other:?}"),
        }
    }

    #[test]
    fn ids_come_before_values_and_values_before_spans() {
        let (over, one, id) = (
            condition("n", "Gt", json!(1)),
            condition("n", "Eq", json!(2)),
            condition("key", "Eq", json!("a")),
        );
        let exactly = (key(json!(2)), key(json!(2)));
        assert_eq!(spans(logical("And", json!([over, one]))), [exactly]);
        assert_eq!(
            planned(logical("And", json!([over, one, id]))),
            Some(IndexRange::Ids(vec!["a".to_owned()]))
        );
    }

    #[test]
    fn two_bounds_of_a_field_are_one_span_however_they_are_nested() {
        let (low, high) = (
            condition("n", "Gte", json!(1)),
            condition("n", "Lt", json!(5)),
        );
        let other = condition("other", "Eq", json!(1));
        let expected = [(key(json!(1)), key(json!(5)))];
        assert_eq!(spans(logical("And", json!([low, other, high]))), expected);
        let nested = logical("And", json!([low, logical("And", json!([high]))]));
        assert_eq!(spans(nested), expected);
        assert_eq!(
            spans(logical(
                "And",
                json!([condition("n", "Gt", json!(6)), high])
            )),
            []
        );
    }

    #[test]
    fn a_bound_that_spells_a_time_means_texts_and_times() {
        let spans = spans(condition("n", "Gt", json!("2026-01-01T00:00:00Z")));
        let kinds: Vec<_> = spans.iter().map(|(from, to)| (from[0], to[0])).collect();
        let text = key(json!("a"))[0];
        assert_eq!(kinds, [(text, text), (text + 1, text + 1)]);
    }

    #[test]
    fn texts_are_found_by_how_they_start() {
        let spans = spans(condition("n", "StartsWith", json!("ab")));
        let within = |text: &str| {
            let key = key(json!(text));
            spans.iter().any(|(from, to)| *from <= key && key <= *to)
        };
        assert!(within("ab") && within("ab\u{10FFFF}\u{10FFFF}") && within("abz"));
        assert!(!within("aa") && !within("ac"));
    }

    #[test]
    fn alternatives_are_looked_up_if_each_can_be() {
        let (one, id) = (
            condition("n", "Eq", json!(1)),
            condition("id", "Eq", json!("a")),
        );
        assert!(matches!(
            planned(logical("Or", json!([one, id]))),
            Some(IndexRange::Any(ranges)) if ranges.len() == 2
        ));
        let other = condition("other", "Eq", json!(1));
        assert_eq!(planned(logical("Or", json!([one, other]))), None);
    }

    #[test]
    fn what_an_index_cannot_answer_is_left_to_a_scan() {
        for filter in [
            condition("other", "Eq", json!(1)),
            condition("n", "Eq", json!(null)),
            condition("n", "In", json!([1, null])),
            condition("n", "Eq", json!([1])),
            condition("n", "Gte", json!(null)),
            condition("n", "Ne", json!(1)),
            condition("n", "Contains", json!("a")),
            condition("n", "EndsWith", json!("a")),
            condition("n", "StartsWith", json!(1)),
            logical("Not", json!([condition("n", "Eq", json!(1))])),
        ] {
            assert_eq!(planned(filter.clone()), None, "{filter}");
        }
    }
}
