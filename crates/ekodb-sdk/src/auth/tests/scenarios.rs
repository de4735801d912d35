//! Runs `tests/token-scenarios.json` against the state machine: no task, no timer, time is a
//! number.

use std::time::{Duration, SystemTime};

use ekodb_api::SecretString;
use http::HeaderValue;
use serde::Deserialize;

use super::{steps::Step, support::jwt};
use crate::{
    auth::{
        clock::Moment,
        failure::Fault,
        known_tokens::KnownTokens,
        refresh_schedule::{Phase, RefreshWindows},
        retry_delays,
        settings::TokenRefresh,
        skew::{Exchange, Skew},
        state::{Decision, Next, State},
        validate::ValidatedToken,
    },
    error::{Error, ErrorKind},
};

#[test]
fn every_scenario_goes_as_written() {
    let file: File = serde_json::from_str(include_str!("../../../tests/token-scenarios.json"))
        .expect("the scenarios can be read");
    assert!(file.cases.len() >= 40, "{} cases", file.cases.len());
    let mut problems = Vec::new();
    let mut names = std::collections::BTreeSet::new();
    for case in &file.cases {
        assert!(names.insert(&case.name), "{} stands twice", case.name);
        assert!(!case.description.is_empty() && !case.steps.is_empty());
        let mut world = World::new(&case.setup);
        for (number, step) in case.steps.iter().enumerate() {
            let number = number + 1;
            if let Err(problem) = world.take(step) {
                problems.push(format!("{}, step {number} {step:?}: {problem}", case.name));
                break;
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: String,
    #[serde(rename = "notes")]
    _notes: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    description: String,
    #[serde(default)]
    setup: Setup,
    steps: Vec<Step>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    jitter: Option<f64>,
    #[serde(default)]
    local_ahead: f64,
    #[serde(default)]
    settings: Settings,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    advisory: Option<f64>,
    mandatory: Option<f64>,
    attempt_timeout: Option<f64>,
    backoff_initial: Option<f64>,
    backoff_cap: Option<f64>,
    assumed_lifetime: Option<f64>,
}

impl Settings {
    fn apply(&self) -> TokenRefresh {
        let mut settings = TokenRefresh::new();
        settings.advisory = self.advisory.map(span);
        settings.mandatory = self.mandatory.map(span);
        let set = |field: &mut Duration, value: Option<f64>| {
            if let Some(value) = value {
                *field = span(value);
            }
        };
        set(&mut settings.attempt_timeout, self.attempt_timeout);
        set(&mut settings.backoff.initial, self.backoff_initial);
        set(&mut settings.backoff.cap, self.backoff_cap);
        set(&mut settings.assumed_lifetime, self.assumed_lifetime);
        settings.validate().expect("the settings are valid");
        settings
    }
}

/// The state machine, the clocks around it, and the two tokens the shell would keep.
struct World {
    state: State,
    jitter: f64,
    time: f64,
    mono: f64,
    ahead: f64,
    refresh: u64,
    sent: Option<Moment>,
    known: KnownTokens,
    current: Option<HeaderValue>,
}

type Verdict = Result<(), String>;

impl World {
    fn new(setup: &Setup) -> Self {
        Self {
            state: State::new(setup.settings.apply()),
            jitter: setup.jitter.unwrap_or(0.5),
            time: 1_700_000_000.0,
            mono: 0.0,
            ahead: setup.local_ahead,
            refresh: 0,
            sent: None,
            known: KnownTokens::default(),
            current: None,
        }
    }

    fn now(&self) -> Moment {
        Moment {
            mono: span(self.mono),
            wall: span(self.time + self.ahead),
        }
    }

    fn pass(&mut self, seconds: f64) {
        self.time += seconds;
        self.mono += seconds;
    }

    fn take(&mut self, step: &Step) -> Verdict {
        match step {
            Step::Pass { seconds } => self.pass(*seconds),
            Step::Suspend { seconds } => self.time += seconds,
            Step::SetWall { by } => self.ahead += by,
            Step::Call {
                then,
                reason,
                after,
                kind,
            } => {
                return self.call(then, reason.as_deref(), *after, kind.as_deref());
            }
            Step::Attempt { timeout } => {
                let now = self.now();
                let limit = self.state.attempt(self.refresh, now).ok_or("superseded")?;
                self.sent = Some(now);
                if let Some(timeout) = timeout {
                    close("timeout", limit, *timeout)?;
                }
            }
            Step::Reply {
                payload,
                text,
                round_trip,
                date,
                date_off,
                age,
                suspended,
                then,
                generation,
                kind,
                pause,
            } => {
                let sent = self.sent.take().ok_or("no attempt is under way")?;
                self.pass(round_trip / 2.0);
                let server = self.time;
                let token = match (payload, text) {
                    (Some(payload), None) => jwt(&filled(payload, server.floor() as i64)),
                    (None, Some(text)) => text.clone(),
                    _ => return Err("either payload or text".into()),
                };
                self.pass(round_trip / 2.0);
                self.time += suspended;
                let exchange = Exchange {
                    sent,
                    received: self.now(),
                    date: date.then(|| SystemTime::UNIX_EPOCH + span((server + date_off).floor())),
                    has_age: *age,
                };
                let outcome = self.arrive(&token, &exchange);
                let seen = self.apply_outcome(outcome)?;
                same("then", seen.then, then)?;
                if let Some(generation) = generation {
                    same("generation", &self.state.generation, generation)?;
                }
                if let Some(kind) = kind {
                    same("kind", &self.last_kind(), kind)?;
                }
                if let Some(pause) = pause {
                    close("pause", seen.pause, *pause)?;
                }
            }
            Step::Fail {
                terminal,
                retry_after,
                then,
                pause,
            } => {
                self.sent.take().ok_or("no attempt is under way")?;
                let fault = if *terminal {
                    Fault::terminal(Error::new(ErrorKind::Unauthenticated, "rejected"))
                } else {
                    Fault {
                        retry_after: retry_after.map(span),
                        ..Fault::transient(Error::new(ErrorKind::Unavailable, "not ready"))
                    }
                };
                let seen = self.apply_outcome(Err(fault))?;
                same("then", seen.then, then)?;
                if let Some(pause) = pause {
                    close("pause", seen.pause, *pause)?;
                }
            }
            Step::Reject { generation, evicts } => {
                let now = self.now();
                let evicted = self.state.reject(*generation, now);
                same("evicts", &evicted, evicts)?;
                if *generation >= self.state.generation {
                    self.known.reject_newest();
                }
            }
            Step::Invalidate {} => self.state.invalidate(),
            Step::Abandon {} => {
                if !self.state.abandoned(self.refresh) {
                    return Err("that refresh is not under way".into());
                }
            }
            Step::Superseded { refresh } => {
                let now = self.now();
                let fault = Fault::transient(Error::new(ErrorKind::Timeout, "late"));
                if self.state.attempt(*refresh, now).is_some()
                    || self.state.failed(*refresh, fault, self.jitter, now) != Next::Superseded
                {
                    return Err("it goes on as if nothing had happened".into());
                }
            }
            Step::Expect {
                phase,
                valid_for,
                skew,
                generation,
                failures,
            } => return self.expect(phase.as_deref(), *valid_for, *skew, *generation, *failures),
            Step::Windows {
                lifetime,
                jitter,
                advisory,
                mandatory,
            } => {
                let windows = RefreshWindows::of(span(*lifetime), &self.state.settings);
                close("advisory", windows.jittered(*jitter), *advisory)?;
                close("mandatory", windows.mandatory, *mandatory)?;
            }
            Step::Backoff {
                failures,
                jitter,
                pause,
            } => {
                let seen = retry_delays::backoff(&self.state.settings, *failures, *jitter);
                close("pause", seen, *pause)?;
            }
        }
        Ok(())
    }

    fn call(
        &mut self,
        then: &str,
        reason: Option<&str>,
        after: Option<f64>,
        kind: Option<&str>,
    ) -> Verdict {
        let now = self.now();
        let (seen, why, pause, error) = match self.state.decide(now) {
            Decision::Serve => ("serve", None, None, None),
            Decision::ServeAndRefresh(reason) => (
                "serve_and_refresh",
                Some(reason),
                Some(Duration::ZERO),
                None,
            ),
            Decision::Wait => ("wait", None, None, None),
            Decision::Refresh { reason, after } => ("refresh", Some(reason), Some(after), None),
            Decision::Fail(error) => ("fail", None, None, Some(error)),
        };
        same("then", seen, then)?;
        if let Some(pause) = pause {
            self.refresh = self.state.begin(pause, now).id;
        }
        if let Some(reason) = reason {
            same("reason", why.map_or("none", |why| why.name()), reason)?;
        }
        if let Some(after) = after {
            close("after", pause.unwrap_or_default(), after)?;
        }
        if let Some(kind) = kind {
            let seen = error.map(|error| name(error.kind())).unwrap_or_default();
            same("kind", seen.as_str(), kind)?;
        }
        Ok(())
    }

    fn arrive(&mut self, token: &str, exchange: &Exchange) -> Result<ValidatedToken, Fault> {
        if let Some(skew) = Skew::measure(exchange) {
            self.state.skew = Some(skew);
        }
        let validated = ValidatedToken::new(
            &SecretString::new(token),
            exchange,
            self.state.skew,
            &self.state.settings,
            self.jitter,
        )?;
        let usable = self.state.usable(exchange.received);
        let current = self.current.as_ref().filter(|_| usable);
        self.known.compare(validated, current)
    }

    fn apply_outcome(&mut self, outcome: Result<ValidatedToken, Fault>) -> Result<Seen, String> {
        let now = self.now();
        match outcome {
            Ok(validated) => {
                let renewed = self.known.is_newest(&validated);
                self.state
                    .granted(self.refresh, validated.schedule, renewed, now)
                    .ok_or("superseded")?;
                self.known.came_into_use(&validated);
                self.current = Some(validated.header);
                Ok(Seen::new("granted", Duration::ZERO))
            }
            Err(fault) => match self.state.failed(self.refresh, fault, self.jitter, now) {
                Next::Retry(pause) => Ok(Seen::new("retry", pause)),
                Next::GiveUp => Ok(Seen::new("give_up", Duration::ZERO)),
                Next::Superseded => Err("superseded".into()),
            },
        }
    }

    fn expect(
        &self,
        phase: Option<&str>,
        valid_for: Option<f64>,
        skew: Option<Option<f64>>,
        generation: Option<u64>,
        failures: Option<u32>,
    ) -> Verdict {
        let now = self.now();
        if let Some(phase) = phase {
            let seen = match self.state.phase(now) {
                None => "none",
                Some(Phase::Fresh) => "fresh",
                Some(Phase::Advisory) => "advisory",
                Some(Phase::Mandatory) => "mandatory",
                Some(Phase::Expired) => "expired",
            };
            same("phase", seen, phase)?;
        }
        if let Some(valid_for) = valid_for {
            let held = self.state.token.ok_or("no token")?;
            close("valid_for", held.schedule.expiry.left(now), valid_for)?;
        }
        if let Some(skew) = skew {
            let seen = self.state.skew.map(|skew| skew.millis as f64 / 1_000.0);
            same("skew", &seen, &skew)?;
        }
        if let Some(generation) = generation {
            same("generation", &self.state.generation, &generation)?;
        }
        if let Some(failures) = failures {
            let seen = self.state.failure.as_ref().map_or(0, |last| last.count);
            same("failures", &seen, &failures)?;
        }
        Ok(())
    }

    fn last_kind(&self) -> String {
        let failure = self.state.failure.as_ref();
        failure.map_or_else(String::new, |last| name(last.fault.error.kind()))
    }
}

struct Seen {
    then: &'static str,
    pause: Duration,
}

impl Seen {
    fn new(then: &'static str, pause: Duration) -> Self {
        Self { then, pause }
    }
}

/// `ErrorKind::InvalidReply` as `invalid_reply`.
fn name(kind: ErrorKind) -> String {
    let mut name = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// Replaces `@+n` and `@-n` by the time plus or minus n.
fn filled(payload: &str, time: i64) -> String {
    let mut parts = payload.split('@');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part[1..]
            .find(|letter: char| !letter.is_ascii_digit())
            .map_or(part.len(), |end| end + 1);
        let offset: i64 = part[..end].parse().expect("an offset follows @");
        filled.push_str(&(time + offset).to_string());
        filled.push_str(&part[end..]);
    }
    filled
}

fn span(seconds: f64) -> Duration {
    // Whole microseconds: sums of decimal fractions come out as written.
    Duration::from_micros((seconds * 1e6).round() as u64)
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(what: &str, seen: &T, wanted: &T) -> Verdict {
    if seen == wanted {
        Ok(())
    } else {
        Err(format!("{what} is {seen:?}, not {wanted:?}"))
    }
}

fn close(what: &str, seen: Duration, wanted: f64) -> Verdict {
    if (seen.as_secs_f64() - wanted).abs() < 0.002 {
        Ok(())
    } else {
        Err(format!("{what} is {seen:?}, not {wanted} s"))
    }
}
