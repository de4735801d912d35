//! Bodies that no client would send, to every operation and every control route that takes one.

use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{Server, text};

/// A route, and a body that it accepts.
struct Route {
    method: Method,
    path: String,
    example: Value,
}

#[test]
fn no_body_of_an_operation_is_a_fault_of_the_server() {
    let runtime = Runtime::new().unwrap();
    let (server, token) = runtime.block_on(async {
        let server = Server::start().await;
        let token = server.admin().await;
        (server, token)
    });
    let routes = operations();
    ekodb_fuzz::check!(|input: &[u8]| {
        // The first two bytes choose the route and the format.
        let [first, second, input @ ..] = input else {
            return;
        };
        runtime.block_on(async {
            for route in chosen(&routes, *first) {
                let mut path = route.path.replace("{key_id}", "me");
                if path.contains("{transaction_id}") {
                    let begun = server.post(&token, "/api/transactions", json!({})).await;
                    path = path.replace("{transaction_id}", &text(&begun.body["transaction_id"]));
                }
                let path = path.replace(['{', '}'], "");
                for body in bodies(route, input) {
                    let status = send(&server, route, &path, body, second % 2 == 0, &token).await;
                    assert!(!status.is_server_error(), "{status} of {path}");
                }
            }
            server.emulator.reset().await.unwrap();
        });
    });
    let reply = runtime.block_on(server.get(&token, "/api/collections"));
    assert_eq!(reply.status, 200, "the token was refused before the end");
}

#[test]
fn no_body_of_a_control_route_is_a_fault_of_the_server() {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start());
    let key = server.emulator.admin_key().to_owned();
    let route = |path: &str, example| Route {
        method: Method::POST,
        path: format!("/emulator/{path}"),
        example,
    };
    let record = json!({ "id": "a", "n": 1, "t": { "type": "DateTime", "value": "2026-01-01" } });
    let fault = json!({
        "method": "GET",
        "path": "/api/find/{collection}",
        "status": 503,
        "retry_after_seconds": 1,
        "date_skew_seconds": -1,
        "times": 2,
    });
    let schema = json!({ "fields": { "n": { "field_type": "Integer", "max": 9 } } });
    let link = json!({ "collection": "c", "document_id": "a" });
    let routes = [
        route("seed", json!({ "collection": "c", "schema": schema })),
        route("seed", json!({ "collection": "c", "record": record })),
        route("seed", json!({ "c": [record], "d": [] })),
        route(
            "seed",
            json!({ "kv": "k", "value": {}, "ttl": "1h", "links": [link] }),
        ),
        route("restore", json!({ "snapshot": 1 })),
        route("clock", json!({ "advance_seconds": 1.5 })),
        route("tokens/lifetime", json!({ "lifetime_seconds": 60 })),
        route("faults", fault),
    ];
    ekodb_fuzz::check!(|input: &[u8]| {
        let [first, input @ ..] = input else {
            return;
        };
        runtime.block_on(async {
            for route in chosen(&routes, *first) {
                for body in bodies(route, input) {
                    let status = send(&server, route, &route.path, body, true, &key).await;
                    assert_ne!(status, StatusCode::UNAUTHORIZED);
                    assert!(!status.is_server_error(), "{status} of {}", route.path);
                }
            }
            server.emulator.reset().await.unwrap();
        });
    });
}

/// The operations that have a body, once with each example of it.
fn operations() -> Vec<Route> {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/ekodb.yaml");
    let document = std::fs::read_to_string(document).unwrap();
    let document: Value = serde_saphyr::from_str(&document).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = &operation["requestBody"]["content"]["application/json"];
            let named = content["examples"].as_object().into_iter();
            let named = named.flat_map(|examples| examples.values().map(|named| &named["value"]));
            routes.extend(
                content
                    .get("example")
                    .into_iter()
                    .chain(named)
                    .map(|example| Route {
                        method: method.to_uppercase().parse().unwrap(),
                        path: path.clone(),
                        example: example.clone(),
                    }),
            );
        }
    }
    assert!(
        routes.len() > 30,
        "{} bodies are in the contract",
        routes.len()
    );
    routes
}

/// All routes for a `*`, which begins the files of the corpora; for any other byte one of them.
fn chosen(routes: &[Route], byte: u8) -> &[Route] {
    match byte {
        b'*' => routes,
        byte => std::slice::from_ref(&routes[usize::from(byte) % routes.len()]),
    }
}

fn bodies(route: &Route, input: &[u8]) -> Vec<Vec<u8>> {
    let varied = ekodb_fuzz::variant(&route.example, input, &ekodb_fuzz::WORDS);
    let mut bodies = ekodb_fuzz::documents(input, &ekodb_fuzz::WORDS).to_vec();
    bodies.push(varied.to_string().into_bytes());
    bodies
}

/// Sends a document as it is, or the same in MessagePack if it is JSON.
async fn send(
    server: &Server,
    route: &Route,
    path: &str,
    body: Vec<u8>,
    as_json: bool,
    token: &str,
) -> StatusCode {
    let (content_type, body) = if as_json {
        ("application/json", body)
    } else {
        let packed = serde_json::from_slice::<Value>(&body)
            .map_or(body, |json| rmp_serde::to_vec_named(&json).unwrap());
        ("application/msgpack", packed)
    };
    let request = server
        .request(route.method.clone(), path)
        .bearer_auth(token)
        .header("content-type", content_type)
        .body(body);
    request.send().await.unwrap().status()
}
