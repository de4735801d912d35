//! What a test wants to go wrong.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

/// Something that goes wrong with the requests it is meant for, until it is used up or cleared.
///
/// Without a method and a path it is meant for every request of the API; without anything to do it
/// is refused. What is asked for together happens together: a late 503 with `Retry-After`, say.
///
/// ```
/// use std::time::Duration;
/// use ekodb_emulator::Fault;
///
/// let outage = Fault::new().status(503).retry_after(2).times(3);
/// let slow_token = Fault::new()
///     .method("POST")
///     .path("/api/auth/token")
///     .latency(Duration::from_millis(200));
/// # let _ = (outage, slow_token);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_skew_seconds: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) drop: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
}

impl Fault {
    /// A fault of every request that does nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only of requests with this method, such as `GET`.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only of requests for this path template, such as `/api/find/{collection}/{id}`.
    #[must_use]
    pub fn path(mut self, template: impl Into<String>) -> Self {
        self.path = Some(template.into());
        self
    }

    /// Waits before anything else happens, to the millisecond.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency_ms = Some(u64::try_from(latency.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// Answers with this status, 400 to 599, and does not do what was asked.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Says in `Retry-After`, beside [`status`](Self::status), after how many seconds to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Tells in `Date` a time that is wrong by so many seconds; before the true one if negative.
    #[must_use]
    pub fn skew_date(mut self, seconds: i64) -> Self {
        self.date_skew_seconds = Some(seconds);
        self
    }

    /// Closes the connection without an answer, and does not do what was asked.
    #[must_use]
    pub fn drop_connection(mut self) -> Self {
        self.drop = true;
        self
    }

    /// How many requests it is for (default: until it is cleared).
    #[must_use]
    pub fn times(mut self, requests: u64) -> Self {
        self.times = Some(requests);
        self
    }

    /// What is wrong with it, in words.
    fn check(&self) -> Result<(), String> {
        let method = self.method.as_deref();
        if let Some(method) = method.filter(|name| !METHODS.iter().any(|known| known == name)) {
            return Err(format!("'{method}' is no method of the API"));
        }
        if let Some(path) = self
            .path
            .as_deref()
            .filter(|path| !path.starts_with("/api/"))
        {
            return Err(format!(
                "the path '{path}' is no template of the API, such as /api/find/{{collection}}"
            ));
        }
        if let Some(status) = self.status.filter(|status| !(400..600).contains(status)) {
            return Err(format!("the status {status} is no failure: 400 to 599"));
        }
        if self.retry_after_seconds.is_some() && self.status.is_none() {
            return Err("'retry_after_seconds' needs a 'status'".to_owned());
        }
        if self
            .date_skew_seconds
            .is_some_and(|seconds| seconds.unsigned_abs() > FARTHEST_SKEW)
        {
            return Err(format!(
                "'date_skew_seconds' is beyond a century: at most {FARTHEST_SKEW} either way"
            ));
        }
        if self.drop && self.status.is_some() {
            return Err("'drop' leaves no answer to have a 'status'".to_owned());
        }
        if self.times == Some(0) {
            return Err("'times' is zero: it would be for no request".to_owned());
        }
        let idle = self.latency_ms.is_none()
            && self.status.is_none()
            && self.date_skew_seconds.is_none()
            && !self.drop;
        if idle {
            return Err(
                "it does nothing: give 'latency_ms', 'status', 'date_skew_seconds' or 'drop'"
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn is_for(&self, method: &Method, template: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method)
            && self.path.as_deref().is_none_or(|wanted| wanted == template)
    }

    pub(super) fn wait(&self) -> Duration {
        Duration::from_millis(self.latency_ms.unwrap_or_default())
    }

    pub(super) fn answer(&self) -> Option<(StatusCode, Option<u64>)> {
        let status = StatusCode::from_u16(self.status?).ok()?;
        Some((status, self.retry_after_seconds))
    }
}

/// How wrong a `Date` may be: far enough for any test, and within what a date can be.
const FARTHEST_SKEW: u64 = 100 * 365 * 24 * 60 * 60;

const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// The faults of one emulator, in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a fault, or says what is wrong with it.
    pub(crate) fn add(&self, fault: Fault) -> Result<(), String> {
        fault.check()?;
        self.lock().push(fault);
        Ok(())
    }

    pub(crate) fn all(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// The first fault that is for a request, used once.
    pub(crate) fn take(&self, method: &Method, template: &str) -> Option<Fault> {
        let mut faults = self.lock();
        let place = faults
            .iter()
            .position(|fault| fault.is_for(method, template))?;
        let fault = faults[place].clone();
        match &mut faults[place].times {
            Some(1) => drop(faults.remove(place)),
            Some(times) => *times -= 1,
            None => {}
        }
        Some(fault)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_for_the_requests_it_names_and_so_many_of_them() {
        let faults = Faults::default();
        let reads = Fault::new()
            .method("GET")
            .path("/api/find/{collection}/{id}");
        faults.add(reads.status(500).times(2)).unwrap();
        let path = "/api/find/{collection}/{id}";
        assert!(faults.take(&Method::POST, path).is_none());
        assert!(
            faults
                .take(&Method::GET, "/api/find/{collection}")
                .is_none()
        );
        assert!(faults.take(&Method::GET, path).is_some());
        assert!(faults.take(&Method::GET, path).is_some());
        assert!(faults.take(&Method::GET, path).is_none());
        assert!(faults.all().is_empty());
    }

    #[test]
    fn the_first_of_several_is_taken_until_it_is_used_up() {
        let faults = Faults::default();
        faults.add(Fault::new().status(503).times(1)).unwrap();
        faults.add(Fault::new().status(500)).unwrap();
        let status = || {
            let taken = faults.take(&Method::GET, "/api/health").unwrap();
            taken.answer().unwrap().0.as_u16()
        };
        assert_eq!([status(), status(), status()], [503, 500, 500]);
    }

    #[test]
    fn a_fault_that_cannot_be_meant_is_refused_with_the_reason() {
        for (fault, reason) in [
            (Fault::new(), "does nothing"),
            (Fault::new().times(3), "does nothing"),
            (Fault::new().status(200), "400 to 599"),
            (Fault::new().status(500).method("get"), "'get' is no method"),
            (Fault::new().status(500).path("api/health"), "no template"),
            (Fault::new().status(500).times(0), "zero"),
            (Fault::new().skew_date(i64::MAX), "beyond a century"),
            (Fault::new().skew_date(i64::MIN), "beyond a century"),
            (Fault::new().drop_connection().status(500), "no answer"),
            (
                Fault::new().drop_connection().retry_after(1),
                "needs a 'status'",
            ),
        ] {
            let refusal = Faults::default().add(fault).unwrap_err();
            assert!(refusal.contains(reason), "{refusal}");
        }
    }
}
