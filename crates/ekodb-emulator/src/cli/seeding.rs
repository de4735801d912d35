//! Showing how far a seed is, and what it has stored.

use std::io::{self, Write};
use std::path::Path;

use crate::{Seed, Seeded};
use indicatif::{HumanCount, ProgressBar, ProgressFinish, ProgressStyle};

/// The seed at a path, shown on standard error: as a bar on a terminal while it is stored, and in
/// one line afterwards.
pub(super) fn shown(path: &Path) -> Seed {
    let name = path.display().to_string();
    // It draws nothing where standard error is no terminal.
    let bar = ProgressBar::no_length()
        .with_style(style())
        .with_prefix(format!("seeding from {name}"))
        .with_finish(ProgressFinish::AndClear);
    Seed::path(path).watch(move |progress| {
        if progress.done {
            bar.finish_and_clear();
            let _ = writeln!(io::stderr(), "{} from {name}", words(progress.seeded));
        } else {
            bar.set_length(progress.total_bytes);
            bar.set_position(progress.bytes);
            bar.set_message(format!("{} records", HumanCount(progress.seeded.records)));
        }
    })
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix} {wide_bar} {percent:>3}% {msg} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn words(
    Seeded {
        records,
        collections,
        ..
    }: Seeded,
) -> String {
    let plural = |number: u64| if number == 1 { "" } else { "s" };
    format!(
        "seeded {} record{} into {} collection{}",
        HumanCount(records),
        plural(records),
        HumanCount(collections),
        plural(collections),
    )
}
