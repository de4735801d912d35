//! What a test can do through the handle.

mod faults;
mod routes;
mod seed;
mod state;

use std::time::{Duration, SystemTime};

use reqwest::Method;

use crate::support::{ADMIN, Server, builder, http, send};

#[tokio::test]
async fn expired_tokens_are_refused_and_new_ones_are_good() {
    let server = Server::start().await;
    let old = server.admin().await;
    server.emulator.expire_tokens();
    assert_eq!(server.get(&old, "/api/collections").await.status, 401);
    let new = server.admin().await;
    assert_eq!(server.get(&new, "/api/collections").await.status, 200);
}

#[tokio::test]
async fn a_new_lifetime_holds_for_tokens_issued_from_then_on() {
    let server = Server::start().await;
    let old = server.admin().await;
    server.emulator.set_token_lifetime(Duration::from_secs(5));
    let new = server.admin().await;
    server.emulator.advance(Duration::from_secs(7));
    assert_eq!(server.get(&old, "/api/collections").await.status, 200);
    assert_eq!(server.get(&new, "/api/collections").await.status, 401);
}

#[tokio::test]
async fn requests_are_counted_by_method_and_template() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.token_for("wrong").await;
    server.get(&admin, "/api/collections/users").await;
    server.get(&admin, "/api/collections/posts").await;
    server.get(&admin, "/api/nothing").await;
    let emulator = &server.emulator;
    assert_eq!(emulator.token_requests(), 2);
    assert_eq!(
        emulator.requests_to("GET", "/api/collections/{collection}"),
        2
    );
    assert_eq!(
        emulator.requests_to("DELETE", "/api/collections/{collection}"),
        0
    );
    assert_eq!(emulator.requests(), 5);
}

#[tokio::test]
async fn replies_are_dated_by_the_emulators_clock() {
    let server = Server::start().await;
    server.emulator.advance(Duration::from_secs(3600));
    let an_hour_later = || SystemTime::now() + Duration::from_secs(3600);
    // A date has no fractions of a second.
    let earliest = an_hour_later() - Duration::from_secs(1);
    let reply = send(server.request(Method::GET, "/api/health")).await;
    let date = httpdate::parse_http_date(reply.headers["date"].to_str().unwrap()).unwrap();
    assert!((earliest..=an_hour_later()).contains(&date), "{date:?}");
}

#[tokio::test]
async fn many_run_side_by_side_without_knowing_of_each_other() {
    let mut servers = Vec::new();
    for _ in 0..20 {
        servers.push(Server::start().await);
    }
    servers[0].collection("users").await;
    let first = servers[0].admin().await;
    for other in &servers[1..] {
        assert_eq!(other.get(&first, "/api/collections").await.status, 401);
        let token = other.admin().await;
        assert_eq!(
            other.get(&token, "/api/collections").await.body["collections"],
            serde_json::json!([])
        );
    }
}

#[tokio::test]
async fn a_stopped_emulator_answers_nobody() {
    let emulator = builder().start().await.unwrap();
    let url = format!("{}/api/health", emulator.url());
    assert!(http().get(&url).send().await.is_ok());
    emulator.shutdown().await;
    assert!(http().get(&url).send().await.is_err());
}

#[tokio::test]
async fn without_an_admin_key_given_one_is_made_that_works_and_is_hard_to_guess() {
    let server = Server::start_with(ekodb_emulator::Emulator::builder()).await;
    assert!(server.emulator.admin_key().len() >= 43);
    let admin = server.admin().await;
    assert_eq!(server.get(&admin, "/api/auth/keys").await.status, 200);
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_refused() {
    use ekodb_emulator::{Emulator, ErrorKind};
    for builder in [
        Emulator::builder().admin_key(""),
        Emulator::builder().admin_key("with a space"),
        Emulator::builder().token_lifetime(Duration::ZERO),
        Emulator::builder().body_timeout(Duration::ZERO),
        Emulator::builder().head_timeout(Duration::ZERO),
    ] {
        assert_eq!(
            builder.start().await.unwrap_err().kind(),
            ErrorKind::Setting
        );
    }
}

#[tokio::test]
async fn a_taken_port_is_refused_with_advice() {
    let server = Server::start().await;
    let port = server.emulator.address().port();
    let error = builder().port(port).start().await.unwrap_err();
    assert_eq!(error.kind(), ekodb_emulator::ErrorKind::Listen);
    assert!(error.to_string().contains("choose another port"), "{error}");
}

#[tokio::test]
async fn debug_output_has_no_secret() {
    let builder = builder();
    let shown = format!("{builder:?}");
    let server = Server::start_with(builder).await;
    assert!(!shown.contains(ADMIN));
    assert!(!format!("{:?}", server.emulator).contains(ADMIN));
}
