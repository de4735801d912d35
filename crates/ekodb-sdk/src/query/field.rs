//! The field of a condition.

use ekodb_api::types::FilterOperator as Operator;
use serde_json::Value as Json;

use super::Filter;

/// A field of the records that a [`Filter`] looks at. Made by [`field`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath(String);

/// A field, by name; a path with dots reaches into objects: `address.city`. `id` is the id of the record.
///
/// ```
/// use ekodb_client::query::field;
///
/// let adults = field("age").gte(18) & field("status").eq("active");
/// let elsewhere = !field("address.city").is_in(["Oslo", "Bergen"]);
/// # let _ = adults | elsewhere;
/// ```
///
/// Values are plain JSON: a float that is not finite is `null`, as everywhere in it.
pub fn field(name: impl Into<String>) -> FieldPath {
    FieldPath(name.into())
}

impl FieldPath {
    /// Equal to a value. `()` stands for `null`, which a missing field equals.
    pub fn eq(self, value: impl Into<Json>) -> Filter {
        self.compare(Operator::Eq, value.into())
    }

    /// Not equal to a value.
    pub fn ne(self, value: impl Into<Json>) -> Filter {
        self.compare(Operator::Ne, value.into())
    }

    /// Greater than a value.
    pub fn gt(self, value: impl Into<Json>) -> Filter {
        self.compare(Operator::Gt, value.into())
    }

    /// Greater than a value, or equal to it.
    pub fn gte(self, value: impl Into<Json>) -> Filter {
        self.compare(Operator::Gte, value.into())
    }

    /// Less than a value.
    pub fn lt(self, value: impl Into<Json>) -> Filter {
        self.compare(Operator::Lt, value.into())
    }

    /// Less than a value, or equal to it.
    pub fn lte(self, value: impl Into<Json>) -> Filter {
        self.compare(Operator::Lte, value.into())
    }

    /// Equal to one of the values. Nothing is, if there are none.
    pub fn is_in<V: Into<Json>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Operator::In, list(values))
    }

    /// Equal to none of the values. Everything is, if there are none.
    pub fn not_in<V: Into<Json>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Operator::NotIn, list(values))
    }

    /// A text that has this part, with this case of letters; or a list that has this item.
    pub fn contains(self, part: impl Into<Json>) -> Filter {
        self.compare(Operator::Contains, part.into())
    }

    /// A text that begins like this, with this case of letters.
    pub fn starts_with(self, start: impl Into<String>) -> Filter {
        self.compare(Operator::StartsWith, Json::String(start.into()))
    }

    /// A text that ends like this, with this case of letters.
    pub fn ends_with(self, end: impl Into<String>) -> Filter {
        self.compare(Operator::EndsWith, Json::String(end.into()))
    }

    fn compare(self, operator: Operator, value: Json) -> Filter {
        Filter::condition(self.0, operator, value)
    }
}

fn list<V: Into<Json>>(values: impl IntoIterator<Item = V>) -> Json {
    values.into_iter().map(Into::into).collect()
}
