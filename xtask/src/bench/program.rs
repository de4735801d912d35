//! The programs of the benchmark: each is a package of its own, and built by itself, so that none
//! gets the features of another.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
};

use super::{comparisons::Contender, server::Server};
use crate::command::{build, run};

/// The programs that were built, by their packages.
pub(super) struct Programs(HashMap<&'static str, PathBuf>);

impl Programs {
    pub(super) fn build(
        root: &Path,
        packages: impl IntoIterator<Item = &'static str>,
    ) -> Result<Self, String> {
        let mut built = HashMap::new();
        for package in packages {
            if !built.contains_key(package) {
                let name = format!("ekodb-bench-{package}");
                built.insert(package, build(root, "bench", &["-p", &name])?);
            }
        }
        Ok(Self(built))
    }

    pub(super) fn path(&self, package: &str) -> Result<&Path, String> {
        let path = self.0.get(package).map(PathBuf::as_path);
        path.ok_or_else(|| format!("ekodb-bench-{package} was not built"))
    }

    /// The command that does so many units. With 0 tasks it can be counted.
    pub(super) fn command(
        &self,
        contender: Contender,
        server: &Server,
        units: usize,
        tasks: usize,
    ) -> Result<Vec<String>, String> {
        Ok(vec![
            self.path(contender.package)?.display().to_string(),
            server.url().to_owned(),
            contender.scenario.to_owned(),
            units.to_string(),
            tasks.to_string(),
        ])
    }

    /// The nanoseconds that so many units took.
    pub(super) fn time(
        &self,
        contender: Contender,
        server: &Server,
        units: usize,
        tasks: usize,
    ) -> Result<f64, String> {
        let command = self.command(contender, server, units, tasks)?;
        let output = run(Command::new(&command[0]).args(&command[1..]))?;
        let text = output.trim();
        text.parse()
            .map_err(|_| format!("{} printed no time but `{text}`", command.join(" ")))
    }
}
