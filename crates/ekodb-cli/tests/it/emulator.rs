//! `ekodb emulator`, and `ekodb quickstart` against it.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::support::{World, run};

#[tokio::test(flavor = "multi_thread")]
async fn the_emulator_runs_a_command_beside_it_and_exits_as_that_does() {
    let world = World::new().await;
    let program = env!("CARGO_BIN_EXE_ekodb");
    let script = format!("'{program}' records insert t '{{\"id\": \"x\"}}' -q && exit 42");
    let mut exec = world.bare("emulator exec -- sh -c");
    exec.arg(script);
    let exec = run(exec);
    assert_eq!(
        (exec.code, exec.stdout.as_str()),
        (Some(42), "x\n"),
        "{exec:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_emulator_serves_until_it_is_told_to_stop() {
    let world = World::new().await;
    let mut child = world
        .bare("emulator --port 0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let output = tokio::task::block_in_place(|| {
        let mut ready = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped"));
        lines
            .read_line(&mut ready)
            .expect("it says that it is ready");
        assert!(ready.contains("is ready on http://127.0.0.1:"), "{ready}");
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it is alive");
        child.wait_with_output().expect("it ends")
    });
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quickstart_needs_nothing_and_shows_what_it_runs() {
    let world = World::new().await;
    let quickstart = run(world.bare("quickstart"));
    assert_eq!(quickstart.code, Some(0), "{quickstart:?}");
    let varies = ["key ", "id      ", "id    "];
    let stable: Vec<&str> = quickstart
        .stdout
        .lines()
        .filter(|line| !varies.iter().any(|start| line.starts_with(start)) || line.ends_with("ada"))
        .collect();
    insta::assert_snapshot!(stable.join("\n"));
    assert!(!world.path("config").exists());
}
