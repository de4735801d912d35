//! Values as they are compared, sorted and indexed.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde_json::{Number, Value};

use super::{Decimal, FieldType, Typed, parse_timestamp};

/// A value for comparison: times compare as moments, numbers by value whatever their type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand<'a> {
    Null,
    Boolean(bool),
    Number(&'a Number),
    Decimal(Decimal<'a>),
    Text(&'a str),
    Time(DateTime<Utc>),
    Other(&'a Value),
}

impl<'a> Operand<'a> {
    /// A plain value: a time or a decimal number in it is a text.
    pub(crate) fn plain(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::Text(text),
            Value::Array(_) | Value::Object(_) => Self::Other(value),
        }
    }

    /// A field's value.
    pub(crate) fn typed(typed: &'a Typed) -> Self {
        if let Some(decimal) = typed.as_decimal() {
            return Self::Decimal(decimal);
        }
        match (typed.kind, &typed.value) {
            (FieldType::DateTime, Value::String(text)) => {
                parse_timestamp(text).map_or(Self::Text(text), Self::Time)
            }
            (_, value) => Self::plain(value),
        }
    }

    /// How this stands to a value of a filter; `None` for values that have no order between them.
    pub(crate) fn against(self, value: &'a Value) -> Option<Ordering> {
        let other = match (self, Self::plain(value)) {
            (Self::Time(_), Self::Text(text)) => Self::Time(parse_timestamp(text)?),
            (Self::Decimal(_), Self::Text(text)) => Self::Decimal(Decimal::parse(text)?),
            (_, other) => other,
        };
        match (self, other) {
            (Self::Other(a), Self::Other(b)) => (a == b).then_some(Ordering::Equal),
            _ if self.rank() == other.rank() => Some(self.total_order(other)),
            _ => None,
        }
    }

    pub(crate) fn equals(self, value: &'a Value) -> bool {
        self.against(value) == Some(Ordering::Equal)
    }

    /// An order of all values, for sorting: by kind, then within it.
    pub(crate) fn total_order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(&b),
            (Self::Number(a), Self::Number(b)) => order_numbers(a, b),
            (Self::Decimal(a), Self::Decimal(b)) => a.cmp(&b),
            (Self::Decimal(a), Self::Number(b)) => a.compare_number(b),
            (Self::Number(a), Self::Decimal(b)) => b.compare_number(a).reverse(),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(&b),
            (Self::Other(a), Self::Other(b)) => a.to_string().cmp(&b.to_string()),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Boolean(_) => 1,
            Self::Number(_) | Self::Decimal(_) => 2,
            Self::Text(_) => 3,
            Self::Time(_) => 4,
            Self::Other(_) => 5,
        }
    }

    /// Bytes that sort as the values do; lists, objects and `null` have none. Unlike values can
    /// share them (numbers beyond 2^53, long texts), so what is found by them is to be compared
    /// again.
    pub(crate) fn index_key(self) -> Option<Vec<u8>> {
        /// Enough to tell nearly all texts apart.
        const LONGEST: usize = 200;

        let mut key = vec![self.rank()];
        match self {
            Self::Null | Self::Other(_) => return None,
            Self::Boolean(value) => key.push(value.into()),
            Self::Number(number) => key.extend(sortable(number.as_f64()?)),
            Self::Decimal(decimal) => key.extend(sortable(decimal.as_f64())),
            Self::Text(text) => key.extend(text.bytes().take(LONGEST)),
            Self::Time(moment) => {
                // Flipping the sign bit makes the bytes of negative numbers sort first.
                let micros = moment.timestamp_micros() ^ i64::MIN;
                key.extend(micros.to_be_bytes());
            }
        }
        Some(key)
    }
}

/// Returns the keys under which an index has the values equal to one of a filter, if it has any
/// such value: a text may be stored as a time or as a decimal number.
pub(crate) fn filter_keys(value: &Value) -> Option<Vec<Vec<u8>>> {
    let plain = Operand::plain(value);
    plain.index_key()?;
    let (time, decimal) = match plain {
        Operand::Text(text) => (
            parse_timestamp(text).map(Operand::Time),
            Decimal::parse(text).map(Operand::Decimal),
        ),
        _ => (None, None),
    };
    let operands = [Some(plain), time, decimal].into_iter().flatten();
    Some(operands.filter_map(Operand::index_key).collect())
}

