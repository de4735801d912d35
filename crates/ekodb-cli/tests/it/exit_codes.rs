//! Exit codes, and errors that say what to do.

use ekodb_emulator::Fault;
use insta::assert_snapshot;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_failure_has_its_code() {
    let world = World::with_users().await;
    let limited = world.ok("keys register reader --read users -q");
    let mut texts = vec![
        world.fails("records find users 'age >'", 2),
        world.fails(r#"records insert users '{"name": '"#, 2),
        world.fails("records find users --url ftp://x", 2),
        world.fails("records delete users ada", 2),
        world.fails("records get users absent", 5),
        world.fails(r#"records insert users '{"id": "ada"}'"#, 6),
        world.fails("records insert users @absent.json", 1),
        world.fails("keys show not-an-id", 2),
    ];
    let denied = world.run_as(&limited, "records delete users ada --yes");
    assert_eq!(denied.code, Some(4), "{denied:?}");
    let wrong = world.run_as("wrong-wrong-wrong-wrong-wrong", "records count users");
    assert_eq!(wrong.code, Some(3), "{wrong:?}");
    texts.extend([denied.stderr, wrong.stderr]);
    assert_snapshot!(texts.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_or_cannot_be_reached_is_unavailable() {
    let world = World::with_users().await;
    let fault = Fault::new().status(500);
    world.emulator.add_fault(fault).expect("the fault is valid");
    world.fails("records count users", 7);
    let unreachable = world.fails("records count users --url http://127.0.0.1:1", 7);
    assert!(
        unreachable.contains("hint: check the URL and the network"),
        "{unreachable}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_for_a_filter_that_is_wrong() {
    let world = World::new().await;
    world.fails("records delete users --filter 'age !' --yes", 2);
    assert_eq!(world.emulator.token_requests(), 0);
}
