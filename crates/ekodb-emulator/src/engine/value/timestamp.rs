//! Times in texts.

use chrono::{DateTime, Utc};

/// The moment a text gives, if it is RFC 3339 with an offset.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    // Nearly every text is not a time: tell the most of them by their fifth character.
    if text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|moment| moment.with_timezone(&Utc))
}