/// Exact, whatever the types: an order that rounds is none, and sorting by it fails.
fn order_numbers(a: &Number, b: &Number) -> Ordering {
    let float = |number: &Number| number.as_f64().unwrap_or_default() + 0.0;
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => order_mixed(a, float(b)),
        (None, Some(b)) => order_mixed(b, float(a)).reverse(),
        (None, None) => float(a).total_cmp(&float(b)),
    }
}

fn order_mixed(integer: i128, float: f64) -> Ordering {
    // The cast saturates, far beyond any integer of JSON.
    let whole = float.trunc() as i128;
    integer
        .cmp(&whole)
        .then_with(|| 0.0_f64.total_cmp(&(float.fract() + 0.0)))
}

fn sortable(number: f64) -> [u8; 8] {
    // Both zeros are one number.
    let bits = (number + 0.0).to_bits();
    let flipped = if bits >> 63 == 1 {
        !bits
    } else {
        bits | (1 << 63)
    };
    flipped.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_compare_by_value_whatever_their_type() {
        let big = json!(9_007_199_254_740_993_i64);
        assert!(Operand::plain(&json!(1)).equals(&json!(1.0)));
        for near in [
            json!(9_007_199_254_740_992_i64),
            json!(9_007_199_254_740_992.0),
        ] {
            assert_eq!(Operand::plain(&big).against(&near), Some(Ordering::Greater));
        }
        assert_eq!(
            Operand::plain(&json!(1)).against(&json!(1.5)),
            Some(Ordering::Less)
        );
        assert_eq!(
            Operand::plain(&json!(-1)).against(&json!(-1.5)),
            Some(Ordering::Greater)
        );
        assert_eq!(
            Operand::plain(&json!(1e300)).against(&json!(1)),
            Some(Ordering::Greater)
        );
        assert_eq!(
            Operand::plain(&json!(2)).against(&json!(10)),
            Some(Ordering::Less)
        );
        assert_eq!(
            Operand::plain(&json!(-0.0)).against(&json!(0)),
            Some(Ordering::Equal)
        );
    }

    #[test]
    fn times_compare_as_moments() {
        let typed = Typed::inferred(json!("2026-01-01T12:00:00+02:00"));
        let time = Operand::typed(&typed);
        assert!(time.equals(&json!("2026-01-01T10:00:00Z")));
        assert_eq!(
            time.against(&json!("2026-01-01T11:00:00Z")),
            Some(Ordering::Less)
        );
        assert_eq!(time.against(&json!("not a time")), None);
    }

    #[test]
    fn decimals_compare_as_numbers_with_texts_and_numbers() {
        let typed = Typed::from_request(json!({ "type": "Decimal", "value": "3.50" })).unwrap();
        let decimal = Operand::typed(&typed);
        for (value, expected) in [
            (json!("3.5"), Some(Ordering::Equal)),
            (json!("35e-1"), Some(Ordering::Equal)),
            (json!(3.5), Some(Ordering::Equal)),
            (json!("10"), Some(Ordering::Less)),
            (json!(3), Some(Ordering::Greater)),
            (json!("not a number"), None),
            (json!(true), None),
        ] {
            assert_eq!(decimal.against(&value), expected, "{value}");
        }
    }

    #[test]
    fn values_of_different_kinds_are_neither_equal_nor_ordered() {
        for (a, b) in [
            (json!("1"), json!(1)),
            (json!(true), json!(1)),
            (json!(null), json!(0)),
        ] {
            assert_eq!(Operand::plain(&a).against(&b), None, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn index_keys_sort_as_the_numbers_do(a: f64, b: f64) {
            prop_assume!(a.is_finite() && b.is_finite());
            let (a, b) = (json!(a), json!(b));
            let (a, b) = (Operand::plain(&a), Operand::plain(&b));
            prop_assert_eq!(a.index_key().cmp(&b.index_key()), a.total_order(b));
        }

        #[test]
        fn index_keys_sort_as_the_texts_do(a in ".{0,20}", b in ".{0,20}") {
            let (a, b) = (Operand::Text(&a), Operand::Text(&b));
            prop_assert_eq!(a.index_key().cmp(&b.index_key()), a.total_order(b));
        }
    }
}
