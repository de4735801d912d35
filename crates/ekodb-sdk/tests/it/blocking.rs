//! Calls that a script waits for, against the emulator.

use std::{
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use ekodb_client::{
    Action, Client, ErrorKind, NewKey, Permission, Record,
    blocking::{Wait, WaitEach},
    query::field,
};
use ekodb_emulator::Emulator;
use tokio::runtime::Runtime;

use crate::support::{self as scripted, Reply};

/// An emulator in a runtime of its own, as a server is.
pub(crate) struct Server {
    emulator: Emulator,
    _serving: Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
        let serving = Runtime::new().unwrap();
        let emulator = serving.block_on(Emulator::builder().start()).unwrap();
        Self {
            emulator,
            _serving: serving,
        }
    }

    pub(crate) fn client(&self) -> Client {
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
    let increment = Action::increment("age", 1);
    users.act("ada", increment).wait().unwrap();
    let grown_up = users.find().filter(field("age").gt(18));
    assert_eq!(grown_up.clone().wait().unwrap().len(), 1);
    assert_eq!(grown_up.first().wait().unwrap().unwrap().id(), Some("ada"));
    let exists = users.exists("ada").timeout(Duration::from_secs(9));
    assert!(exists.wait().unwrap());
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
        assert_eq!(
            error.to_string(),
            "a blocking call was made inside an async runtime, where it would hold up everything else; \
             write `.await` instead of `.wait()`"
        );
    }
    assert_eq!(server.emulator.requests(), 0);
    // Outside again, the same client is of use.
    client.collections().list().wait().unwrap();
}

#[test]
fn an_iterator_begun_outside_a_runtime_can_be_dropped_inside_one() {
    let server = Server::start();
    let client = server.client();
    let users = client.collection("users");
    let many = (0..600).map(|n| Record::new().with("n", n));
    let outcome = users.insert_many(many).wait().unwrap();
    outcome.into_result().unwrap();
    let mut each = users.find().stream().wait_each();
    each.next().unwrap().unwrap();
    let inside = Runtime::new().unwrap();
    inside.block_on(async { drop((each, users, client)) });
}

#[test]
fn a_token_request_goes_on_when_the_call_that_began_it_has_given_up() {
    let serving = Runtime::new().unwrap();
    let (release, released) = mpsc::channel();
    let released = Mutex::new(released);
    let server = serving.block_on(scripted::Server::start(move |_| {
        released.lock().unwrap().recv().unwrap();
        Reply::json(200, r#"{"token":"token-1"}"#)
    }));
    let client = scripted::client(&server);
    let mut watch = client.watch_token();
    let call = client.token().timeout(Duration::from_millis(50));
    assert_eq!(call.wait().unwrap_err().kind(), ErrorKind::Timeout);
    assert!(!watch.current().is_valid());
    release.send(()).unwrap();
    // No call is under way that could drive it.
    serving.block_on(scripted::soon(async {
        while !watch.current().is_valid() {
            watch.changed().await.unwrap();
        }
    }));
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
