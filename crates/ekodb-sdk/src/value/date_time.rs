//! Moments.

use std::{fmt, str::FromStr, time::SystemTime};

use chrono::{Datelike, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::{InvalidValue, content, kind::Kind};

/// A moment. It is written in RFC 3339, in UTC.
///
/// ```
/// use ekodb_client::value::DateTime;
///
/// let born: DateTime = "1815-12-10T00:00:00+01:00".parse()?;
/// assert_eq!(born.to_string(), "1815-12-09T23:00:00Z");
/// # Ok::<(), ekodb_client::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(chrono::DateTime<Utc>);

impl DateTime {
    /// This moment, by the local clock.
    pub fn now() -> Self {
        Self(Utc::now())
    }
}

/// Whether the server takes a plain text for a moment: RFC 3339 with an offset.
pub(crate) fn is_moment(text: &str) -> bool {
    text.as_bytes().get(4) == Some(&b'-') && text.parse::<DateTime>().is_ok()
}

impl FromStr for DateTime {
    type Err = InvalidValue;

    /// Takes RFC 3339 with an offset.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(moment) => Ok(Self(moment.with_timezone(&Utc))),
            Err(_) => Err(InvalidValue::new(
                "not a moment in RFC 3339; write it like 2026-01-31T12:00:00Z",
            )),
        }
    }
}

/// A moment that is further away than can be told is the last one that can, or the first. As RFC
/// 3339 ends with the year 9999, it is refused where it is written.
impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        let epoch = chrono::DateTime::UNIX_EPOCH;
        let (span, is_before) = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(span) => (span, false),
            Err(error) => (error.duration(), true),
        };
        let span = TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX);
        Self(match is_before {
            false => epoch
                .checked_add_signed(span)
                .unwrap_or(chrono::DateTime::<Utc>::MAX_UTC),
            true => epoch
                .checked_sub_signed(span)
                .unwrap_or(chrono::DateTime::<Utc>::MIN_UTC),
        })
    }
}

impl From<DateTime> for SystemTime {
    fn from(moment: DateTime) -> Self {
        moment.0.into()
    }
}

#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> From<chrono::DateTime<Tz>> for DateTime {
    fn from(moment: chrono::DateTime<Tz>) -> Self {
        Self(moment.with_timezone(&Utc))
    }
}

#[cfg(feature = "chrono")]
impl From<DateTime> for chrono::DateTime<Utc> {
    fn from(moment: DateTime) -> Self {
        moment.0
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !(0..=9_999).contains(&self.0.year()) {
            return Err(ser::Error::custom(
                "a moment outside of the years 0 to 9999, which RFC 3339 does not have",
            ));
        }
        serializer.serialize_newtype_struct(Kind::DateTime.newtype(), &self.to_string())
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = content::text(Kind::DateTime, deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_moment_far_away_does_not_panic_and_is_refused_where_it_is_written() {
        let epoch = SystemTime::UNIX_EPOCH;
        for seconds in [1 << 38, 1 << 50, 1 << 62] {
            let far = Duration::from_secs(seconds);
            for time in [epoch.checked_add(far), epoch.checked_sub(far)] {
                let moment = DateTime::from(time.unwrap());
                let refused = serde_json::to_string(&moment).unwrap_err().to_string();
                assert!(refused.contains("9999"), "{refused}");
            }
        }
        for time in [
            epoch,
            epoch + Duration::new(1, 5),
            epoch - Duration::new(1, 5),
        ] {
            let moment = DateTime::from(time);
            assert_eq!(SystemTime::from(moment), time);
            assert!(serde_json::to_string(&moment).is_ok());
        }
    }
}
