//! The field of a condition.

use ekodb_api::types::FilterOperator as Operator;
use serde::Serialize;

use super::Filter;

/// A field of the records that a [`Filter`] looks at. Made by [`field`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath(String);

/// A field, by name; a path with dots reaches into objects: `address.city`. `id` is the id of the
/// record.
///
/// ```
/// use ekodb_client::query::field;
///
/// let adults = field("age").gte(18) & field("status").eq("active");
/// let elsewhere = !field("address.city").is_in(["Oslo", "Bergen"]);
/// # let _ = adults | elsewhere;
/// ```
///
/// A value is anything that serde writes: numbers, texts, [`Decimal`](crate::value::Decimal) and
/// the other types of [`value`](crate::value), those of chrono and uuid (with the features of these
/// names), and JSON. It is compared without its type:
///
/// - Numbers are compared by value, whole ones, floats and Decimals with each other: `12.50` equals
///   `12.5`, and `9.5` is less than `100`.
/// - Moments are compared as moments. Write those of chrono in UTC: a server may compare their
///   text.
/// - Texts, UUIDs among them, are compared by their characters, with their case.
/// - `null` equals `null`, and a field that a record does not have.
///
/// This is what the emulator does. The documentation of ekoDB does not say how it compares
/// Decimals.
pub fn field(name: impl Into<String>) -> FieldPath {
    FieldPath(name.into())
}

impl FieldPath {
    /// Equal to a value. `()` stands for `null`, which a missing field equals.
    pub fn eq(self, value: impl Serialize) -> Filter {
        self.compare(Operator::Eq, value)
    }

    /// Not equal to a value.
    pub fn ne(self, value: impl Serialize) -> Filter {
        self.compare(Operator::Ne, value)
    }

    /// Greater than a value.
    pub fn gt(self, value: impl Serialize) -> Filter {
        self.compare(Operator::Gt, value)
    }

    /// Greater than a value, or equal to it.
    pub fn gte(self, value: impl Serialize) -> Filter {
        self.compare(Operator::Gte, value)
    }

    /// Less than a value.
    pub fn lt(self, value: impl Serialize) -> Filter {
        self.compare(Operator::Lt, value)
    }

    /// Less than a value, or equal to it.
    pub fn lte(self, value: impl Serialize) -> Filter {
        self.compare(Operator::Lte, value)
    }

    /// Equal to one of the values. Nothing is, if there are none.
    #[doc(alias = "in_array")]
    pub fn is_in<V: Serialize>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Operator::In, values.into_iter().collect::<Vec<_>>())
    }

    /// Equal to none of the values. Everything is, if there are none.
    #[doc(alias = "nin")]
    pub fn not_in<V: Serialize>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Operator::NotIn, values.into_iter().collect::<Vec<_>>())
    }

    /// A text that has this part, with this case of letters; or a list that has this item.
    pub fn contains(self, part: impl Serialize) -> Filter {
        self.compare(Operator::Contains, part)
    }

    /// A text that begins like this, with this case of letters.
    pub fn starts_with(self, start: impl Into<String>) -> Filter {
        self.compare(Operator::StartsWith, start.into())
    }

    /// A text that ends like this, with this case of letters.
    pub fn ends_with(self, end: impl Into<String>) -> Filter {
        self.compare(Operator::EndsWith, end.into())
    }

    fn compare(self, operator: Operator, value: impl Serialize) -> Filter {
        Filter::condition(self.0, operator, value)
    }
}
