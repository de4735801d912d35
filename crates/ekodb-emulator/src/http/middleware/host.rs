//! The names that the emulator is called by.
//!
//! A page whose name resolves to this machine (DNS rebinding) is of the emulator's own origin for a
//! browser, so CORS does not apply to it. Such a page sends its own name as the `Host`.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::HOST;
use http::uri::Authority;

use crate::http::error::ApiError;
use crate::http::state::Settings;

/// Refuses requests to a name that is not the emulator's.
pub(crate) async fn check_host(
    State(settings): State<Arc<Settings>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    // The target of `CONNECT`, and of who takes this for a proxy: there is nothing at such a
    // target.
    if request.uri().path().is_empty() {
        return Err(ApiError::MethodNotAllowed);
    }
    let header = request.headers().get_all(HOST).iter();
    let header = header.map(|value| value.to_str().unwrap_or_default());
    let target = request.uri().authority().map(Authority::as_str);
    let foreign = header
        .chain(target)
        .find(|name| !is_own(name, &settings.allowed_hosts));
    match foreign {
        Some(_) => Err(ApiError::ForeignHost),
        None => Ok(next.run(request).await),
    }
}

/// Whether a `Host` is one that no foreign page can have: an address, a loopback name, a name
/// without a dot (which the public DNS does not serve; containers call each other by such names),
/// or one that is allowed.
fn is_own(host: &str, allowed: &[String]) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host().trim_end_matches('.');
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let is_local = !name.contains('.') || name.to_ascii_lowercase().ends_with(".localhost");
    let is_allowed = |one: &String| one == "*" || one.eq_ignore_ascii_case(name);
    address.parse::<IpAddr>().is_ok() || is_local || allowed.iter().any(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_names_are_refused_and_own_ones_are_not() {
        let allowed = ["db.test".to_owned()];
        for (host, expected) in [
            ("localhost:8080", true),
            ("LOCALHOST", true),
            ("app.localhost:3000", true),
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("192.168.0.7:8080", true),
            ("emulator:8080", true),
            ("db.test", true),
            ("DB.test:8080", true),
            ("evil.example:8080", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("evil.example.", false),
            ("a b", false),
            ("", false),
        ] {
            assert_eq!(is_own(host, &allowed), expected, "{host:?}");
        }
        assert!(is_own("evil.example", &["*".to_owned()]));
    }
}
