//! Moments.

use std::{fmt, str::FromStr, time::SystemTime};

use chrono::{SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

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

impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        Self(time.into())
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
        serializer.serialize_newtype_struct(Kind::DateTime.newtype(), &self.to_string())
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = content::text(Kind::DateTime, deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
