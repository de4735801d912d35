//! Lengths of time.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{content, kind::Kind};

/// A length of time. It is written as seconds and nanoseconds; a number of milliseconds, as some
/// clients write it, is read too.
///
/// ```
/// use ekodb_client::value::Duration;
///
/// let pause = Duration::from(std::time::Duration::from_millis(1500));
/// assert_eq!(std::time::Duration::from(pause).as_millis(), 1500);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(std::time::Duration);

impl From<std::time::Duration> for Duration {
    fn from(length: std::time::Duration) -> Self {
        Self(length)
    }
}

impl From<Duration> for std::time::Duration {
    fn from(length: Duration) -> Self {
        length.0
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // serde's own form of it has the members `secs` and `nanos`.
        serializer.serialize_newtype_struct(Kind::Duration.newtype(), &self.0)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let content = content::content(Kind::Duration, deserializer)?;
        match content.as_u64() {
            Some(millis) => Ok(Self(std::time::Duration::from_millis(millis))),
            None => std::time::Duration::deserialize(content)
                .map(Self)
                .map_err(de::Error::custom),
        }
    }
}
