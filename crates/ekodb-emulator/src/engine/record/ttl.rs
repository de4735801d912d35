//! Time to live.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// When a record goes, and whether each access puts that off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ttl {
    pub(crate) millis: i64,
    pub(crate) on_access: bool,
    /// In Unix milliseconds.
    pub(crate) expires_at: i64,
}

impl Ttl {
    pub(crate) fn new(millis: i64, on_access: bool, now: i64) -> Self {
        Self {
            millis,
            on_access,
            expires_at: now.saturating_add(millis),
        }
    }

    /// The same time to live, started again.
    pub(crate) fn renewed(self, now: i64) -> Self {
        Self::new(self.millis, self.on_access, now)
    }
}

/// A time to live in a request, in milliseconds: seconds, or a number with the unit `s`, `m`, `h`
/// or `d`.
pub(crate) fn millis(value: &Value) -> Option<i64> {
    /// A thousand years: beyond any use, and far from the end of time stamps.
    const LONGEST: i64 = 1000 * 365 * 24 * 60 * 60 * 1000;

    let seconds = match value {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => {
            let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let unit = match &text[digits.len()..] {
                "" | "s" => 1,
                "m" => 60,
                "h" => 60 * 60,
                "d" => 24 * 60 * 60,
                _ => return None,
            };
            digits.parse::<i64>().ok()?.checked_mul(unit)?
        }
        _ => return None,
    };
    let millis = seconds.checked_mul(1000)?;
    (1..=LONGEST).contains(&millis).then_some(millis)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_to_live_is_seconds_or_a_number_with_a_unit() {
        for (value, expected) in [
            (json!(30), Some(30_000)),
            (json!("30"), Some(30_000)),
            (json!("30s"), Some(30_000)),
            (json!("5m"), Some(300_000)),
            (json!("1h"), Some(3_600_000)),
            (json!("2d"), Some(172_800_000)),
            (json!(0), None),
            (json!(-1), None),
            (json!("-1s"), None),
            (json!(1.5), None),
            (json!("soon"), None),
            (json!("5雪"), None),
            (json!(i64::MAX), None),
            (json!(true), None),
        ] {
            assert_eq!(millis(&value), expected, "{value}");
        }
    }
}
