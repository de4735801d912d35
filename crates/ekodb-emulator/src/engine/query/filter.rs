//! The grammar of filters: conditions, and groups of them.

use serde_json::Value;

use super::condition::Condition;
use super::error::{QueryError, refuse_unknown};
use crate::engine::input::UnknownMembers;
use crate::engine::record::Record;
use crate::engine::value::memory_size;

/// How many expressions and listed values one filter may have.
const LARGEST: usize = 10_000;

/// Which records are meant.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    Condition(Condition),
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
}

impl Filter {
    /// Reads a filter. Only the recorded grammar is known: neither bare `{field: value}` nor
    /// `expression`.
    pub(crate) fn parse(value: &Value, unknown: UnknownMembers) -> Result<Self, QueryError> {
        let mut parser = Parser {
            left: LARGEST,
            unknown,
        };
        parser.expression(value)
    }

    pub(crate) fn matches(&self, record: &Record, alias: &str) -> bool {
        match self {
            Self::Condition(condition) => {
                condition.matches(record.operand(&condition.field, alias))
            }
            Self::And(parts) => parts.iter().all(|part| part.matches(record, alias)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(record, alias)),
            Self::Not(part) => !part.matches(record, alias),
        }
    }

    /// Returns how many bytes of memory it takes, roughly.
    pub(crate) fn memory_size(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Condition(condition) => condition.field.len() + memory_size(&condition.value),
                Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::memory_size).sum(),
                Self::Not(part) => part.memory_size(),
            }
    }

    /// A field that it looks at and `allowed` does not hold for.
    pub(crate) fn first_field_not(&self, allowed: &impl Fn(&str) -> bool) -> Option<&str> {
        match self {
            Self::Condition(condition) => {
                (!allowed(&condition.field)).then_some(condition.field.as_str())
            }
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().find_map(|part| part.first_field_not(allowed))
            }
            Self::Not(part) => part.first_field_not(allowed),
        }
    }
}

/// Reads one filter.
struct Parser {
    /// How many expressions and listed values it may still have.
    left: usize,
    unknown: UnknownMembers,
}

impl Parser {
    fn expression(&mut self, value: &Value) -> Result<Filter, QueryError> {
        self.spend(1)?;
        let content = value.get("content");
        let filter = match (value.get("type").and_then(Value::as_str), content) {
            (Some("Condition"), Some(content)) => {
                let condition = Condition::parse(content, self.unknown)?;
                self.spend(condition.value.as_array().map_or(0, Vec::len))?;
                Filter::Condition(condition)
            }
            (Some("Logical"), Some(content)) => self.group(content)?,
            _ => {
                return Err(QueryError::new(
                    "Invalid filter: expected {\"type\":\"Condition\"|\"Logical\",\"content\":{..}}",
                ));
            }
        };
        refuse_unknown(&["type", "content"], value, "an expression", self.unknown)?;
        Ok(filter)
    }

    fn group(&mut self, content: &Value) -> Result<Filter, QueryError> {
        let Some(expressions) = content.get("expressions").and_then(Value::as_array) else {
            return Err(QueryError::new(
                "Invalid filter: a Logical needs expressions",
            ));
        };
        if expressions.is_empty() {
            return Err(QueryError::new(
                "Invalid filter: a Logical needs at least one expression",
            ));
        }
        let mut parts = expressions
            .iter()
            .map(|expression| self.expression(expression))
            .collect::<Result<Vec<_>, _>>()?;
        let operator = content.get("operator").and_then(Value::as_str);
        let filter = match operator.unwrap_or_default() {
            "And" => Filter::And(parts),
            "Or" => Filter::Or(parts),
            "Not" => match (parts.pop(), parts.is_empty()) {
                (Some(part), true) => Filter::Not(Box::new(part)),
                _ => {
                    return Err(QueryError::new(
                        "Invalid filter: Not needs exactly one expression",
                    ));
                }
            },
            other => {
                return Err(QueryError::new(format!(
                    "Invalid filter: unknown logical operator '{other}'"
                )));
            }
        };
        refuse_unknown(
            &["operator", "expressions"],
            content,
            "a Logical",
            self.unknown,
        )?;
        Ok(filter)
    }

