//! Refusals before the body has been read reach the client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;

use crate::support::{Server, builder};

const MIB: usize = 1024 * 1024;

/// The reply to what is sent, read while it is sent, up to the end of the connection.
fn exchange(server: &Server, head: &str, body: usize) -> String {
    let stream = TcpStream::connect(server.emulator.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let mut writer = stream.try_clone().unwrap();
    let head = head.to_owned();
    let sending = std::thread::spawn(move || {
        writer.write_all(head.as_bytes()).unwrap();
        let piece = vec![b' '; MIB];
        for _ in 0..body.div_ceil(MIB) {
            // The server may have closed the connection: then the reply says so.
            if writer.write_all(&piece).is_err() {
                break;
            }
        }
    });
    let mut reply = Vec::new();
    (&stream).read_to_end(&mut reply).unwrap();
    drop(stream);
    sending.join().unwrap();
    String::from_utf8(reply).unwrap().to_ascii_lowercase()
}

#[tokio::test]
async fn a_client_that_sends_40_mb_sees_why_it_is_refused() {
    let server = Server::start_with(builder().max_body_bytes(MIB)).await;
    let admin = server.admin().await;
    let body = bytes::Bytes::from(vec![b' '; 40 * MIB]);
    for _ in 0..5 {
        for (path, bearer, content_type, expected) in [
            ("/api/insert/c", "", "application/json", 401),
            ("/api/insert/c", &*admin, "application/json", 413),
            ("/api/config", &*admin, "application/msgpack", 415),
            ("/api/search/c", &*admin, "application/json", 501),
            ("/api/nothing", &*admin, "application/json", 405),
            ("/api/auth/token", "", "text/plain", 415),
        ] {
            let method = if path == "/api/config" {
                Method::PUT
            } else {
                Method::POST
            };
            let request = server
                .request(method, path)
                .bearer_auth(bearer)
                .header("content-type", content_type)
                .body(body.clone());
            let reply = request.send().await.expect("the refusal is read");
            assert_eq!(reply.status(), expected, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_bound_ends_the_connection_after_the_reply() {
    let server = Server::start().await;
    let length = 128 * MIB;
    let head = format!(
        "POST /api/insert/c HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
    );
    let reply = exchange(&server, &head, length);
    assert!(reply.starts_with("http/1.1 401"), "{reply}");
    assert!(reply.contains("connection: close"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_good_after_a_refusal() {
    let server = Server::start().await;
    let refused = "POST /api/insert/c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n{\"id\":\"abc\"";
    let next = "GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let reply = exchange(&server, &format!("{refused}{next}"), 0);
    assert!(reply.starts_with("http/1.1 401"), "{reply}");
    assert!(reply.contains("http/1.1 200"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_waits_for_100_continue_is_not_asked_for() {
    let server = Server::start().await;
    let head = "POST /api/insert/c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\
                Expect: 100-continue\r\n\r\n";
    let reply = exchange(&server, head, 0);
    assert!(reply.starts_with("http/1.1 401"), "{reply}");
    assert!(reply.contains("connection: close"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_length_beyond_the_bound_is_refused_without_waiting_for_the_body() {
    let server = Server::start().await;
    let head = "POST /api/insert/c HTTP/1.1\r\nHost: localhost\r\n\
                Content-Length: 9223372036854775808\r\n\r\n";
    let reply = exchange(&server, head, 0);
    assert!(reply.starts_with("http/1.1 401"), "{reply}");
    assert!(reply.contains("connection: close"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_sent_its_last_request_reads_every_reply() {
    let server = Server::start().await;
    let stream = TcpStream::connect(server.emulator.address()).unwrap();
    let request = "GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    (&stream).write_all(request.repeat(50).as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut replies = String::new();
    (&stream).read_to_string(&mut replies).unwrap();
    assert_eq!(replies.matches("HTTP/1.1 200").count(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_a_proxy_is_refused_for_its_method_or_target() {
    let server = Server::start().await;
    for request in [
        "CONNECT foreign.example:443 HTTP/1.1\r\nHost: foreign.example:443\r\nConnection: close\r\n\r\n",
        "GET foreign.example:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ] {
        let reply = exchange(&server, request, 0);
        assert!(reply.starts_with("http/1.1 405"), "{reply}");
    }
}
