//! What is left after Ctrl-C and after a crash.

use std::{process::Stdio, sync::mpsc};

use super::{command, proxy::Proxy, state};
use crate::support::{World, run};

/// Starts a run behind a proxy that answers no insertion, and waits until there is one.
async fn stopped_at_an_insertion(world: &World, proxy: &Proxy) -> std::process::Child {
    let (sender, receiver) = mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    proxy.change(move |call| {
        if call.path.starts_with("/api/insert/") {
            call.hold = true;
            let _ = sender.lock().expect("no test panics here").send(());
        }
    });
    let child = command(world, &proxy.url, "")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    tokio::task::block_in_place(|| receiver.recv()).expect("something is inserted");
    child
}

fn end(child: std::process::Child, signal: rustix::process::Signal) -> (Option<i32>, String) {
    let output = tokio::task::block_in_place(|| {
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, signal).expect("it is alive");
        child.wait_with_output().expect("it ends")
    });
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_removes_what_was_made() {
    let world = World::with_users().await;
    let before = state(&world).await;
    let proxy = Proxy::start(world.emulator.url()).await;
    let child = stopped_at_an_insertion(&world, &proxy).await;
    assert_ne!(state(&world).await, before, "something was made");
    let (code, stderr) = end(child, rustix::process::Signal::INT);
    assert_eq!(code, Some(130), "{stderr}");
    assert!(stderr.contains("removing what was made"), "{stderr}");
    assert_eq!(state(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_the_next_run_removes_what_was_made() {
    let world = World::with_users().await;
    let before = state(&world).await;
    let proxy = Proxy::start(world.emulator.url()).await;
    let child = stopped_at_an_insertion(&world, &proxy).await;
    end(child, rustix::process::Signal::KILL);
    assert_ne!(state(&world).await, before, "something was left");
    // A run against another server leaves it alone, and says so.
    let other = run(command(&world, world.emulator.url(), "--probe insert"));
    assert_eq!(other.code, Some(0), "{}", other.stderr);
    assert!(
        other.stderr.contains("an earlier run left something on"),
        "{other:?}"
    );
    assert_ne!(state(&world).await, before, "it is still there");
    proxy.change(|_| {});
    let next = run(command(&world, &proxy.url, "--probe insert"));
    assert_eq!(next.code, Some(0), "{}", next.stderr);
    assert!(
        next.stderr.contains("removed what an earlier run left"),
        "{next:?}"
    );
    assert_eq!(state(&world).await, before);
}