    fn spend(&mut self, cost: usize) -> Result<(), QueryError> {
        match self.left.checked_sub(cost) {
            Some(rest) => {
                self.left = rest;
                Ok(())
            }
            None => Err(QueryError::new(format!(
                "Invalid filter: more than {LARGEST} expressions and values"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::engine::value::Typed;

    fn record(fields: Value) -> Record {
        let fields: BTreeMap<_, _> = fields
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), Typed::from_request(value.clone()).unwrap()))
            .collect();
        Record {
            id: "r1".to_owned(),
            fields,
            ttl: None,
        }
    }

    fn parse(filter: &Value) -> Result<Filter, QueryError> {
        Filter::parse(filter, UnknownMembers::Refused)
    }

    fn condition(field: &str, operator: &str, value: Value) -> Value {
        json!({ "type": "Condition", "content": { "field": field, "operator": operator, "value": value } })
    }

    fn logical(operator: &str, expressions: Value) -> Value {
        json!({ "type": "Logical", "content": { "operator": operator, "expressions": expressions } })
    }

    #[test]
    fn every_operator_compares_as_it_says() {
        let ada = record(json!({
            "name": "Ada", "age": 36, "height": 1.7, "tags": ["x", 1], "address": { "city": "London" },
            "born": "1815-12-10T00:00:00Z", "nothing": null,
        }));
        for (field, operator, value, expected) in [
            ("name", "Eq", json!("Ada"), true),
            ("name", "Eq", json!("ada"), false),
            ("name", "Ne", json!("Bob"), true),
            ("age", "Eq", json!(36.0), true),
            ("age", "Eq", json!("36"), false),
            ("age", "Gt", json!(35), true),
            ("age", "Gt", json!(36), false),
            ("age", "Gte", json!(36), true),
            ("age", "Lt", json!(36.5), true),
            ("age", "Lte", json!(35), false),
            ("height", "Gt", json!(1), true),
            ("age", "Gt", json!("3"), false),
            ("age", "In", json!([1, 36]), true),
            ("age", "In", json!([]), false),
            ("age", "NotIn", json!([1, 36]), false),
            ("missing", "NotIn", json!([1]), true),
            ("name", "Contains", json!("d"), true),
            ("name", "Contains", json!("D"), false),
            ("tags", "Contains", json!(1), true),
            ("tags", "Contains", json!("y"), false),
            ("name", "StartsWith", json!("Ad"), true),
            ("name", "EndsWith", json!("da"), true),
            ("age", "StartsWith", json!("3"), false),
            ("address.city", "Eq", json!("London"), true),
            ("address.street", "Eq", json!(null), true),
            ("missing", "Eq", json!(null), true),
            ("nothing", "Eq", json!(null), true),
            ("name", "Eq", json!(null), false),
            ("missing", "Ne", json!(1), true),
            ("missing", "Lt", json!(1), false),
            ("born", "Eq", json!("1815-12-10T01:00:00+01:00"), true),
            ("born", "Lt", json!("1900-01-01T00:00:00Z"), true),
            ("id", "Eq", json!("r1"), true),
            ("key", "Eq", json!("r1"), true),
            ("address", "Eq", json!({ "city": "London" }), true),
        ] {
            let filter = parse(&condition(field, operator, value.clone())).unwrap();
            assert_eq!(
                filter.matches(&ada, "key"),
                expected,
                "{field} {operator} {value}"
            );
        }
    }

    #[test]
    fn the_long_names_of_operators_are_known() {
        let one = record(json!({ "n": 1 }));
        for (operator, value, expected) in [
            ("Equal", 1, true),
            ("Equals", 2, false),
            ("NotEqual", 1, false),
            ("NotEquals", 2, true),
            ("GreaterThan", 0, true),
            ("GreaterThanOrEqual", 1, true),
            ("LessThan", 1, false),
            ("LessThanOrEqual", 1, true),
        ] {
            let filter = parse(&condition("n", operator, json!(value))).unwrap();
            assert_eq!(filter.matches(&one, "id"), expected, "{operator}");
        }
    }

    #[test]
    fn groups_combine() {
        let one = record(json!({ "n": 1 }));
        let (yes, no) = (
            condition("n", "Eq", json!(1)),
            condition("n", "Eq", json!(2)),
        );
        for (filter, expected) in [
            (logical("And", json!([yes, yes])), true),
            (logical("And", json!([yes, no])), false),
            (logical("Or", json!([no, yes])), true),
            (logical("Or", json!([no, no])), false),
            (logical("Not", json!([no])), true),
            (
                logical(
                    "And",
                    json!([logical("Not", json!([no])), logical("Or", json!([yes]))]),
                ),
                true,
            ),
        ] {
            assert_eq!(
                parse(&filter).unwrap().matches(&one, "id"),
                expected,
                "{filter}"
            );
        }
    }

    #[test]
    fn what_is_not_of_the_recorded_grammar_is_refused() {
        let yes = condition("n", "Eq", json!(1));
        for filter in [
            json!({}),
            json!({ "n": 1 }),
            json!([]),
            json!("n"),
            json!({ "type": "expression", "content": { "field": "n", "operator": "Eq", "value": 1 } }),
            json!({ "type": "Condition", "content": { "field": "n", "operator": "Eq" } }),
            json!({ "type": "Condition", "content": { "operator": "Eq", "value": 1 } }),
            condition("", "Eq", json!(1)),
            condition("n", "eq", json!(1)),
            condition("n", "Regex", json!("a")),
            condition("n", "In", json!(1)),
            logical("And", json!([])),
            logical("Nand", json!([yes])),
            logical("Not", json!([yes, yes])),
            logical("And", json!([{}])),
            logical("And", json!(yes)),
        ] {
            assert!(parse(&filter).is_err(), "{filter}");
        }
    }

    #[test]
    fn a_filter_has_an_end() {
        let many: Vec<_> = (0..LARGEST).map(Value::from).collect();
        assert!(parse(&condition("n", "In", json!(many))).is_err());
        let many = vec![condition("n", "Eq", json!(1)); LARGEST];
        assert!(parse(&logical("Or", json!(many))).is_err());
    }
}
