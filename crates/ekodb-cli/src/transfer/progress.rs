//! The progress bar, on standard error and only on a terminal.

use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// How far an import or export is: by bytes or records of all, with the rate and the time that
/// remains.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    began_with: u64,
}

impl Progress {
    /// A bar up to `total`, or without an end. `records` are those of an earlier run.
    pub(super) fn new(what: &str, total: Option<u64>, records: u64, quiet: bool) -> Self {
        let bar = match (quiet, total) {
            (true, _) => ProgressBar::hidden(),
            (false, Some(total)) => ProgressBar::new(total)
                .with_style(style("{prefix} {wide_bar} {percent:>3}% {msg}, {eta} left")),
            (false, None) => ProgressBar::no_length().with_style(style("{prefix} {spinner} {msg}")),
        };
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            began_with: records,
        }
    }

    pub(super) fn set(&self, position: u64, records: u64) {
        if self.bar.elapsed().is_zero() {
            return;
        }
        // What an earlier run did says nothing about the rate of this one.
        let done = records.saturating_sub(self.began_with);
        let rate = done as f64 / self.bar.elapsed().as_secs_f64();
        self.bar.set_position(position);
        self.bar.set_message(format!(
            "{} records, {}/s",
            HumanCount(records),
            HumanCount(rate as u64)
        ));
    }

    /// Prints a line above the bar.
    pub(super) fn line(&self, text: &str) {
        self.bar.suspend(|| {
            use std::io::Write;

            let _ = writeln!(anstream::stderr(), "{text}");
        });
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
