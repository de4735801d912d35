//! A command that runs with an emulator of its own.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::json;

use crate::support::{http, send};

fn emulator() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// `exec` of a shell script.
fn exec(script: &str) -> Command {
    let mut command = emulator();
    command.args(["exec", "--", "sh", "-c", script]);
    command
}

fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// Starts it with pipes to the command's input and output.
fn piped(command: &mut Command) -> (Child, BufReader<ChildStdout>) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

fn line(out: &mut impl BufRead) -> String {
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[tokio::test]
async fn the_command_finds_the_emulator_through_its_environment() {
    let script = "echo $EKODB_API_URL; echo $EKODB_API_KEY; read go";
    let (mut child, mut out) = piped(&mut exec(script));
    let (url, key) = (line(&mut out), line(&mut out));
    let request = http()
        .post(format!("{url}/api/auth/token"))
        .json(&json!({ "api_key": key }));
    assert_eq!(send(request).await.status, 200);

    writeln!(child.stdin.take().unwrap(), "go").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let address = url.strip_prefix("http://").unwrap();
    assert!(TcpStream::connect(address).is_err(), "it stopped with it");
}

#[test]
fn it_exits_as_the_command_does() {
    for code in [0, 1, 7, 101, 255] {
        assert_eq!(output(&mut exec(&format!("exit {code}"))).0, Some(code));
    }
}

#[test]
fn a_command_killed_by_a_signal_gives_128_and_the_signal() {
    assert_eq!(output(&mut exec("kill -KILL $$")).0, Some(128 + 9));
    assert_eq!(output(&mut exec("kill -TERM $$")).0, Some(128 + 15));
}

#[test]
fn standard_output_is_the_commands_alone() {
    let (code, out, errors) = output(&mut exec("echo told; echo warned >&2"));
    assert_eq!((code, &*out), (Some(0), "told\n"));
    let (ready, rest) = errors.split_once('\n').unwrap();
    assert!(
        ready.starts_with("ekodb-emulator is ready on http://127.0.0.1:"),
        "{ready}"
    );
    assert_eq!(rest, "warned\n");
}

#[test]
fn standard_input_is_the_commands() {
    let (mut child, mut out) = piped(&mut exec("read word; echo got $word"));
    writeln!(child.stdin.take().unwrap(), "something").unwrap();
    assert_eq!(line(&mut out), "got something");
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_command_that_is_not_there_gives_127_and_says_so() {
    let (code, _, errors) = output(emulator().args(["exec", "--", "no-such-command-anywhere"]));
    assert_eq!(code, Some(127));
    assert!(
        errors.contains("error: cannot run no-such-command-anywhere: there is no such command"),
        "{errors}"
    );
}

#[test]
fn a_file_that_cannot_be_executed_gives_126_and_says_so() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (code, _, errors) = output(emulator().args(["exec", "--"]).arg(file.path()));
    assert_eq!(code, Some(126));
    assert!(errors.contains("error: cannot run "), "{errors}");
    assert!(errors.contains("denied"), "{errors}");
}

#[test]
fn without_an_emulator_the_command_is_not_run_and_the_code_is_125() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, out, errors) =
        output(emulator().args(["exec", "--port", &port, "--", "echo", "ran"]));
    assert_eq!((code, &*out), (Some(125), ""));
    assert!(errors.contains("error: cannot listen on "), "{errors}");
}

#[test]
fn without_a_command_it_says_how_to_name_one() {
    let (code, _, errors) = output(emulator().arg("exec"));
    assert_eq!(code, Some(2));
    assert!(errors.contains("<COMMAND>..."), "{errors}");
}

#[test]
fn the_flags_of_the_server_are_good_with_exec() {
    let script = "echo $EKODB_API_URL $EKODB_API_KEY";
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("port");
    let (code, out, errors) = output(
        emulator()
            .args(["exec", "--admin-key", "chosen-key", "--port-file"])
            .arg(&file)
            .args(["--", "sh", "-c", script]),
    );
    assert_eq!(code, Some(0), "{errors}");
    let port = std::fs::read_to_string(&file).unwrap();
    let port = port.trim_end();
    assert_eq!(out, format!("http://127.0.0.1:{port} chosen-key\n"));
}

