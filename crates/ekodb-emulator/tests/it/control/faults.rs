//! Faults, as a client meets them.

use std::time::{Duration, Instant, SystemTime};

use ekodb_emulator::{ErrorKind, Fault};
use serde_json::json;

use crate::support::{ADMIN, Admin, Server, builder, http};

#[tokio::test]
async fn a_status_is_answered_so_many_times_with_retry_after_and_nothing_is_done() {
    let admin = Admin::start().await;
    let fault = Fault::new().status(503).retry_after(2).times(2);
    admin.emulator.add_fault(fault).unwrap();
    for _ in 0..2 {
        let reply = admin
            .post("/api/insert/users", json!({ "id": "ada" }))
            .await;
        assert_eq!(reply.status, 503);
        assert_eq!(reply.headers["retry-after"], "2");
        assert!(reply.body["error"].is_string());
    }
    let reply = admin.get("/api/find/users/ada").await;
    assert_eq!(reply.status, 404);
    // Refused requests were served too.
    assert_eq!(
        admin
            .emulator
            .requests_to("POST", "/api/insert/{collection}"),
        2
    );
}

#[tokio::test]
async fn a_fault_is_for_the_method_and_the_template_that_it_names() {
    let admin = Admin::start_with(builder().control_routes(true)).await;
    let fault = json!({ "method": "GET", "path": "/api/collections", "status": 500 });
    let added = admin
        .server
        .post(ADMIN, "/emulator/faults", fault.clone())
        .await;
    assert_eq!(added.status, 204);
    let listed = admin.server.get(ADMIN, "/emulator/faults").await.body;
    assert_eq!(listed, json!({ "faults": [fault] }));
    assert_eq!(admin.get("/api/health").await.status, 200);
    assert_eq!(admin.get("/api/collections").await.status, 500);
    let cleared = admin.server.delete(ADMIN, "/emulator/faults").await;
    assert_eq!(cleared.status, 204);
    assert_eq!(admin.get("/api/collections").await.status, 200);
}

#[tokio::test]
async fn latency_comes_before_the_answer() {
    let admin = Admin::start().await;
    let wait = Duration::from_millis(50);
    admin
        .emulator
        .add_fault(Fault::new().latency(wait))
        .unwrap();
    let asked = Instant::now();
    assert_eq!(admin.get("/api/collections").await.status, 200);
    assert!(asked.elapsed() >= wait);
}

#[tokio::test]
async fn the_date_is_wrong_by_as_much_as_asked() {
    let server = Server::start().await;
    for skew in [-7200, 7200] {
        let fault = Fault::new().skew_date(skew).times(1);
        server.emulator.add_fault(fault).unwrap();
        let skewed = || {
            let hours = Duration::from_secs(7200);
            let now = SystemTime::now();
            if skew < 0 { now - hours } else { now + hours }
        };
        // A date has no fractions of a second.
        let earliest = skewed() - Duration::from_secs(1);
        let reply = server.get("", "/api/health").await;
        let told = reply.headers["date"].to_str().unwrap();
        let told = httpdate::parse_http_date(told).unwrap();
        assert!((earliest..=skewed()).contains(&told), "{told:?}");
    }
}

#[tokio::test]
async fn a_dropped_connection_has_no_answer_and_the_next_one_does() {
    let server = Server::start().await;
    let fault = Fault::new().drop_connection().times(1);
    server.emulator.add_fault(fault).unwrap();
    let url = format!("{}/api/health", server.emulator.url());
    let error = http().get(&url).send().await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(http().get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_fault_that_does_nothing_is_refused() {
    let server = Server::start().await;
    let error = server.emulator.add_fault(Fault::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setting);
    assert!(error.to_string().contains("does nothing"), "{error}");
}
