//! Conditions, and conditions combined.

use std::ops::{BitAnd, BitOr, Not};

use ekodb_api::types::{
    Filter as Api, FilterCondition, FilterLogical, FilterOperator, LogicalOperator,
};
use serde_json::Value as Json;

use crate::{Error, ErrorKind};

/// Which records are meant: a condition on a [`FieldPath`](super::FieldPath), or several combined with `&`, `|` and `!`.
///
/// ```
/// use ekodb_client::query::{Filter, field};
///
/// let filter = field("age").gte(18) & (field("role").eq("admin") | !field("tags").contains("guest"));
/// # let _ = filter;
/// let any_of: Option<Filter> = Filter::any(["ada", "grace"].map(|name| field("name").eq(name)));
/// # assert!(any_of.is_some());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Api);

impl Filter {
    /// All of the filters. `None` if there are none: an empty group is no filter.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(BitAnd::bitand)
    }

    /// Any of the filters. `None` if there are none: an empty group is no filter.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(BitOr::bitor)
    }

    /// The filter as the server reads it.
    pub fn to_json(&self) -> Json {
        // Texts, lists and JSON: nothing in it fails to be written.
        serde_json::to_value(&self.0).unwrap_or_default()
    }

    pub(super) fn condition(field: String, operator: FilterOperator, value: Json) -> Self {
        Self(Api::Condition(FilterCondition {
            field,
            operator,
            value,
        }))
    }

    pub(crate) fn into_api(self) -> Api {
        self.0
    }

    pub(super) fn from_api(filter: Api) -> Self {
        Self(filter)
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
        match self.0 {
            Api::Logical(mut group) if group.operator == LogicalOperator::Not => {
                match group.expressions.pop() {
                    Some(inner) => Self(inner),
                    // `Not` is only ever made below, around one filter.
                    None => Self(Api::Logical(group)),
                }
            }
            inner => Self(Api::Logical(FilterLogical {
                operator: LogicalOperator::Not,
                expressions: vec![inner],
            })),
        }
    }
}

/// Two filters combined. A chain of the same operator stays one flat group, however long it gets: servers bound the depth.
fn group(operator: LogicalOperator, left: Filter, right: Filter) -> Filter {
    let parts = |filter: Filter| match filter.0 {
        Api::Logical(group) if group.operator == operator => group.expressions,
        single => vec![single],
    };
    let mut expressions = parts(left);
    expressions.extend(parts(right));
    Filter(Api::Logical(FilterLogical {
        operator,
        expressions,
    }))
}

/// Refuses a condition without a field, which is all that can be wrong.
pub(crate) fn check(filter: &Api) -> Result<(), Error> {
    match filter {
        Api::Condition(condition) if condition.field.is_empty() => Err(Error::new(
            ErrorKind::InvalidArgument,
            "a condition of the filter names no field",
        )),
        Api::Condition(_) => Ok(()),
        Api::Logical(group) => group.expressions.iter().try_for_each(check),
    }
}
