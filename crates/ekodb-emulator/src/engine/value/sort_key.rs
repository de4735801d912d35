//! Values kept to sort by, without the records they came from.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde_json::{Number, Value};

use super::{Decimal, Operand};

/// An operand of its own. Its order is [`Operand::total_order`].
#[derive(Clone, Debug)]
pub(crate) enum SortKey {
    Null,
    Boolean(bool),
    Number(Number),
    /// A decimal number, as it is written.
    Decimal(Box<str>),
    Text(Box<str>),
    Time(DateTime<Utc>),
    /// A list or an object, as it is written.
    Other(Box<str>),
}

impl From<Operand<'_>> for SortKey {
    fn from(operand: Operand<'_>) -> Self {
        match operand {
            Operand::Null => Self::Null,
            Operand::Boolean(value) => Self::Boolean(value),
            Operand::Number(number) => Self::Number(number.clone()),
            Operand::Decimal(decimal) => Self::Decimal(decimal.text().into()),
            Operand::Text(text) => Self::Text(text.into()),
            Operand::Time(moment) => Self::Time(moment),
            Operand::Other(value) => Self::Other(value.to_string().into()),
        }
    }
}

impl SortKey {
    /// How many bytes of memory it takes, roughly.
    pub(crate) fn memory_size(&self) -> usize {
        let text = match self {
            Self::Decimal(text) | Self::Text(text) | Self::Other(text) => text.len(),
            _ => 0,
        };
        size_of::<Self>() + text
    }

    fn operand(&self) -> Operand<'_> {
        match self {
            Self::Null => Operand::Null,
            Self::Boolean(value) => Operand::Boolean(*value),
            Self::Number(number) => Operand::Number(number),
            // Only what could be read became a key.
            Self::Decimal(text) => Decimal::parse(text).map_or(Operand::Null, Operand::Decimal),
            Self::Text(text) => Operand::Text(text),
            Self::Time(moment) => Operand::Time(*moment),
            // Only its kind is looked at: two of them are compared as they are written.
            Self::Other(_) => Operand::Other(&Value::Null),
        }
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Other(a), Self::Other(b)) => a.cmp(b),
            _ => self.operand().total_order(other.operand()),
        }
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for SortKey {}

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::value::Typed;

    #[test]
    fn keys_sort_as_the_values_do() {
        let values = [
            json!(null),
            json!(false),
            json!(true),
            json!(-1),
            json!(0.5),
            json!(9_007_199_254_740_993_i64),
            json!(""),
            json!("a"),
            json!("2026-01-01T00:00:00Z"),
            json!("2026-01-01T00:30:00+01:00"),
            json!([1]),
            json!([2]),
            json!({ "a": 1 }),
        ];
        let decimals = ["0.5", "0.50", "-1e9", "1e300"];
        let decimals = decimals.map(|text| json!({ "type": "Decimal", "value": text }));
        let values = values.into_iter().chain(decimals);
        let values: Vec<_> = values
            .map(|value| Typed::from_request(value).unwrap())
            .collect();
        for a in &values {
            for b in &values {
                let (a, b) = (Operand::typed(a), Operand::typed(b));
                assert_eq!(
                    SortKey::from(a).cmp(&b.into()),
                    a.total_order(b),
                    "{a:?} {b:?}"
                );
            }
        }
    }
}
