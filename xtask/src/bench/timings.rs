//! What depends on the machine and its load: times, as ratios of runs that take turns.

use std::path::Path;

use serde::Serialize;

use super::{
    comparisons::{BUILDS, Contender, LOOK_UPS, REQUESTS, TASKS},
    program::Programs,
    server::Server,
};

/// Requests per second of a contender, as multiples of the base's in the same round.
#[derive(Debug, Serialize)]
pub(super) struct Rate {
    pub(super) contender: &'static str,
    pub(super) tasks: usize,
    /// The median of the rounds.
    pub(super) per_second: f64,
    pub(super) ratio: Spread,
}

/// How long something takes, in nanoseconds.
#[derive(Debug, Serialize)]
pub(super) struct Time {
    pub(super) name: String,
    pub(super) nanoseconds: Spread,
}

/// The median of some rounds, and how far they went apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    pub(super) least: f64,
    pub(super) median: f64,
    pub(super) most: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Self {
            least: at(0),
            median: at(values.len() / 2),
            most: at(values.len().saturating_sub(1)),
        }
    }
}

/// So many that a run takes about a second.
const REQUESTS_PER_RUN: u32 = 20_000;

/// How many requests the contenders make in a second.
pub(super) fn requests(root: &Path, rounds: usize) -> Result<Vec<Rate>, String> {
    let programs = Programs::build(root, REQUESTS.map(|contender| contender.package))?;
    let server = Server::start(root)?;
    let mut rates = Vec::new();
    for tasks in TASKS {
        let seconds = in_turns(&REQUESTS, rounds, |contender| {
            let time = programs.time(contender, &server, REQUESTS_PER_RUN as usize, tasks)?;
            Ok(time / 1e9)
        })?;
        let base = seconds[0].clone();
        for (contender, seconds) in REQUESTS.iter().zip(seconds) {
            let ratios = base.iter().zip(&seconds).map(|(base, own)| base / own);
            rates.push(Rate {
                contender: contender.label,
                tasks,
                per_second: f64::from(REQUESTS_PER_RUN) / Spread::of(seconds.clone()).median,
                ratio: Spread::of(ratios.collect()),
            });
        }
    }
    Ok(rates)
}

/// How long it takes to set up a client, the first of a process and each after it, and to look a
/// token up.
pub(super) fn times(root: &Path, rounds: usize) -> Result<Vec<Time>, String> {
    let contenders = BUILDS.iter().chain(&LOOK_UPS);
    let programs = Programs::build(root, contenders.map(|contender| contender.package))?;
    let server = Server::start(root)?;
    let mut times = Vec::new();
    for (name, units, divisor) in [("first", 1, 1.0), ("later", 100, 100.0)] {
        let measured = in_turns(&BUILDS, rounds, |contender| {
            Ok(programs.time(contender, &server, units, 0)? / divisor)
        })?;
        for (contender, nanoseconds) in BUILDS.iter().zip(measured) {
            times.push(Time {
                name: format!("set up a client, {name} / {}", contender.label),
                nanoseconds: Spread::of(nanoseconds),
            });
        }
    }
    for (tasks, workers) in [(1, 1.0), (64, 2.0)] {
        // So many that the programs' two threads are the smaller part.
        const UNITS: u32 = 5_000_000;
        let measured = in_turns(&LOOK_UPS, rounds, |contender| {
            let time = programs.time(contender, &server, UNITS as usize, tasks)?;
            Ok(time * workers / f64::from(UNITS))
        })?;
        for (contender, nanoseconds) in LOOK_UPS.iter().zip(measured) {
            times.push(Time {
                name: format!(
                    "look up the token, {tasks} tasks, each thread / {}",
                    contender.label
                ),
                nanoseconds: Spread::of(nanoseconds),
            });
        }
    }
    Ok(times)
}

/// Measures each contender once a round, so that a change of the machine's load meets all of them.
fn in_turns(
    contenders: &[Contender],
    rounds: usize,
    mut measure: impl FnMut(Contender) -> Result<f64, String>,
) -> Result<Vec<Vec<f64>>, String> {
    let mut measured = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for (values, contender) in measured.iter_mut().zip(contenders) {
            values.push(measure(*contender)?);
        }
    }
    Ok(measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_the_median_between_its_ends() {
        let spread = Spread {
            least: 1.0,
            median: 3.0,
            most: 9.0,
        };
        assert_eq!(Spread::of(vec![9.0, 1.0, 3.0]), spread);
    }

    #[test]
    fn contenders_take_turns() {
        let mut order = Vec::new();
        let measured = in_turns(&REQUESTS[..2], 2, |contender| {
            order.push(contender.label);
            Ok(order.len() as f64)
        });
        assert_eq!(order, ["reqwest", "sdk", "reqwest", "sdk"]);
        assert_eq!(measured.unwrap(), [[1.0, 3.0], [2.0, 4.0]]);
    }
}
