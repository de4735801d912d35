//! What a reply says of a probe.

use serde_json::Value as Json;

use super::{exchange::Exchange, placeholders::Names, probe::Probe, step::Step, verdict::Outcome};

/// Whether the probe can go on after a request that prepares it; else what becomes of it.
pub(super) fn prepared(
    basis: Option<&str>,
    step: &Step,
    exchange: &Exchange,
    names: &mut Names,
) -> Option<Outcome> {
    let operation = step.operation.id;
    let stopped = |reason: String| match basis {
        Some(basis) => Some(Outcome::needs(basis, reason)),
        None => Some(Outcome::untestable(reason)),
    };
    let answer = match &exchange.reply {
        Ok(answer) => answer,
        Err(error) => return Some(Outcome::untestable(format!("no reply: {error}"))),
    };
    if answer.is_failure_of_the_server() {
        return Some(failed(answer.status));
    }
    if answer.is_success() == step.refused {
        let status = answer.status;
        return stopped(format!(
            "to prepare it, {operation} was answered with HTTP {status}"
        ));
    }
    if let Some((name, place)) = &step.save {
        match answer.body.pointer(place).and_then(Json::as_str) {
            Some(value) => names.set(name, value.to_owned()),
            None => return stopped(format!("the reply of {operation} has no string at {place}")),
        }
    }
    None
}

/// What the reply to the request that decides says.
pub(super) fn judge(probe: &Probe, exchange: &Exchange, names: &Names) -> Outcome {
    let answer = match &exchange.reply {
        Ok(answer) => answer,
        Err(error) => return Outcome::untestable(format!("no reply: {error}")),
    };
    let body = answer.judged();
    let confirmed = probe
        .confirms
        .iter()
        .any(|expectation| expectation.holds(answer.status, &body, names));
    if confirmed {
        Outcome::Confirmed
    } else if answer.is_failure_of_the_server() {
        failed(answer.status)
    } else {
        Outcome::Refuted
    }
}

fn failed(status: u16) -> Outcome {
    Outcome::untestable(format!("the server failed: HTTP {status}"))
}
