//! What browsers ask before a page of another origin may call the API.

use std::net::IpAddr;
use std::time::Duration;

use http::header::{CONTENT_ENCODING, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Method, Uri};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::observe;
use crate::http::state::Origins;

/// How long a browser need not ask again.
const MAX_AGE: Duration = Duration::from_secs(600);

/// No credentials of the browser's own (cookies) are ever let through: the API knows bearers only.
pub(crate) fn layer(origins: &Origins) -> CorsLayer {
    let origins = match origins {
        Origins::Any => AllowOrigin::any(),
        Origins::These(origins) => AllowOrigin::list(origins.iter().cloned()),
        Origins::Loopback => AllowOrigin::predicate(|origin, _| is_loopback(origin)),
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed())
        .max_age(MAX_AGE)
}

fn exposed() -> Vec<HeaderName> {
    let mut headers = observe::RATE_HEADERS.to_vec();
    headers.extend([RETRY_AFTER, CONTENT_ENCODING]);
    headers
}

fn is_loopback(origin: &HeaderValue) -> bool {
    let uri = origin
        .to_str()
        .ok()
        .and_then(|text| text.parse::<Uri>().ok());
    let Some(uri) = uri.filter(|uri| uri.scheme().is_some()) else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_of_this_machine_are_loopback() {
        for (origin, expected) in [
            ("http://localhost:5173", true),
            ("https://localhost", true),
            ("http://app.localhost:3000", true),
            ("http://127.0.0.1:8000", true),
            ("http://[::1]:8000", true),
            ("http://localhost.example.com", false),
            ("http://localhost@example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("https://example.com", false),
            ("http://192.168.0.2", false),
            ("localhost", false),
            ("null", false),
            ("", false),
        ] {
            let value = HeaderValue::from_static(origin);
            assert_eq!(is_loopback(&value), expected, "{origin}");
        }
    }
}
