//! The tooling as a person uses it: run as a command on a repository of its own.

mod codegen;
mod lint;
mod spec;
mod surface;
mod tidy;
mod traps;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// Where the document is.
const SPEC: &str = "spec/ekodb.yaml";

/// A repository of a test.
struct Repository(TempDir);

/// What a run of a command gave.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Repository {
    /// A repository that holds nothing but a document.
    fn new(spec: &str) -> Self {
        let root = Self(tempfile::tempdir().unwrap());
        root.write(SPEC, spec);
        root
    }

    /// A repository with a document and all that is generated from it.
    #[track_caller]
    fn generated(spec: &str) -> Self {
        let root = Self::new(spec);
        root.ok("codegen");
        root
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, command: &str) -> Run {
        xtask(self.0.path(), command)
    }

    /// Runs a command, which must succeed.
    #[track_caller]
    fn ok(&self, command: &str) -> Run {
        self.ends(command, 0)
    }

    /// Runs a command, which must end with this code.
    #[track_caller]
    fn ends(&self, command: &str, code: i32) -> Run {
        let run = self.run(command);
        assert_eq!(run.code, Some(code), "{command}: {run:?}");
        run
    }
}

impl Run {
    #[track_caller]
    fn stdout_has(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "{text:?}: {self:?}");
        self
    }

    #[track_caller]
    fn stderr_has(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "{text:?}: {self:?}");
        self
    }
}

/// Runs a command of words without blanks.
fn xtask(root: &Path, command: &str) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(command.split(' '))
        .arg("--root")
        .arg(root)
        .output()
        .unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A small document in which nothing is wrong.
const GOOD: &str = include_str!("../fixtures/good.yaml");
