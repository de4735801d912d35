//! Conditions, and conditions combined.

use std::ops::{BitAnd, BitOr, Not};

use ekodb_api::types::{
    Filter as Api, FilterCondition, FilterLogical, FilterOperator, LogicalOperator,
};
use serde::Serialize;
use serde_json::Value as Json;

use crate::{
    Error,
    codec::{WriteError, operand},
};

/// How deep the JSON of a filter may be nested: readers of JSON stop at 128, and a request has some
/// levels around it.
const DEEPEST: usize = 124;

/// Which records are meant: a condition on a [`FieldPath`](super::FieldPath), or several combined
/// with `&`, `|` and `!`.
///
/// ```
/// use ekodb_client::query::{Filter, field};
///
/// let filter = field("age").gte(18) & (field("role").eq("admin") | !field("tags").contains("guest"));
/// # let _ = filter;
/// let any_of: Option<Filter> = Filter::any(["ada", "grace"].map(|name| field("name").eq(name)));
/// # assert!(any_of.is_some());
/// ```
///
/// A filter with a value that JSON does not have, such as a float that is not finite, or with a
/// condition that names no field, and one that is nested deeper than some 40 levels, is refused
/// when a query with it is sent: [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument).
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Result<Expression, WriteError>);

/// A filter that can be sent.
#[derive(Clone, Debug, PartialEq)]
struct Expression {
    api: Api,
    /// How deep its JSON is nested.
    depth: usize,
}

impl Filter {
    /// All of the filters. `None` if there are none: an empty group is no filter.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(BitAnd::bitand)
    }

    /// Any of the filters. `None` if there are none: an empty group is no filter.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(BitOr::bitor)
    }

    /// The filter as the server reads it. `null` for one that would be refused.
    pub fn to_json(&self) -> Json {
        let expression = self.0.as_ref().ok();
        // Texts, lists and JSON: nothing in it fails to be written.
        expression
            .and_then(|expression| serde_json::to_value(&expression.api).ok())
            .unwrap_or_default()
    }

    pub(super) fn condition(
        field: String,
        operator: FilterOperator,
        value: impl Serialize,
    ) -> Self {
        if field.is_empty() {
            return Self(Err(WriteError::new("a condition names no field")));
        }
        let value = operand(&value).map_err(|refused| refused.in_member(&field));
        Self(value.and_then(|value| {
            let depth = 2 + depth(&value);
            let api = Api::Condition(FilterCondition {
                field,
                operator,
                value,
            });
            Expression::new(api, depth)
        }))
    }

    /// The filter for a request.
    pub(super) fn into_api(self) -> Result<Api, Error> {
        match self.0 {
            Ok(expression) => Ok(expression.api),
            Err(refused) => {
                let text = format!("the filter cannot be sent: {refused}");
                Err(Error::invalid_argument(text))
            }
        }
    }
}

impl Expression {
    fn new(api: Api, depth: usize) -> Result<Self, WriteError> {
        if depth > DEEPEST {
            return Err(WriteError::new(
                "it is nested too deep; combine fewer conditions",
            ));
        }
        Ok(Self { api, depth })
    }
}

/// How deep a value is nested. Those of conditions have been written, which bounds it.
fn depth(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Json::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        group(LogicalOperator::And, self, other)
    }
}

impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        group(LogicalOperator::Or, self, other)
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0.and_then(|expression| match expression.api {
            Api::Logical(mut group) if group.operator == LogicalOperator::Not => {
                match group.expressions.pop() {
                    Some(inner) => Expression::new(inner, expression.depth - 3),
                    // `Not` is only ever made below, around one filter.
                    None => Expression::new(Api::Logical(group), expression.depth),
                }
            }
            inner => {
                let group = FilterLogical {
                    operator: LogicalOperator::Not,
                    expressions: vec![inner],
                };
                Expression::new(Api::Logical(group), expression.depth + 3)
            }
        }))
    }
}

/// Two filters combined. A chain of the same operator stays one flat group, however long it gets:
/// servers bound the depth.
fn group(operator: LogicalOperator, left: Filter, right: Filter) -> Filter {
    // The expressions of a filter, and how deep a group of them is nested.
    let parts = |expression: Expression| match expression.api {
        Api::Logical(group) if group.operator == operator => (group.expressions, expression.depth),
        single => (vec![single], expression.depth + 3),
    };
    Filter(left.0.and_then(|left| {
        let (mut expressions, depth) = parts(left);
        let (others, other_depth) = parts(right.0?);
        expressions.extend(others);
        let group = FilterLogical {
            operator,
            expressions,
        };
        Expression::new(Api::Logical(group), depth.max(other_depth))
    }))
}
