//! The steps of a scenario, as they stand in the file; its notes say what each means.

use serde::{Deserialize, Deserializer};

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    Pass {
        seconds: f64,
    },
    Suspend {
        seconds: f64,
    },
    SetWall {
        by: f64,
    },
    Call {
        then: String,
        reason: Option<String>,
        after: Option<f64>,
        kind: Option<String>,
    },
    Attempt {
        timeout: Option<f64>,
    },
    Reply {
        payload: Option<String>,
        text: Option<String>,
        #[serde(default = "one")]
        round_trip: f64,
        #[serde(default = "yes")]
        date: bool,
        #[serde(default)]
        date_off: f64,
        #[serde(default)]
        age: bool,
        #[serde(default)]
        suspended: f64,
        then: String,
        generation: Option<u64>,
        kind: Option<String>,
        pause: Option<f64>,
    },
    Fail {
        #[serde(default)]
        terminal: bool,
        retry_after: Option<f64>,
        then: String,
        pause: Option<f64>,
    },
    Reject {
        generation: u64,
        evicts: bool,
    },
    Invalidate {},
    Abandon {},
    Superseded {
        refresh: u64,
    },
    Expect {
        phase: Option<String>,
        valid_for: Option<f64>,
        #[serde(default, deserialize_with = "present")]
        skew: Option<Option<f64>>,
        generation: Option<u64>,
        failures: Option<u32>,
    },
    Windows {
        lifetime: f64,
        jitter: f64,
        advisory: f64,
        mandatory: f64,
    },
    Backoff {
        failures: u32,
        jitter: f64,
        pause: f64,
    },
}

fn one() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

/// Tells null from absent.
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(value).map(Some)
}
