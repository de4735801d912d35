//! Calls that a script waits for, against the emulator.

use std::{thread, time::Duration};

use ekodb_client::{
    Action, Client, ErrorKind, NewKey, Permission, Record,
    blocking::{Wait, WaitEach},
    query::field,
};
use ekodb_emulator::Emulator;
use tokio::runtime::Runtime;

/// An emulator in a runtime of its own, as a server is.
struct Server {
    emulator: Emulator,
    _serving: Runtime,
}

impl Server {
    fn start() -> Self {
        let serving = Runtime::new().unwrap();
        let emulator = serving.block_on(Emulator::builder().start()).unwrap();
        Self {
            emulator,
            _serving: serving,
        }
    }

    fn client(&self) -> Client {
        Client::builder()
            .base_url(self.emulator.url())
            .api_key(self.emulator.admin_key())
            .build()
            .unwrap()
    }
}

#[test]
fn every_kind_of_call_can_be_waited_for() {
    let server = Server::start();
    let client = server.client();
    client.health().wait().unwrap();
    client.token().wait().unwrap();
    let users = client.collection("users");
    let ada = Record::new().with_id("ada").with("age", 36);
    assert_eq!(users.insert(ada).wait().unwrap(), "ada");
    let others = (0..3).map(|n| Record::new().with("age", n));
    let outcome = users.insert_many(others).wait().unwrap();
    assert_eq!(outcome.into_result().unwrap().len(), 3);
    users
        .act("ada", Action::increment("age", 1))
        .wait()
        .unwrap();
    let grown_up = users.find().filter(field("age").gt(18));
    assert_eq!(grown_up.clone().wait().unwrap().len(), 1);
    assert_eq!(grown_up.first().wait().unwrap().unwrap().id(), Some("ada"));
    assert!(
        users
            .exists("ada")
            .timeout(Duration::from_secs(9))
            .wait()
            .unwrap()
    );
    assert_eq!(users.count().wait().unwrap(), 4);
    let new = NewKey::limited("reader").allow("users", [Permission::Read]);
    let reader = client.keys().register(new).wait().unwrap();
    let reader = client.with_api_key(reader.key).unwrap();
    let refused = reader.collection("users").delete("ada").wait().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    assert_eq!(client.collections().list().wait().unwrap(), ["users"]);
}

#[test]
fn a_stream_is_read_to_its_end_over_its_pages() {
    let server = Server::start();
    let users = server.client().collection("users");
    let many = (0..1_200).map(|n| Record::new().with("n", n));
    let outcome = users.insert_many(many).wait().unwrap();
    outcome.into_result().unwrap();
    let read: Result<Vec<_>, _> = users.find().stream().wait_each().collect();
    assert_eq!(read.unwrap().len(), 1_200);
    assert_eq!(users.find().stream().wait_each().take(3).count(), 3);
}

#[test]
fn an_error_is_the_last_item_of_a_stream() {
    let server = Server::start();
    let client = server.client().with_api_key("not-a-key-of-it").unwrap();
    let mut each = client.collection("users").find().stream().wait_each();
    let error = each.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(each.next().is_none());
}

#[test]
fn inside_a_runtime_a_call_fails_at_once_and_sends_nothing() {
    let server = Server::start();
    let client = server.client();
    let inside = |client: Client| async move {
        let call = client.collections().list().wait().unwrap_err();
        let each = client
            .collection("users")
            .find()
            .stream()
            .wait_each()
            .next();
        [call, each.unwrap().unwrap_err()]
    };
    let [current, multi] = [
        tokio::runtime::Builder::new_current_thread(),
        tokio::runtime::Builder::new_multi_thread(),
    ]
    .map(|mut builder| builder.enable_all().build().unwrap());
    let errors = [
        current.block_on(inside(client.clone())),
        multi.block_on(async { tokio::spawn(inside(client.clone())).await.unwrap() }),
    ];
    for error in errors.iter().flatten() {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.has_no_side_effects());
        assert!(error.to_string().contains("write `.await`"), "{error}");
    }
    assert_eq!(server.emulator.requests(), 0);
    // Outside again, the same client is of use.
    client.collections().list().wait().unwrap();
}

#[test]
fn many_threads_wait_for_calls_of_one_client_and_share_its_token() {
    let server = Server::start();
    let client = server.client();
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| client.collections().list().wait().unwrap());
        }
    });
    assert_eq!(server.emulator.token_requests(), 1);
}
