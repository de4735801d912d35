//! Running cargo and other programs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// Builds one package in a profile, with further arguments of cargo, and returns its program.
pub(crate) fn build(root: &Path, profile: &str, arguments: &[&str]) -> Result<PathBuf, String> {
    let output = run(cargo(root)
        .args([
            "build",
            "--profile",
            profile,
            "--quiet",
            "--locked",
            "--message-format=json-render-diagnostics",
        ])
        .args(arguments)
        .stderr(Stdio::inherit()))?;
    output
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .next_back()
        .ok_or_else(|| format!("cargo build {} built no program", arguments.join(" ")))
}

/// The cargo that runs this program.
pub(crate) fn cargo(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root);
    command
}

/// What a command prints.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let shown = format!("{command:?}");
    let output = command
        .output()
        .map_err(|error| format!("{shown} cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "{shown} failed: {}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{shown} printed what is not UTF-8"))
}

/// What the children of this process have taken of the processor so far.
pub(crate) fn processor_seconds() -> Result<f64, String> {
    let unreadable = || "the time of the processor is only known on Linux, from /proc".to_owned();
    let text = fs::read_to_string("/proc/self/stat").map_err(|_| unreadable())?;
    read_processor_seconds(&text).ok_or_else(unreadable)
}

/// After the name, which may hold anything, user and system time of children are the 14th and 15th
/// of the numbers. Linux counts hundredths of a second there, whatever its kernel does.
fn read_processor_seconds(stat: &str) -> Option<f64> {
    let (_, numbers) = stat.rsplit_once(')')?;
    let mut numbers = numbers.split_whitespace().skip(13);
    let user: f64 = numbers.next()?.parse().ok()?;
    let system: f64 = numbers.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_is_found_behind_a_name_with_brackets() {
        let stat = "1 (a) b) S 2 3 4 5 6 7 8 9 10 11 12 13 250 150 20 0";
        assert_eq!(read_processor_seconds(stat), Some(4.0));
    }
}
