//! At a terminal: questions without echo, confirmations, colour and progress.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};
use serde_json::json;

use crate::support::{ADMIN_KEY, World};

const PATIENCE_MS: u64 = 60_000;

pub(crate) fn at_terminal(world: &World, line: impl AsRef<str>) -> PtySession {
    spawn(world.command(line))
}

fn spawn(mut command: Command) -> PtySession {
    command.env("TERM", "xterm-256color");
    spawn_command(command, Some(PATIENCE_MS)).expect("it starts")
}

#[track_caller]
pub(crate) fn ends(mut session: PtySession, code: i32) -> String {
    let rest = session.exp_eof().expect("it ends");
    let status = session.process().wait().expect("it can be waited for");
    match status {
        rexpect::process::WaitStatus::Exited(_, exited) => assert_eq!(exited, code, "{rest}"),
        other => panic!("{other:?}: {rest}"),
    }
    rest
}

#[tokio::test(flavor = "multi_thread")]
async fn login_asks_for_the_url_and_for_the_key_without_echo() {
    let world = World::new().await;
    let shown = tokio::task::block_in_place(|| {
        let mut session = at_terminal(&world, "login");
        session.exp_string("URL: ").expect("it asks");
        session
            .send_line(world.emulator.url())
            .expect("it can be answered");
        let mut shown = session.exp_string("API key: ").expect("it asks");
        session.send_line(ADMIN_KEY).expect("it can be answered");
        shown.push_str(&ends(session, 0));
        shown
    });
    assert!(shown.contains("logged in to"), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(world.read("config/keys.toml").contains(ADMIN_KEY));
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_a_question_ends_the_command_and_brings_the_echo_back() {
    let world = World::new().await;
    tokio::task::block_in_place(|| {
        let mut session = at_terminal(&world, format!("login --url {}", world.emulator.url()));
        session.exp_string("API key: ").expect("it asks");
        session.send_control('c').expect("it can be interrupted");
        let shown = ends(session, 130);
        assert!(shown.contains("interrupted"), "{shown}");
    });
    assert!(!world.path("config").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_destroys_is_asked_and_only_yes_confirms() {
    let world = World::with_users().await;
    tokio::task::block_in_place(|| {
        for (answer, code) in [("", 1), ("n", 1), ("y", 0)] {
            let mut session = at_terminal(&world, "records delete users ada");
            session
                .exp_string("Delete 1 record of users? [y/N] ")
                .expect("it asks");
            session.send_line(answer).expect("it can be answered");
            ends(session, code);
        }
    });
    assert_eq!(world.records("users").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_input_at_a_question_confirms_nothing() {
    let world = World::with_users().await;
    tokio::task::block_in_place(|| {
        let mut session = at_terminal(&world, "records delete users ada");
        session.exp_string("[y/N] ").expect("it asks");
        session.send_control('d').expect("the input can end");
        let shown = ends(session, 1);
        assert!(shown.contains("the input ended"), "{shown}");
        let mut session = at_terminal(&world, format!("login --url {}", world.emulator.url()));
        session.exp_string("API key: ").expect("it asks");
        session.send_control('d').expect("the input can end");
        ends(session, 2);
    });
    assert_eq!(world.records("users").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_shows_colour_unless_it_is_told_not_to() {
    let world = World::with_users().await;
    tokio::task::block_in_place(|| {
        let bold = ends(at_terminal(&world, "records find users"), 0);
        assert!(bold.contains("\u{1b}[1m"), "{bold:?}");
        let mut command = world.command("records find users");
        command.env("NO_COLOR", "1");
        let plain = ends(spawn(command), 0);
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_shows_a_bar_with_the_rate_and_the_time_that_is_left() {
    let world = World::new().await;
    let lines: String = (0..20_000)
        .map(|n| format!("{}\n", json!({"n": n})))
        .collect();
    world.write("n.ndjson", lines);
    let shown = tokio::task::block_in_place(|| {
        let mut session = at_terminal(&world, "import n.ndjson");
        session
            .exp_regex("records, [0-9,]+/s")
            .expect("there is a rate");
        session.exp_string(" left").expect("there is a time");
        ends(session, 0)
    });
    assert!(shown.contains("stored"), "{shown}");
}
