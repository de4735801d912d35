//! Counts instructions and allocations with valgrind's callgrind.

use std::{
    collections::HashSet,
    path::Path,
    process::{Command, Stdio},
};

use crate::{command, files};

/// What one run of a program took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) instructions: u64,
    /// Calls of the allocator: new blocks, and blocks that change their size.
    pub(super) allocations: u64,
}

const ALLOCATORS: [&str; 5] = [
    "malloc",
    "calloc",
    "realloc",
    "aligned_alloc",
    "posix_memalign",
];

/// Refuses to go on without valgrind.
pub(super) fn find() -> Result<(), String> {
    let found = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    match found {
        Ok(status) if status.success() => Ok(()),
        _ => Err(
            "valgrind cannot be run; install it from the packages of your system, such as `apt-get install valgrind`"
                .to_owned(),
        ),
    }
}

/// Runs a command and counts. `file` is where callgrind writes.
pub(super) fn count(program: &[String], file: &Path) -> Result<Counts, String> {
    command::run(
        Command::new("valgrind")
            .arg("--tool=callgrind")
            .arg(format!("--callgrind-out-file={}", file.display()))
            .args(program),
    )?;
    read(&files::read(file)?).ok_or_else(|| format!("{}: no totals", file.display()))
}

/// Reads the profile: callgrind names a function once, and by its number afterwards.
fn read(profile: &str) -> Option<Counts> {
    let mut instructions = None;
    let mut allocators = HashSet::new();
    let mut is_allocator = false;
    let mut allocations = 0;
    for line in profile.lines() {
        if let Some(total) = line.strip_prefix("totals: ") {
            instructions = Some(total.trim().parse().ok()?);
        } else if let Some(calls) = line.strip_prefix("calls=") {
            if is_allocator {
                allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
            }
        } else if let Some((kind, function)) = line.split_once('=')
            && matches!(kind, "fn" | "cfn")
        {
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            if ALLOCATORS.contains(&name) {
                allocators.insert(number);
            }
            if kind == "cfn" {
                is_allocator = allocators.contains(number);
            }
        }
    }
    Some(Counts {
        instructions: instructions?,
        allocations,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_with_the_calls_of_the_allocator() {
        let profile = "\
events: Ir
fn=(1) main
12 100
cfn=(2) malloc
calls=3 70
12 30
cfn=(3) free
calls=9 80
12 9
fn=(4) other
cfn=(2)
calls=2 70
cfn=(5) realloc
calls=1 90
fn=(2)
70 50
totals: 1234
";
        let counts = Counts {
            instructions: 1_234,
            allocations: 6,
        };
        assert_eq!(read(profile), Some(counts));
    }

    #[test]
    fn a_profile_that_breaks_off_is_refused() {
        assert_eq!(read("events: Ir\nfn=(1) main\n"), None);
    }
}
