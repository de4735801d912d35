//! `Retry-After`: how long the server asks to wait.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// The pause that the server asks for, in seconds or until a date. A date is compared with the
/// reply's own `Date`, so that a local clock that is wrong does not matter; without one, with
/// `now`.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        // More digits than fit are a very long pause, not none.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = date(headers).unwrap_or(now);
    Some(until.duration_since(now).unwrap_or_default())
}

/// The reply's `Date`.
pub(super) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    let value = headers.get(header::DATE)?.to_str().ok()?;
    httpdate::parse_http_date(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(retry_after: &'static str, date: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        let retry_after = http::HeaderValue::from_static(retry_after);
        headers.insert(header::RETRY_AFTER, retry_after);
        if let Some(date) = date {
            headers.insert(header::DATE, http::HeaderValue::from_static(date));
        }
        // 1994-11-06 08:49:37 UTC.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        super::retry_after(&headers, now)
    }

    fn seconds(seconds: u64) -> Option<Duration> {
        Some(Duration::from_secs(seconds))
    }

    #[test]
    fn seconds_are_read() {
        assert_eq!(asked("0", None), seconds(0));
        assert_eq!(asked(" 120 ", None), seconds(120));
        assert_eq!(asked("99999999999999999999999", None), seconds(u64::MAX));
    }

    #[test]
    fn a_date_is_read_against_the_local_clock() {
        let ahead = asked("Sun, 06 Nov 1994 08:50:07 GMT", None);
        assert_eq!(ahead, seconds(30));
        let past = asked("Sun, 06 Nov 1994 08:00:00 GMT", None);
        assert_eq!(past, seconds(0));
    }

    #[test]
    fn a_date_is_read_against_the_servers_clock_if_it_is_known() {
        let date = Some("Mon, 07 Nov 2044 10:00:00 GMT");
        let ahead = asked("Mon, 07 Nov 2044 10:00:05 GMT", date);
        assert_eq!(ahead, seconds(5));
    }

    #[test]
    fn anything_else_is_as_if_it_were_absent() {
        for value in ["", "soon", "-1", "1.5", "12s"] {
            assert_eq!(asked(value, None), None, "{value}");
        }
    }
}
