//! Pages of other origins, through the eyes of a browser.

use ekodb_emulator::{Emulator, ErrorKind};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;

use crate::support::{Reply, Server, builder, send};

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
    let server = Server::start().await;
    let admin = server.admin().await;
    let text = "compressible ".repeat(1000);
    let record = json!({ "id": "1", "text": text });
    server.post(&admin, "/api/insert/t", record).await;
    let path = "/api/find/t/1";
    let plain = server.get(&admin, path).await;
    assert!(!plain.headers.contains_key("content-encoding"));

    let request = server.request(Method::GET, path).bearer_auth(&admin);
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
