//! `cargo xtask ci`: what must hold for every commit on main, with a table of times.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::{command, terminal::print_line};

/// One command. The first word is the program.
struct Step {
    command: &'static str,
    environment: &'static [(&'static str, &'static str)],
    runs: Runs,
}

/// When a step runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    Always,
    OnlyInFull,
    /// A part of what the full run does.
    OnlyWhenQuick,
}

const fn step(command: &'static str) -> Step {
    Step {
        command,
        environment: &[],
        runs: Runs::OnlyInFull,
    }
}

const fn always(command: &'static str) -> Step {
    Step {
        runs: Runs::Always,
        ..step(command)
    }
}

const STEPS: &[Step] = &[
    always("cargo fmt --all --check"),
    always("cargo clippy --workspace --all-targets --all-features --locked -- -D warnings"),
    always("cargo xtask codegen --check"),
    always("cargo xtask spec lint"),
    always("cargo xtask spec diff"),
    // A second opinion on the document, from the registry of npm. It reports to its makers unless
    // it is told not to.
    Step {
        environment: &[
            ("REDOCLY_TELEMETRY", "off"),
            ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
        ],
        ..step("npx --yes @redocly/cli@2.77.0 lint --config spec/redocly.yaml spec/ekodb.yaml")
    },
    always("cargo xtask tidy"),
    Step {
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
        ..step("cargo doc --workspace --no-deps --all-features --locked")
    },
    step("cargo xtask public-api --check"),
    // The client with each of its features: a minute and a half.
    step("cargo xtask features"),
    // Each published crate, built from its package: six minutes of one core from nothing.
    step("cargo xtask package"),
    // Every operation under every check, seeded and bounded. Its packages come from the registry of
    // PyPI, into target/.
    step("tests/schemathesis/run"),
    // Clients in other languages, generated from the contract.
    step("tests/foreign/run"),
    // The official Python client, built from the registry of PyPI into target/ (two to three
    // minutes of one core).
    step("tests/interop/python/run --quiet"),
    // The emulator's page about the API, in headless Chromium. Chromium comes from Debian's
    // packages, the rest from npm.
    step("tests/browser/run"),
    // What a call costs, counted by valgrind; three to four minutes of one core, most of them to
    // build.
    step("cargo xtask bench check"),
    Step {
        runs: Runs::OnlyWhenQuick,
        ..step("cargo test --workspace --all-features --locked --lib --bins")
    },
    step("cargo test --workspace --all-features --locked"),
];

/// Runs the steps up to the first that fails, and prints how long each took. Returns whether all
/// passed.
pub(crate) fn run(root: &Path, only_quick: bool) -> Result<bool, String> {
    let mut times = Vec::new();
    let mut passed = true;
    let left_out = if only_quick {
        Runs::OnlyInFull
    } else {
        Runs::OnlyWhenQuick
    };
    for step in STEPS.iter().filter(|step| step.runs != left_out) {
        print_line(format_args!("\n== {}", step.command));
        let (began, before) = (Instant::now(), command::processor_seconds());
        passed = step.run(root)?;
        times.push(Time {
            command: step.command,
            elapsed: began.elapsed(),
            processor: before
                .and_then(|before| Ok(command::processor_seconds()? - before))
                .ok(),
        });
        if !passed {
            break;
        }
    }
    print_times(&times);
    if !passed && let Some(time) = times.last() {
        print_line(format_args!("failed: {}", time.command));
    }
    Ok(passed)
}

impl Step {
    fn run(&self, root: &Path) -> Result<bool, String> {
        let mut words = self.command.split(' ');
        let program = words.next().unwrap_or_default();
        let program = if program.contains('/') {
            root.join(program)
        } else {
            program.into()
        };
        Command::new(&program)
            .args(words)
            .envs(self.environment.iter().copied())
            .current_dir(root)
            .status()
            .map(|status| status.success())
            .map_err(|error| format!("{} cannot be run: {error}", program.display()))
    }
}

/// How long a step took.
struct Time {
    command: &'static str,
    elapsed: Duration,
    /// Seconds of the processor, all cores together, where the system says so. Programs that others
    /// run at the same time make `elapsed` longer, and this hardly.
    processor: Option<f64>,
}

fn print_times(times: &[Time]) {
    print_line(format_args!("\n    time  processor  step"));
    for time in times {
        print_time(time.elapsed, time.processor, time.command);
    }
    let elapsed = times.iter().map(|time| time.elapsed).sum();
    print_time(
        elapsed,
        times.iter().map(|time| time.processor).sum(),
        "in all",
    );
}

fn print_time(elapsed: Duration, processor: Option<f64>, what: &str) {
    let elapsed = elapsed.as_secs_f64();
    let processor = processor.map_or_else(String::new, |seconds| format!("{seconds:.1}s"));
    print_line(format_args!("{elapsed:7.1}s  {processor:>9}  {what}"));
}
