//! Input that means harm: refused, and the emulator answers the next request.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{ADMIN, Admin, Server, builder, send};

/// A timeout that nothing has to beat.
const BRIEF: Duration = Duration::from_millis(10);

/// Well before the defaults, well after [`BRIEF`].
const LONG: Duration = Duration::from_secs(25);

#[tokio::test]
async fn hostile_bodies_are_refused() {
    let admin = Admin::start().await;
    let deep = format!(
        "{{\"fields\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for (what, body) in [
        ("deep", deep.into_bytes()),
        ("invalid UTF-8", b"{\"fields\":{\"a\xFF\":{}}}".to_vec()),
        (
            "a lone surrogate",
            br#"{"fields":{"\ud800":{"field_type":"String"}}}"#.to_vec(),
        ),
        (
            "a huge number",
            br#"{"fields":{"a":{"field_type":"Float","max":1e999}}}"#.to_vec(),
        ),
        ("a bare number", b"1".to_vec()),
        ("nothing", Vec::new()),
        ("two documents", br#"{"fields":{}} {}"#.to_vec()),
        (
            "a control character as a name",
            br#"{"fields":{"\u0000":{"field_type":"String"}}}"#.to_vec(),
        ),
    ] {
        let request = admin
            .request(Method::POST, "/api/collections/c")
            .bearer_auth(&admin.token)
            .body(body);
        let reply = send(request).await;
        assert_eq!(reply.status, 400, "{what}");
        assert!(reply.body["error"].is_string(), "{what}");
    }
    assert_eq!(
        admin.get("/api/collections").await.body,
        json!({ "collections": [] })
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let server = Server::start_with(builder().max_body_bytes(1000)).await;
    let key = "k".repeat(2000);
    let reply = server.token_for(&key).await;
    reply.is(
        413,
        json!({ "error": "The body is larger than 1000 bytes" }),
    );
    assert_eq!(server.token_for(ADMIN).await.status, 200);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_without_a_declared_length_too() {
    let server = Server::start_with(builder().max_body_bytes(1000)).await;
    let chunk = "x".repeat(600);
    let request = format!(
        "POST /api/auth/token HTTP/1.1\r\nhost: e\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\
         258\r\n{chunk}\r\n258\r\n{chunk}\r\n0\r\n\r\n"
    );
    assert!(
        raw(&server, request.as_bytes())
            .await
            .starts_with("HTTP/1.1 413 ")
    );
}

#[tokio::test]
async fn paths_that_are_not_utf_8_or_dots_in_disguise_are_refused() {
    let admin = Admin::start().await;
    // Sent raw: a URL parser would fold the dots before they got here.
    for segment in ["%FF", "%2e%2e", "%2E", "..", "a%00b"] {
        let reply = raw_as(&admin, &format!("DELETE /api/collections/{segment}")).await;
        assert!(reply.starts_with("HTTP/1.1 400 "), "{segment}: {reply}");
    }
}

#[tokio::test]
async fn what_is_not_http_ends_its_own_connection_only() {
    let server = Server::start().await;
    raw(
        &server,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    )
    .await;
    assert_eq!(server.token_for(ADMIN).await.status, 200);
}

/// Every depth that JSON readers know is tried: what is accepted must be readable ever after.
#[tokio::test]
async fn values_nested_deep_are_refused_or_stay_readable() {
    let admin = Admin::start().await;
    let schema = json!({ "fields": { "list": { "field_type": "Array" } } });
    admin.post("/api/collections/t", schema).await;
    admin
        .post("/api/insert/t", json!({ "id": "base", "list": [] }))
        .await;
    let mut accepted = 0;
    for depth in 90..130 {
        let value = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for (method, path, body) in [
            (Method::POST, "/api/insert/t", format!(r#"{{"v":{value}}}"#)),
            (
                Method::PUT,
                "/api/update/t/base",
                format!(r#"{{"v":{value}}}"#),
            ),
            (
                Method::PUT,
                "/api/update/t/base/action/push",
                format!(r#"{{"field":"list","value":{value}}}"#),
            ),
            (
                Method::POST,
                "/api/batch/insert/t",
                format!(r#"{{"inserts":[{{"data":{{"v":{value}}}}}]}}"#),
            ),
            (
                Method::PUT,
                "/api/schemas/t",
                format!(r#"{{"constraints":{{"list":{{"default":{value}}}}}}}"#),
            ),
            (
                Method::PUT,
                "/api/schemas/t",
                format!(r#"{{"constraints":{{"list":{{"default":null,"enums":[[],{value}]}}}}}}"#),
            ),
        ] {
            let request = admin
                .request(method, path)
                .bearer_auth(&admin.token)
                .body(body);
            let status = send(request).await.status.as_u16();
            assert!(
                matches!(status, 200 | 201 | 400),
                "{path} {depth}: {status}"
            );
            accepted += usize::from(status < 300);
        }
        for path in ["/api/find/t", "/api/find/t/base", "/api/distinct/t/v"] {
            let request = admin.request(Method::POST, path).bearer_auth(&admin.token);
            let reply = send(request.json(&json!({}))).await;
            assert_eq!(reply.status, 200, "{path} after {depth}");
        }
        let reply = admin.get("/api/collections/t").await;
        assert_eq!(reply.status, 200, "after {depth}");
    }
    assert!(accepted > 40, "{accepted}");
}

#[tokio::test]
async fn hostile_records_and_queries_are_refused() {
    let admin = Admin::start().await;
    for (what, path, body) in [
        (
            "a huge number",
            "/api/insert/t",
            r#"{"n":1e999}"#.to_owned(),
        ),
        (
            "a name that is empty",
            "/api/insert/t",
            r#"{"":1}"#.to_owned(),
        ),
        (
            "an id of control characters",
            "/api/insert/t",
            r#"{"id":"\u0000"}"#.to_owned(),
        ),
        (
            "an id that no path can carry",
            "/api/insert/t",
            r#"{"id":".."}"#.to_owned(),
        ),
        (
            "a limit beyond numbers",
            "/api/find/t",
            r#"{"limit":1e30}"#.to_owned(),
        ),
        (
            "a filter as text",
            "/api/find/t",
            r#"{"filter":"1=1"}"#.to_owned(),
        ),
    ] {
        let request = admin
            .request(Method::POST, path)
            .bearer_auth(&admin.token)
            .body(body);
        let reply = send(request).await;
        assert_eq!(reply.status, 400, "{what}: {:?}", reply.body);
        assert!(reply.body["error"].is_string(), "{what}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_408() {
    let server = Server::start_with(builder().body_timeout(BRIEF)).await;
    let request = "POST /api/auth/token HTTP/1.1\r\nhost: e\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let reply = tokio::time::timeout(LONG, raw(&server, request.as_bytes())).await;
    let reply = reply.expect("an answer long before the default");
    assert!(reply.starts_with("HTTP/1.1 408 "), "{reply}");
    assert!(
        reply.contains(r#"{"error":"The body did not arrive in time"}"#),
        "{reply}"
    );
}

#[tokio::test]
async fn a_connection_whose_head_does_not_arrive_is_closed() {
    let server = Server::start_with(builder().head_timeout(BRIEF)).await;
    for begun in ["", "GET /api/health HTTP/1.1\r\nhost:"] {
        let reply = tokio::time::timeout(LONG, raw(&server, begun.as_bytes())).await;
        let reply = reply.expect("an end long before the default");
        assert!(!reply.starts_with("HTTP/1.1 200"), "{reply}");
    }
}

#[tokio::test]
async fn an_array_of_members_is_no_object() {
    let admin = Admin::start().await;
    let kv = "PUT /api/auth/keys/me/permissions/kv/p";
    for (route, body) in [
        ("POST /api/auth/token", json!([ADMIN])),
        ("POST /api/auth/register", json!([ADMIN, "label"])),
        (kv, json!([true, true])),
        (
            "POST /api/collections/c",
            json!({ "fields": { "a": ["String"] } }),
        ),
        (
            "POST /api/collections/c",
            json!({ "fields": { "a": { "field_type": "String", "index": ["hash"] } } }),
        ),
    ] {
        let reply = admin.ask(route, body.clone()).await;
        assert_eq!(reply.status, 400, "{route} {body}");
        let error = reply.body["error"].as_str().unwrap();
        assert!(error.contains("invalid type: sequence"), "{route}: {error}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_415() {
    let server = Server::start().await;
    let request = server
        .request(Method::POST, "/api/auth/token")
        .header("content-encoding", "gzip")
        .body(&b"\x1f\x8b\x08\x00\x00\x00\x00\x00"[..]);
    let reply = send(request).await;
    assert_eq!(reply.status, 415);
    assert!(reply.body["error"].is_string());
}

#[tokio::test]
async fn a_declared_length_over_the_limit_is_413_before_the_body_is_sent() {
    let server = Server::start_with(builder().max_body_bytes(1000)).await;
    let head = "POST /api/auth/token HTTP/1.1\r\nhost: e\r\ncontent-type: application/json\r\ncontent-length: 1000000000000\r\n\r\n{";
    let reply = raw(&server, head.as_bytes()).await;
    assert!(reply.starts_with("HTTP/1.1 413 "), "{reply}");
}

#[tokio::test]
async fn a_percent_sign_that_encodes_nothing_is_refused() {
    let admin = Admin::start().await;
    for segment in ["100%", "%2", "%zz", "a%", "%%41", "%4"] {
        let reply = raw_as(&admin, &format!("GET /api/schemas/{segment}")).await;
        assert!(reply.starts_with("HTTP/1.1 400 "), "{segment}: {reply}");
    }
    let path = "/api/schemas/100%25";
    assert_eq!(admin.get(path).await.status, 200);
}

/// Sends a request of an admin as it is written: a URL parser would change its path.
async fn raw_as(admin: &Admin, route: &str) -> String {
    let request = format!(
        "{route} HTTP/1.1\r\nhost: e\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
        admin.token
    );
    raw(admin, request.as_bytes()).await
}

/// Sends bytes and gives the reply as text, read until the end or the first pause.
async fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.emulator.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut reply = vec![0; 4096];
    let read = stream.read(&mut reply).await.unwrap_or(0);
    String::from_utf8_lossy(&reply[..read]).into_owned()
}
