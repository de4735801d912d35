//! The command, run as a person or a script runs it.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use reqwest::Method;
use serde_json::json;

use crate::support::{http, send};

/// A running command, killed if a test fails before it has stopped it.
struct Running {
    child: Child,
    lines: Vec<String>,
}

impl Running {
    /// Runs it and reads its output up to the last line of the banner.
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut lines = Vec::new();
        for line in out.lines() {
            let line = line.unwrap();
            let last = line.contains("Ctrl-C");
            lines.push(line);
            if last {
                break;
            }
        }
        Self { child, lines }
    }

    fn url(&self) -> &str {
        self.lines[0]
            .strip_prefix("ekodb-emulator is ready on ")
            .unwrap()
    }

    fn key(&self) -> &str {
        let export = self
            .lines
            .iter()
            .find(|line| line.starts_with("export "))
            .unwrap();
        export.split_once("EKODB_API_KEY=").unwrap().1
    }

    /// Asks it to stop, and gives its exit code and what it wrote to standard error.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        let code = self.child.wait().unwrap().code();
        let mut errors = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut errors)
            .unwrap();
        (code, errors)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"));
    command.env_clear().args(["--port", "0"]);
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn token(url: &str, key: &str) -> u16 {
    let request = http()
        .request(Method::POST, format!("{url}/api/auth/token"))
        .json(&json!({ "api_key": key }));
    send(request).await.status.as_u16()
}

#[tokio::test]
async fn it_says_that_it_is_ready_answers_and_stops_cleanly_on_both_signals() {
    for signal in ["-TERM", "-INT"] {
        let running = Running::start(&mut command());
        let ready = running
            .lines
            .iter()
            .filter(|line| line.contains("ready"))
            .count();
        assert_eq!(ready, 1);
        assert_eq!(token(running.url(), running.key()).await, 200);
        assert_eq!(running.stop(signal), (Some(0), String::new()));
    }
}

#[tokio::test]
async fn it_stops_while_a_client_keeps_its_connection_open() {
    let running = Running::start(command().args(["--log", "warn"]));
    let client = http();
    let url = format!("{}/api/health", running.url());
    client
        .get(&url)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    // It warns about connections that do not end in time: an idle one ends at once.
    assert_eq!(running.stop("-TERM"), (Some(0), String::new()));
}

#[tokio::test]
async fn the_port_file_has_the_port() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("port");
    let running = Running::start(command().arg("--port-file").arg(&file));
    let port: u16 = std::fs::read_to_string(&file)
        .unwrap()
        .trim_end()
        .parse()
        .unwrap();
    assert_eq!(running.url(), format!("http://127.0.0.1:{port}"));
    assert_eq!(
        std::fs::read_dir(home.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
}

#[tokio::test]
async fn the_lines_to_copy_set_what_the_client_reads() {
    let running = Running::start(command().args(["--admin-key", "it's-a-key"]));
    let export = running
        .lines
        .iter()
        .find(|line| line.starts_with("export "))
        .unwrap();
    let script = format!("{export}; printf '%s %s' \"$EKODB_API_URL\" \"$EKODB_API_KEY\"");
    let output = run(Command::new("sh").args(["-c", &script]));
    let seen = String::from_utf8(output.stdout).unwrap();
    assert_eq!(seen, format!("{} it's-a-key", running.url()));
}

#[tokio::test]
async fn the_environment_sets_what_flags_set() {
    let home = tempfile::tempdir().unwrap();
    let running = Running::start(
        Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"))
            .env_clear()
            .env("EKODB_EMULATOR_PORT", "0")
            .env("EKODB_EMULATOR_ADMIN_KEY", "key-from-the-environment")
            .env("EKODB_EMULATOR_DATA_DIR", home.path())
            .env("EKODB_EMULATOR_LEGACY_PERMISSIONS", "1"),
    );
    assert_eq!(running.key(), "key-from-the-environment");
    assert_eq!(token(running.url(), "key-from-the-environment").await, 200);
    let probe = format!("{}/api/auth/keys/me/permissions", running.url());
    assert_eq!(http().get(probe).send().await.unwrap().status(), 405);
    assert!(home.path().join("emulator.redb").exists());
}

#[test]
fn the_help_says_what_can_be_set() {
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("help_exec", &["exec", "--help"]),
    ] {
        let output = run(Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"))
            .env_clear()
            .args(arguments));
        insta::assert_snapshot!(name, String::from_utf8(output.stdout).unwrap());
    }
}

#[test]
fn the_help_does_not_show_a_key_from_the_environment() {
    let output = run(command()
        .env("EKODB_EMULATOR_ADMIN_KEY", "not-for-every-eye")
        .arg("--help"));
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("[env: EKODB_EMULATOR_ADMIN_KEY]"), "{help}");
    assert!(!help.contains("not-for-every-eye"), "{help}");
}

#[tokio::test]
async fn the_key_made_at_the_first_start_is_kept_with_the_data() {
    let home = tempfile::tempdir().unwrap();
    let keep = |directory: &Path| Running::start(command().arg("--data-dir").arg(directory));
    let first = keep(home.path());
    let key = first.key().to_owned();
    assert_eq!(first.stop("-TERM").0, Some(0));
    assert_eq!(keep(home.path()).key(), key);
}

