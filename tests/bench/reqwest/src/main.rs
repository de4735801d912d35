//! reqwest, called by hand.

use std::hint::black_box;

use ekodb_bench_contender::{
    Batch, Contender, Inserted, Item, NewProduct, Outcome, PAGE, Page, Product, TOKEN,
    TypedProduct, unknown,
};
use reqwest::{
    Client, RequestBuilder,
    header::{ACCEPT, AUTHORIZATION, HeaderValue},
};
use serde::{Deserialize, de::DeserializeOwned};

fn main() {
    // The only call that may come second is in the same process, which is none.
    let _ = rustls::crypto::ring::default_provider().install_default();
    ekodb_bench_contender::main::<Reqwest>();
}

#[derive(Clone)]
struct Reqwest {
    http: Client,
    url: String,
    authorization: HeaderValue,
}

#[derive(Deserialize)]
struct Collections {
    collections: Vec<String>,
}

impl Contender for Reqwest {
    fn new(url: &str) -> Self {
        Self {
            http: Client::builder().no_proxy().build().expect("a client"),
            url: url.to_owned(),
            authorization: format!("Bearer {TOKEN}").parse().expect("a header"),
        }
    }

    async fn run(&self, scenario: &str, units: usize) {
        match scenario {
            "list" => {
                for _ in 0..units {
                    black_box(self.list().await);
                }
            }
            "get" => {
                for _ in 0..units {
                    black_box(self.get("01JDN5ZC00000007").await);
                }
            }
            "insert" => {
                let product = NewProduct::example();
                for _ in 0..units {
                    black_box(self.insert(&product).await);
                }
            }
            "stream plain" => self.pages::<Product>("plain", units).await,
            "stream typed" => self.pages::<TypedProduct>("typed", units).await,
            "insert many" => {
                let products = vec![NewProduct::example(); PAGE];
                for _ in 0..units / PAGE {
                    black_box(self.insert_many(&products).await);
                }
            }
            _ => unknown(scenario),
        }
    }
}

impl Reqwest {
    async fn list(&self) -> Vec<String> {
        let call = self.http.get(format!("{}/api/collections", self.url));
        self.send::<Collections>(call).await.collections
    }

    async fn get(&self, id: &str) -> TypedProduct {
        let call = self.http.get(format!("{}/api/find/typed/{id}", self.url));
        self.send(call).await
    }

    async fn insert(&self, product: &NewProduct) -> String {
        let call = self.http.post(format!("{}/api/insert/products", self.url));
        self.send::<Inserted>(call.json(product)).await.id
    }

    async fn pages<T: DeserializeOwned>(&self, collection: &str, units: usize) {
        let mut skip = 0;
        while skip < units {
            let call = self
                .http
                .post(format!("{}/api/find/{collection}", self.url));
            let page = Page { limit: PAGE, skip };
            let records: Vec<T> = self.send(call.json(&page)).await;
            skip += records.len();
            for record in records {
                black_box(record);
            }
        }
    }

    async fn insert_many(&self, products: &[NewProduct]) -> Vec<String> {
        let call = self
            .http
            .post(format!("{}/api/batch/insert/products", self.url));
        let inserts = products.iter().map(|data| Item { data }).collect();
        let outcome: Outcome = self.send(call.json(&Batch { inserts })).await;
        outcome.successful
    }

    async fn send<T: DeserializeOwned>(&self, call: RequestBuilder) -> T {
        call.header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("a reply")
            .json()
            .await
            .expect("a body")
    }
}
