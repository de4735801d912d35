//! Around every request: the count, the rate limit, the log line and the `Date` of the emulator's
//! clock.
//!
//! Logs name the path's template, never the path: a key's value can stand in it.

use std::time::{Duration, Instant, SystemTime};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{DATE, HeaderName, HeaderValue};

use crate::http::error::ApiError;
use crate::http::faults::DateSkew;
use crate::http::meter::Allowance;
use crate::http::state::AppState;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The headers that tell of the rate limit.
pub(super) const RATE_HEADERS: [HeaderName; 3] = [LIMIT, REMAINING, RESET];

/// What a request without a route is counted and logged as.
const UNMATCHED: &str = "(no route)";

pub(crate) async fn observe(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let template = request.extensions().get::<MatchedPath>().cloned();
    let template = template.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    state.counters.count(method.as_str(), template);

    state.database.roll_back_due();
    let now = state.database.clock().now().timestamp();
    let allowance = state.rate.take(now);
    let mut response = if allowance.exceeded {
        let wait = u64::try_from(allowance.reset - now).unwrap_or(1).max(1);
        ApiError::TooManyRequests { retry_after: wait }.into_response()
    } else {
        next.run(request).await
    };

    if response.status().is_success() {
        announce(&mut response, allowance);
    }
    set_date(&mut response, state.database.clock().system_time());
    tracing::info!(
        %method,
        path = template,
        status = response.status().as_u16(),
        elapsed_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

fn announce(response: &mut Response, allowance: Allowance) {
    let headers = response.headers_mut();
    headers.insert(LIMIT, allowance.limit.into());
    headers.insert(REMAINING, allowance.remaining.into());
    headers.insert(RESET, allowance.reset.into());
}

fn set_date(response: &mut Response, now: SystemTime) {
    let told = match response.extensions().get() {
        Some(&DateSkew(seconds)) if seconds < 0 => {
            now.checked_sub(Duration::from_secs(seconds.unsigned_abs()))
        }
        Some(&DateSkew(seconds)) => now.checked_add(Duration::from_secs(seconds.unsigned_abs())),
        None => Some(now),
    };
    let date = httpdate::fmt_http_date(told.unwrap_or(now));
    if let Ok(date) = HeaderValue::try_from(date) {
        response.headers_mut().insert(DATE, date);
    }
}
