//! The command in a world of its own: an emulator, a home, and nothing of the environment.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use ekodb_client::{Client, Record};
use ekodb_emulator::{Emulator, EmulatorBuilder, Seed};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// A canary: no output may hold it.
pub(crate) const ADMIN_KEY: &str = "admin-canary-0123456789-abcdefghijkl";

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    directory: TempDir,
}

/// What a run of the command gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(change: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder) -> Self {
        let builder = Emulator::builder().admin_key(ADMIN_KEY);
        Self {
            emulator: change(builder).start().await.expect("the emulator starts"),
            directory: TempDir::new().expect("there is a directory for tests"),
        }
    }

    /// A world with the collection `users`: Ada, Bob and Cyd.
    pub(crate) async fn with_users() -> Self {
        let world = Self::new().await;
        let users = [
            json!({"id": "ada", "name": "Ada", "age": 36, "status": "new"}),
            json!({"id": "bob", "name": "Bob", "age": 9, "status": "open"}),
            json!({"id": "cyd", "name": "Cyd", "age": 101, "status": "old", "tags": ["x", "y"]}),
        ];
        world.seed("users", users).await;
        world
    }

    pub(crate) async fn seed(&self, collection: &str, records: impl IntoIterator<Item = Json>) {
        let lines: String = records
            .into_iter()
            .map(|record| format!("{}\n", json!({"collection": collection, "record": record})))
            .collect();
        self.emulator
            .seed(Seed::ndjson(lines))
            .await
            .expect("the seed is valid");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("the directory can be written");
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file exists")
    }

    pub(crate) fn client(&self) -> Client {
        Client::builder()
            .base_url(self.emulator.url())
            .api_key(ADMIN_KEY)
            .build()
            .expect("the client is configured")
    }

    /// All records of a collection, by their ids.
    pub(crate) async fn records(&self, collection: &str) -> Vec<Record> {
        let find = self.client().collection(collection).find();
        find.sort_asc("id").await.expect("the server answers")
    }

    /// The command with these arguments, as a person types them, and without a server or key in its
    /// environment.
    #[track_caller]
    pub(crate) fn bare(&self, line: impl AsRef<str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ekodb"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.directory.path())
            .env("EKODB_CONFIG_DIR", self.path("config"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .current_dir(self.directory.path())
            .args(shlex::split(line.as_ref()).expect("the quotes are closed"));
        command
    }

    /// The command with the emulator and its admin key in its environment.
    #[track_caller]
    pub(crate) fn command(&self, line: impl AsRef<str>) -> Command {
        let mut command = self.bare(line);
        command
            .env("EKODB_API_URL", self.emulator.url())
            .env("EKODB_API_KEY", ADMIN_KEY);
        command
    }

    #[track_caller]
    pub(crate) fn run(&self, line: impl AsRef<str>) -> Run {
        run(self.command(line))
    }

    /// Runs the command with another key than that of the admin.
    #[track_caller]
    pub(crate) fn run_as(&self, key: &str, line: &str) -> Run {
        let mut command = self.command(line);
        command.env("EKODB_API_KEY", key.trim());
        run(command)
    }

    /// Runs `ekodb login`, which must succeed.
    #[track_caller]
    pub(crate) fn log_in(&self, options: &str) -> Run {
        let login = self.bare(format!("login --url {} {options}", self.emulator.url()));
        run_with(login, ADMIN_KEY).succeeded()
    }

    /// Runs the command, which must succeed. Returns its standard output.
    #[track_caller]
    pub(crate) fn ok(&self, line: impl AsRef<str>) -> String {
        self.run(line).succeeded().stdout
    }

    /// Runs the command, which must print JSON.
    #[track_caller]
    pub(crate) fn json(&self, line: impl AsRef<str>) -> Json {
        self.run(line).json()
    }

    /// Runs the command, which must fail with this code. Returns its standard error.
    #[track_caller]
    pub(crate) fn fails(&self, line: impl AsRef<str>, code: i32) -> String {
        let line = line.as_ref();
        let run = self.run(line);
        assert_eq!(run.code, Some(code), "{line}: {run:?}");
        run.stderr
    }

    /// A text without what differs from run to run.
    pub(crate) fn stable(&self, text: &str) -> String {
        let directory = self.directory.path().display().to_string();
        text.replace(&self.emulator.url().to_string(), "URL")
            .replace(&directory, "DIR")
    }
}

#[track_caller]
pub(crate) fn run(command: Command) -> Run {
    run_with(command, "")
}

/// Runs a command with a text as its standard input.
#[track_caller]
pub(crate) fn run_with(mut command: Command, input: &str) -> Run {
    let output = tokio::task::block_in_place(|| {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        // A command that does not read its input may have closed it.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("the command ends")
    });
    Run::new(output)
}

impl Run {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// The JSON on the standard output of a run that must succeed.
    #[track_caller]
    pub(crate) fn json(self) -> Json {
        serde_json::from_str(&self.succeeded().stdout).expect("it is JSON")
    }

    #[track_caller]
    fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
        let run = Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains(ADMIN_KEY), "the key was printed");
            assert!(!text.contains("panicked"), "{text}");
        }
        run
    }
}
