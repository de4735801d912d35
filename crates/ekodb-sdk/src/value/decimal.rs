//! Exact decimal numbers.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value as Json;

use super::{InvalidValue, content, kind::Kind};

/// An exact decimal number, as the text it is written with: money, for instance. The client does
/// not calculate with it; parse [`as_str`](Self::as_str) with the decimal crate of your choice.
///
/// ```
/// use ekodb_client::value::Decimal;
///
/// let price: Decimal = "12.50".parse()?;
/// assert_eq!(price.as_str(), "12.50");
/// # Ok::<(), ekodb_client::value::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// The number as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Decimal {
    type Err = InvalidValue;

    /// Takes digits with an optional sign, an optional point and an optional exponent.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if is_decimal(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new(
                "not a decimal number; write it like -12.50",
            ))
        }
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Kind::Decimal.newtype(), &self.0)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    /// Reads a text, or a number as some servers write it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match content::content(Kind::Decimal, deserializer)? {
            Json::Number(number) => number.to_string().parse().map_err(de::Error::custom),
            Json::String(text) if is_decimal(&text) => Ok(Self(text)),
            _ => Err(de::Error::custom("not a decimal number")),
        }
    }
}

fn is_decimal(text: &str) -> bool {
    let unsigned = |text: &str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (unsigned(mantissa), Some(unsigned(exponent))),
        None => (unsigned(text), None),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    let numeric = digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty());
    numeric && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(&exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_digits_with_a_sign_a_point_and_an_exponent() {
        for good in ["0", "-12.50", "+1", ".5", "5.", "1e10", "1.5E-3"] {
            assert_eq!(good.parse::<Decimal>().unwrap().as_str(), good);
        }
        for bad in [
            "", "-", ".", "1.2.3", "1e", "e5", "0x1", "1 ", "NaN", "--1", "1,5",
        ] {
            assert!(bad.parse::<Decimal>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_decimal_is_read_from_a_text_and_from_a_number() {
        let read = |json: &str| serde_json::from_str::<Decimal>(json).unwrap();
        assert_eq!(read(r#""12.50""#).as_str(), "12.50");
        assert_eq!(read("12.5").as_str(), "12.5");
        assert_eq!(read("-3").as_str(), "-3");
    }
}
