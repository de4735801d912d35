//! `/docs`: the page, its files and the contract.

use std::collections::BTreeSet;

use ekodb_api::Operation;
use reqwest::{Method, Response};
use serde_json::Value;

use crate::support::{Server, builder};

async fn get(server: &Server, path: &str) -> Response {
    server.request(Method::GET, path).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

/// What the page loads or links to, but for places in itself.
async fn references(server: &Server) -> BTreeSet<String> {
    let page = get(server, "/docs").await.text().await.unwrap();
    let quoted = |attribute: &str| {
        let parts = page.split(attribute).skip(1);
        parts
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    [quoted("src=\""), quoted("href=\"")]
        .concat()
        .into_iter()
        .filter(|reference| !reference.starts_with('#'))
        .collect()
}

#[tokio::test]
async fn the_page_is_html_at_both_of_its_addresses() {
    let server = Server::start().await;
    for path in ["/docs", "/docs/"] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(
            response.url().path(),
            "/docs/",
            "what it refers to is beside it"
        );
        assert_eq!(
            header(&response, "content-type"),
            "text/html; charset=utf-8"
        );
        let page = response.text().await.unwrap();
        assert!(page.contains("<title>ekoDB emulator: the API</title>"));
    }
}

#[tokio::test]
async fn everything_the_page_refers_to_is_served_here_in_its_type() {
    let server = Server::start().await;
    let references = references(&server).await;
    assert!(references.len() >= 6, "{references:?}");
    for reference in references {
        assert!(
            reference
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')),
            "{reference} is not beside the page"
        );
        let response = get(&server, &format!("/docs/{reference}")).await;
        assert_eq!(response.status(), 200, "{reference}");
        let expected = match reference.rsplit('.').next().unwrap() {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "png" => "image/png",
            "yaml" => "application/yaml; charset=utf-8",
            other => panic!("no type is known for .{other}"),
        };
        assert_eq!(header(&response, "content-type"), expected, "{reference}");
        assert!(!response.bytes().await.unwrap().is_empty(), "{reference}");
    }
}

#[tokio::test]
async fn the_policy_lets_nothing_in_from_elsewhere() {
    let server = Server::start().await;
    for path in ["/docs/", "/docs/page.js", "/docs/ekodb.yaml"] {
        let response = get(&server, path).await;
        assert_eq!(
            header(&response, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        let policy = header(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        for directive in policy.split("; ").filter(|one| !one.is_empty()) {
            for source in directive.split(' ').skip(1) {
                let own = match source {
                    "'self'" | "'none'" => true,
                    "data:" => directive.starts_with("img-src "),
                    _ => false,
                };
                assert!(own, "{directive}");
            }
        }
    }
}

#[tokio::test]
async fn the_contract_it_shows_has_the_operations_of_the_table_and_this_server_first() {
    let server = Server::start().await;
    let text = get(&server, "/docs/ekodb.yaml").await.text().await.unwrap();
    let contract: Value = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(contract["servers"][0]["url"], "/");
    let mut shown: Vec<_> = contract["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    shown.sort_unstable();
    let table: Vec<_> = Operation::all().iter().map(|o| o.id).collect();
    assert_eq!(shown, table);
}

#[tokio::test]
async fn its_files_are_compressed_for_those_who_ask() {
    let server = Server::start().await;
    let plain = get(&server, "/docs/ekodb.yaml")
        .await
        .bytes()
        .await
        .unwrap();
    let packed = server
        .request(Method::GET, "/docs/ekodb.yaml")
        .header("accept-encoding", "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(header(&packed, "content-encoding"), "gzip");
    assert!(packed.bytes().await.unwrap().len() < plain.len() / 2);
}

#[tokio::test]
async fn it_is_no_request_of_the_api() {
    let server = Server::start_with(builder().rate_limit(1)).await;
    for _ in 0..3 {
        let response = get(&server, "/docs/page.js").await;
        assert_eq!(response.status(), 200);
        assert!(!response.headers().contains_key("x-ratelimit-remaining"));
    }
    assert_eq!(server.emulator.requests(), 0);
    assert_eq!(get(&server, "/api/health").await.status(), 200);
}

#[tokio::test]
async fn what_it_has_not_is_not_found() {
    let server = Server::start().await;
    for path in ["/docs/swagger-ui.js", "/docs/..%2fCargo.toml"] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), 404, "{path}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"], "The documentation has no such file");
    }
}

#[tokio::test]
async fn it_is_read_only() {
    let server = Server::start().await;
    for path in ["/docs", "/docs/", "/docs/ekodb.yaml"] {
        let request = server.request(Method::POST, path);
        assert_eq!(request.send().await.unwrap().status(), 405, "{path}");
    }
}

#[tokio::test]
async fn switched_off_none_of_it_is_found() {
    let server = Server::start_with(builder().docs(false)).await;
    for path in ["/docs", "/docs/", "/docs/ekodb.yaml", "/docs/page.js"] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.url().path(), path, "it leads nowhere");
    }
}