#[tokio::test]
async fn a_second_process_on_the_same_data_is_refused_in_one_line() {
    let home = tempfile::tempdir().unwrap();
    let _running = Running::start(command().arg("--data-dir").arg(home.path()));
    let second = run(command().arg("--data-dir").arg(home.path()));
    assert_eq!(second.status.code(), Some(1));
    let errors = errors(&second);
    assert!(errors.starts_with("error: the data directory "), "{errors}");
    assert!(errors.contains("in use by another emulator"), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
}

#[tokio::test]
async fn wrong_arguments_are_refused_in_words() {
    for (arguments, expected) in [
        (["--token-lifetime", "soon"], "such as 30s, 5m or 1h"),
        (["--token-lifetime", "0s"], "the token lifetime is zero"),
        (["--admin-key", "two words"], "without spaces"),
        (["--port", "99999"], "invalid value"),
    ] {
        let output = run(Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"))
            .env_clear()
            .args(arguments));
        assert!(!output.status.success());
        let errors = errors(&output);
        assert!(errors.contains(expected), "{errors}");
        assert!(!errors.contains("panicked"), "{errors}");
    }
}

#[tokio::test]
async fn the_log_has_no_secret_in_it() {
    let running = Running::start(command().args(["--log", "trace"]));
    let (url, key) = (running.url().to_owned(), running.key().to_owned());
    let login = http()
        .post(format!("{url}/api/auth/token"))
        .json(&json!({ "api_key": key }));
    let token = send(login).await.body["token"].as_str().unwrap().to_owned();
    let revoke = http()
        .delete(format!("{url}/api/auth/keys/{key}"))
        .bearer_auth(&token);
    assert_eq!(send(revoke).await.status, 204);
    let wrong = http()
        .get(format!("{url}/api/auth/keys/{key}/more"))
        .bearer_auth(&token);
    assert_eq!(send(wrong).await.status, 405);

    let (code, log) = running.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(
        log.contains("/api/auth/keys/{key}"),
        "requests are logged: {log}"
    );
    assert!(!log.contains(&key), "the key is in the log: {log}");
    assert!(!log.contains(&token), "the token is in the log: {log}");
}

#[tokio::test]
async fn the_page_about_the_api_is_announced_unless_it_is_switched_off() {
    let shown = Running::start(&mut command());
    let line = format!("docs: {}/docs", shown.url());
    assert!(shown.lines.contains(&line), "{:?}", shown.lines);
    let url = line.trim_start_matches("docs: ");
    assert_eq!(http().get(url).send().await.unwrap().status(), 200);

    for hidden in [
        Running::start(command().arg("--no-docs")),
        Running::start(command().env("EKODB_EMULATOR_NO_DOCS", "1")),
    ] {
        assert!(!hidden.lines.iter().any(|line| line.starts_with("docs: ")));
        let url = format!("{}/docs", hidden.url());
        assert_eq!(http().get(url).send().await.unwrap().status(), 404);
    }
}

#[tokio::test]
async fn the_admin_key_is_read_from_a_file() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("key");
    std::fs::write(&path, "key-from-a-file-0123456789-abcdefghij\n").unwrap();
    let running = Running::start(command().arg("--admin-key-file").arg(&path));
    assert_eq!(running.key(), "key-from-a-file-0123456789-abcdefghij");

    let missing = command()
        .arg("--admin-key-file")
        .arg(home.path().join("missing"))
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(1));
    let error = String::from_utf8(missing.stderr).unwrap();
    assert!(error.contains("cannot read the admin key from"), "{error}");
}

#[tokio::test]
async fn serve_is_a_word_for_the_default() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"));
    let running = Running::start(command.env_clear().args(["serve", "--port", "0"]));
    assert_eq!(token(running.url(), running.key()).await, 200);
}

#[tokio::test]
async fn an_emulator_for_the_network_warns_and_is_called_by_the_loopback_address() {
    let running = Running::start(command().args(["--host", "0.0.0.0"]));
    assert!(
        running.url().starts_with("http://127.0.0.1:"),
        "{}",
        running.url()
    );
    assert_eq!(token(running.url(), running.key()).await, 200);
    let (_, errors) = running.stop("-TERM");
    assert!(
        errors.contains("others on the network can reach the emulator"),
        "{errors}"
    );
}

#[tokio::test]
async fn rust_log_is_the_filter_of_the_log_unless_a_flag_is() {
    for (environment, flag, logged) in [
        (None, None, false),
        (Some("ekodb_emulator=info"), None, true),
        (Some(""), None, false),
        (Some("ekodb_emulator=info"), Some("error"), false),
        (Some("error"), Some("ekodb_emulator=info"), true),
    ] {
        let mut command = command();
        command.envs(environment.map(|filter| ("RUST_LOG", filter)));
        command.args(flag.map(|filter| ["--log", filter]).into_iter().flatten());
        let running = Running::start(&mut command);
        token(running.url(), running.key()).await;
        let (_, errors) = running.stop("-TERM");
        assert_eq!(
            !errors.is_empty(),
            logged,
            "{environment:?} {flag:?}: {errors}"
        );
    }
}

#[tokio::test]
async fn the_number_that_repeats_a_shuffled_order_is_said() {
    let running = Running::start(command().arg("--shuffle"));
    let (_, errors) = running.stop("-TERM");
    let seed = errors.trim_end().split_once("--shuffle-seed ").unwrap().1;
    let running = Running::start(command().args(["--shuffle-seed", seed]));
    assert_eq!(running.stop("-TERM"), (Some(0), errors));
}
