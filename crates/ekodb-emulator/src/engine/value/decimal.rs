//! Decimal numbers in texts, compared by value.

use std::cmp::Ordering;

use serde_json::Number;

/// A decimal number: digits with an optional sign, an optional point and an optional exponent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal<'a> {
    text: &'a str,
    negative: bool,
    /// The digits before and after the point, without zeros at either end; none for zero.
    whole: &'a str,
    fraction: &'a str,
    /// The power of ten of the first digit.
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// Reads a decimal number, in every spelling that the client accepts.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        if !(are_digits(whole) && are_digits(fraction)) || whole.len() + fraction.len() == 0 {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let significant = fraction.trim_start_matches('0');
        let first = match whole.len() {
            0 => -1 - i64::try_from(fraction.len() - significant.len()).ok()?,
            length => i64::try_from(length).ok()? - 1,
        };
        let (whole, fraction) = match (whole, fraction.trim_end_matches('0')) {
            ("", _) => ("", significant.trim_end_matches('0')),
            (whole, "") => (whole.trim_end_matches('0'), ""),
            both => both,
        };
        Some(Self {
            text,
            negative: mantissa.starts_with('-'),
            whole,
            fraction,
            exponent: first.saturating_add(exponent),
        })
    }

    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// The nearest float; an infinity beyond the range of floats.
    pub(crate) fn as_f64(self) -> f64 {
        self.text.parse().unwrap_or(f64::INFINITY)
    }

    /// The same text for equal numbers.
    pub(crate) fn canonical(self) -> String {
        let sign = if self.is_zero() || !self.negative {
            ""
        } else {
            "-"
        };
        let exponent = if self.is_zero() { 0 } else { self.exponent };
        format!("{sign}{}{}e{exponent}", self.whole, self.fraction)
    }

    /// Compares with a number of JSON.
    pub(crate) fn compare_number(self, number: &Number) -> Ordering {
        let text = decimal_text(number);
        // A number of JSON is always a decimal number.
        Decimal::parse(&text).map_or(Ordering::Equal, |other| self.cmp(&other))
    }

    fn is_zero(self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    fn sign(self) -> i8 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn magnitude(self, other: Self) -> Ordering {
        let digits = |number: Self| number.whole.bytes().chain(number.fraction.bytes());
        let exponents = self.exponent.cmp(&other.exponent);
        exponents.then_with(|| digits(self).cmp(digits(other)))
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.sign().cmp(&other.sign());
        signs.then_with(|| match self.sign() {
            0 => Ordering::Equal,
            -1 => self.magnitude(*other).reverse(),
            _ => self.magnitude(*other),
        })
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal<'_> {}

/// An exponent beyond the range of integers counts as its end.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !are_digits(digits) {
        return None;
    }
    let beyond = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    Some(text.parse().unwrap_or(beyond))
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number as a decimal one: the shortest that reads back as the same float. Beyond 2^53, where a
/// float is one of several integers that are written alike, its exact value, so that all numbers
/// have one order.
fn decimal_text(number: &Number) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;

    match number.as_f64() {
        Some(float) if number.is_f64() && float.abs() >= EXACT => format!("{float:.0}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn decimal(text: &str) -> Decimal<'_> {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text} is a decimal number"))
    }

    #[test]
    fn every_spelling_of_the_client_is_read() {
        for good in ["0", "-12.50", "+1", ".5", "5.", "1e10", "1.5E-3", "1e+2"] {
            assert!(Decimal::parse(good).is_some(), "{good}");
        }
        for bad in [
            "", "-", ".", "1.2.3", "1e", "e5", "0x1", "1 ", "NaN", "--1", "1,5",
        ] {
            assert!(Decimal::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn spellings_of_one_number_are_equal() {
        for (a, b) in [
            ("3.5", "3.50"),
            ("3.5", "+03.5"),
            ("3.5", "35e-1"),
            ("3.5", "0.35E1"),
            ("0", "-0.00"),
            ("0", "0e9"),
            ("100", "1e2"),
            (".5", "0.5"),
            ("5.", "5"),
            ("0.001", "1e-3"),
        ] {
            assert_eq!(decimal(a), decimal(b), "{a} {b}");
            assert_eq!(decimal(a).canonical(), decimal(b).canonical(), "{a} {b}");
        }
    }

    #[test]
    fn decimals_are_ordered_by_value() {
        let sorted = [
            "-1e400", "-10", "-9.99", "-1", "-0.1", "-0.01", "0", "0.01", "0.1", "0.11", "0.2",
            "1", "1.01", "2", "9.99", "10", "100", "1e400",
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(decimal(a).cmp(&decimal(b)), i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn decimals_and_numbers_compare_by_value() {
        for (text, number, expected) in [
            ("0.1", json!(0.1), Ordering::Equal),
            ("3.50", json!(3.5), Ordering::Equal),
            ("7", json!(7), Ordering::Equal),
            (
                "9223372036854775808",
                json!(9_223_372_036_854_775_808.0),
                Ordering::Equal,
            ),
            (
                "9223372036854775950",
                json!(9_223_372_036_854_775_900_u64),
                Ordering::Greater,
            ),
            (
                "9223372036854775950",
                json!(9_223_372_036_854_775_808.0),
                Ordering::Greater,
            ),
            ("-1", json!(0), Ordering::Less),
        ] {
            let number = number.as_number().unwrap();
            assert_eq!(
                decimal(text).compare_number(number),
                expected,
                "{text} {number}"
            );
        }
    }

    proptest! {
        #[test]
        fn decimals_sort_as_the_integers_they_spell(a: i64, b: i64, zeros in 0..5_usize) {
            let (spelled, plain) = (format!("{a}.{}", "0".repeat(zeros)), b.to_string());
            prop_assert_eq!(decimal(&spelled).cmp(&decimal(&plain)), a.cmp(&b));
            prop_assert_eq!(decimal(&plain).compare_number(&a.into()), b.cmp(&a));
        }
    }
}