#[test]
fn a_flag_before_exec_is_as_good_as_one_behind_it() {
    let script = "echo $EKODB_API_KEY";
    let before = ["--admin-key", "before", "exec", "--", "sh", "-c", script];
    let (code, out, errors) = output(emulator().args(before));
    assert_eq!((code, &*out), (Some(0), "before\n"), "{errors}");

    let both = [
        "--admin-key",
        "x",
        "exec",
        "--admin-key",
        "behind",
        "--",
        "sh",
        "-c",
        script,
    ];
    let (code, out, errors) = output(emulator().args(both));
    assert_eq!((code, &*out), (Some(0), "behind\n"), "{errors}");
}

#[test]
fn flags_that_exclude_each_other_do_so_across_exec() {
    let words = ["--memory", "exec", "--data-dir", "nowhere", "--", "true"];
    let (code, _, errors) = output(emulator().args(words));
    assert_eq!(code, Some(125));
    assert!(
        errors.contains("--memory and --data-dir cannot be used together"),
        "{errors}"
    );
    assert!(!std::path::Path::new("nowhere").exists());
}

#[test]
fn the_arguments_of_the_command_are_its_own() {
    for separator in [&["--"][..], &[]] {
        let (code, out, errors) = output(
            emulator()
                .arg("exec")
                .args(separator)
                .args(["echo", "--port", "1", "--", "-x"]),
        );
        assert_eq!((code, &*out), (Some(0), "--port 1 -- -x\n"), "{errors}");
    }
}

#[test]
fn a_request_to_stop_during_the_seeding_is_followed_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (data, seed) = (home.path().join("data"), home.path().join("t.ndjson"));
    // A pipe, so that the seed has no end while the signal is on its way.
    let made = Command::new("mkfifo").arg(&seed).status().unwrap();
    assert!(made.success());
    let mut seeding = emulator();
    seeding.args(["exec", "--data-dir"]).arg(&data);
    seeding.arg("--seed").arg(&seed).args(["--", "echo", "ran"]);
    let (mut child, mut out) = piped(seeding.process_group(0));
    // Opened as soon as it is read.
    let mut pipe = std::fs::OpenOptions::new().write(true).open(&seed).unwrap();
    pipe.write_all(b"{\"n\": 0}\n").unwrap();
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(sent.success());
    let mut lines = (1..).map(|n| format!("{{\"n\": {n}}}\n"));
    while pipe.write_all(lines.next().unwrap().as_bytes()).is_ok() {}
    assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
    assert_eq!(line(&mut out), "", "the command did not run");

    // A schema could not be given to a collection that is there without one.
    let schema = r#"{"t": {"schema": {"fields": {"n": {"field_type": "String"}}}}}"#;
    let probe = home.path().join("probe.json");
    std::fs::write(&probe, schema).unwrap();
    let mut again = emulator();
    again.args(["exec", "--data-dir"]).arg(&data);
    let (code, _, errors) = output(again.arg("--seed").arg(&probe).args(["--", "true"]));
    assert_eq!(code, Some(0), "{errors}");
}

#[test]
fn a_request_to_stop_is_passed_on_to_the_command() {
    for (signal, name) in [("-TERM", "TERM"), ("-INT", "INT")] {
        let script = format!(
            "sleep 600 & sleeper=$!; trap 'kill $sleeper; exit 42' {name}; echo ready; wait"
        );
        // In the background: there Ctrl-C of a terminal does not reach the command by itself.
        let (mut child, mut out) = piped(exec(&script).process_group(0));
        assert_eq!(line(&mut out), "ready");
        let pid = child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(42), "{signal}");
    }
}
