//! Ctrl-C, and a reader that goes away.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_ends_the_command_quietly() {
    let world = World::new().await;
    let text = "x".repeat(1000);
    world
        .seed(
            "n",
            (0..2000).map(|n| json!({"id": format!("{n:04}"), "text": text})),
        )
        .await;
    for line in [
        "records find n --all --output ndjson",
        "records find n --all",
        "export n",
    ] {
        let mut child = world
            .command(line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped"));
        let output = tokio::task::block_in_place(|| {
            lines.read_line(&mut String::new()).expect("it can be read");
            drop(lines);
            child.wait_with_output().expect("it ends")
        });
        assert_eq!(output.status.code(), Some(141), "{line}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_a_command_that_waits() {
    let world = World::new().await;
    // It waits for its input, which never comes.
    let child = world
        .command("records insert users -")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let output = tokio::task::block_in_place(|| {
        // Until the process catches the signal, which /proc says, it would be killed by it.
        let catches = || {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
            let status = status.expect("the process runs");
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
            let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
            caught.is_some_and(|mask| mask & (1 << 1) != 0)
        };
        while !catches() {
            std::thread::yield_now();
        }
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it is alive");
        child.wait_with_output().expect("it ends")
    });
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: interrupted\n"
    );
}
