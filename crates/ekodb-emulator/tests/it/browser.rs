//! Pages of other origins, through the eyes of a browser.

use ekodb_emulator::{Emulator, ErrorKind};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;

use crate::support::{Admin, Reply, Server, builder, send};

const LOCAL: &str = "http://localhost:5173";
const FOREIGN: &str = "https://app.example.com";

async fn preflight(server: &Server, origin: &str) -> Reply {
    let request = server
        .request(Method::OPTIONS, "/api/update/users/1")
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    send(request).await
}

async fn call(server: &Server, origin: &str) -> Reply {
    send(
        server
            .request(Method::GET, "/api/health")
            .header("origin", origin),
    )
    .await
}

fn allowed(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("access-control-allow-origin")
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_page_of_this_machine_may_send_a_bearer_and_json() {
    let server = Server::start().await;
    let reply = preflight(&server, LOCAL).await;
    assert_eq!(reply.status, 200);
    assert_eq!(allowed(&reply.headers), Some(LOCAL));
    let listed = |header: &str| reply.headers[header].to_str().unwrap().to_ascii_lowercase();
    let methods = listed("access-control-allow-methods");
    for method in ["get", "post", "put", "patch", "delete"] {
        assert!(methods.contains(method), "{methods}");
    }
    let headers = listed("access-control-allow-headers");
    assert!(headers.contains("authorization") && headers.contains("content-type"));
    assert!(
        !reply
            .headers
            .contains_key("access-control-allow-credentials")
    );
}

#[tokio::test]
async fn a_page_may_read_replies_refusals_and_the_rate_limit() {
    let server = Server::start_with(builder().rate_limit(1)).await;
    for status in [200, 429] {
        let reply = call(&server, LOCAL).await;
        assert_eq!(reply.status, status);
        assert_eq!(allowed(&reply.headers), Some(LOCAL));
        let exposed = reply.headers["access-control-expose-headers"]
            .to_str()
            .unwrap();
        assert!(exposed.contains("x-ratelimit-remaining"), "{exposed}");
        assert!(exposed.contains("retry-after"), "{exposed}");
    }
}

#[tokio::test]
async fn a_preflight_is_no_request_of_the_api() {
    let server = Server::start_with(builder().rate_limit(1)).await;
    for _ in 0..3 {
        assert_eq!(preflight(&server, LOCAL).await.status, 200);
    }
    assert_eq!(server.emulator.requests(), 0);
    assert_eq!(call(&server, LOCAL).await.status, 200);
}

#[tokio::test]
async fn pages_from_elsewhere_are_let_in_by_name_only() {
    let named = [FOREIGN, "http://other.example.com:81"];
    for (server, local, foreign) in [
        (builder(), Some(LOCAL), None),
        (builder().cors_origins(named), None, Some(FOREIGN)),
        (builder().cors_origins(["*"]), Some("*"), Some("*")),
        (builder().cors_origins([""; 0]), None, None),
    ] {
        let server = Server::start_with(server).await;
        for (origin, expected) in [(LOCAL, local), (FOREIGN, foreign)] {
            for reply in [
                preflight(&server, origin).await,
                call(&server, origin).await,
            ] {
                assert_eq!(allowed(&reply.headers), expected, "{origin}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_origin_is_refused_at_the_start() {
    for origin in [
        "",
        "app.example.com",
        "https://a.example.com/",
        "ftp://a",
        "https://",
    ] {
        let started = Emulator::builder().cors_origins([origin]).start().await;
        assert_eq!(started.unwrap_err().kind(), ErrorKind::Setting, "{origin}");
    }
}

#[tokio::test]
async fn replies_are_compressed_for_those_who_ask_only() {
    let admin = Admin::start().await;
    let text = "compressible ".repeat(1000);
    let record = json!({ "id": "1", "text": text });
    admin.post("/api/insert/t", record).await;
    let path = "/api/find/t/1";
    let plain = admin.get(path).await;
    assert!(!plain.headers.contains_key("content-encoding"));

    let request = admin.request(Method::GET, path).bearer_auth(&admin.token);
    let reply = request
        .header("accept-encoding", "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.headers()["content-encoding"], "gzip");
    let packed = reply.bytes().await.unwrap();
    assert!(packed.len() < 1000, "{}", packed.len());
    let unpacked = flate2::read::GzDecoder::new(&packed[..]);
    let body: serde_json::Value = serde_json::from_reader(unpacked).unwrap();
    assert_eq!(body, plain.body);
}

/// A page whose name resolves to this machine is of the same origin for a browser.
#[tokio::test]
async fn a_request_to_a_foreign_name_is_refused_everywhere() {
    let server = Server::start_with(builder().control_routes(true)).await;
    for path in [
        "/api/health",
        "/docs/",
        "/emulator/health",
        "/",
        "/api/nothing",
    ] {
        for host in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
        ] {
            let request = server.request(Method::GET, path).header("host", host);
            let reply = send(request).await;
            assert_eq!(reply.status, 421, "{path} {host}");
            let error = reply.body["error"].as_str().unwrap();
            assert!(error.contains("--allow-host"), "{error}");
        }
    }
    for host in [
        "localhost",
        "db.localhost:80",
        "127.0.0.1",
        "[::1]:80",
        "emulator",
    ] {
        let request = server
            .request(Method::GET, "/api/health")
            .header("host", host);
        assert_eq!(send(request).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn names_are_allowed_on_request() {
    let server = Server::start_with(builder().allow_hosts(["db.test"])).await;
    for (host, expected) in [("db.test:8080", 200), ("other.test", 421)] {
        let request = server
            .request(Method::GET, "/api/health")
            .header("host", host);
        assert_eq!(send(request).await.status, expected, "{host}");
    }
}

#[tokio::test]
async fn with_a_weak_admin_key_no_page_of_another_origin_is_let_in() {
    for (key, expected) in [("secret", None), (crate::support::ADMIN, Some(LOCAL))] {
        let server = Server::start_with(Emulator::builder().admin_key(key)).await;
        let reply = call(&server, LOCAL).await;
        assert_eq!(allowed(&reply.headers), expected, "{key}");
    }
}
