//! hyper-util, called by hand: what reqwest is built on.

use std::hint::black_box;

use bytes::Bytes;
use ekodb_bench_contender::{Contender, Inserted, NewProduct, TOKEN, TypedProduct, unknown};
use http::{
    HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::{Deserialize, de::DeserializeOwned};

fn main() {
    ekodb_bench_contender::main::<Hyper>();
}

#[derive(Clone)]
struct Hyper {
    http: Client<HttpConnector, Full<Bytes>>,
    url: String,
    authorization: HeaderValue,
}

#[derive(Deserialize)]
struct Collections {
    collections: Vec<String>,
}

impl Contender for Hyper {
    fn new(url: &str) -> Self {
        Self {
            http: Client::builder(TokioExecutor::new()).build_http(),
            url: url.to_owned(),
            authorization: format!("Bearer {TOKEN}").parse().expect("a header"),
        }
    }

    async fn run(&self, scenario: &str, units: usize) {
        let product = NewProduct::example();
        for _ in 0..units {
            match scenario {
                "list" => black_box(self.list().await.len()),
                "get" => black_box(self.get("01JDN5ZC00000007").await.tags.value.len()),
                "insert" => black_box(self.insert(&product).await.len()),
                _ => unknown(scenario),
            };
        }
    }
}

impl Hyper {
    async fn list(&self) -> Vec<String> {
        let reply: Collections = self.send(Method::GET, "/api/collections", None).await;
        reply.collections
    }

    async fn get(&self, id: &str) -> TypedProduct {
        self.send(Method::GET, &format!("/api/find/typed/{id}"), None)
            .await
    }

    async fn insert(&self, product: &NewProduct) -> String {
        let body = serde_json::to_vec(product).expect("a body");
        let reply: Inserted = self
            .send(Method::POST, "/api/insert/products", Some(body.into()))
            .await;
        reply.id
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> T {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        if body.is_some() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = request.body(Full::new(body.unwrap_or_default()));
        let reply = self
            .http
            .request(request.expect("a request"))
            .await
            .expect("a reply");
        assert!(reply.status().is_success(), "{}", reply.status());
        let body = reply
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        serde_json::from_slice(&body).expect("JSON")
    }
}
