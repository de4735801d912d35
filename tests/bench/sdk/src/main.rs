//! The client of this repository, as an application uses it.

use std::hint::black_box;

use ekodb_bench_contender::{Contender, NewProduct, PAGE, Product, unknown};
use ekodb_client::{Client, Record};
use futures_util::TryStreamExt;

fn main() {
    ekodb_bench_contender::main::<Sdk>();
}

#[derive(Clone)]
struct Sdk(Client);

impl Contender for Sdk {
    fn new(url: &str) -> Self {
        let client = Client::builder().base_url(url).api_key("ek-bench").build();
        Self(client.expect("a client"))
    }

    async fn run(&self, scenario: &str, units: usize) {
        match scenario {
            "list" => {
                for _ in 0..units {
                    black_box(self.0.collections().list().await.expect("a list"));
                }
            }
            "list by raw-api" => {
                let api = self.0.api();
                for _ in 0..units {
                    let reply = api.list_collections().send().await.expect("a list");
                    black_box(reply.into_inner().collections);
                }
            }
            "list, prepared" => {
                let api = self.0.api();
                let prepared = api.list_collections().prepare().expect("a request");
                for _ in 0..units {
                    let reply = prepared.clone().send(&api).await.expect("a list");
                    black_box(reply.into_inner().collections);
                }
            }
            "get" => {
                let products = self.0.collection("typed").typed::<Product>();
                for _ in 0..units {
                    black_box(products.get("01JDN5ZC00000007").await.expect("a record"));
                }
            }
            "insert" => {
                let products = self.0.collection("products").typed::<NewProduct>();
                let product = NewProduct::example();
                for _ in 0..units {
                    black_box(products.insert(&product).await.expect("an id"));
                }
            }
            "stream plain" => self.stream::<Product>("plain", units).await,
            "stream typed" => self.stream::<Product>("typed", units).await,
            "untyped plain" => self.stream::<Record>("plain", units).await,
            "untyped typed" => self.stream::<Record>("typed", units).await,
            "insert many" => {
                let collection = self.0.collection("products").typed::<NewProduct>();
                let products = vec![NewProduct::example(); PAGE];
                for _ in 0..units / PAGE {
                    let outcome = collection.insert_many(&products).await.expect("a batch");
                    black_box(outcome.into_result().expect("ids"));
                }
            }
            _ => unknown(scenario),
        }
    }
}

impl Sdk {
    async fn stream<T: serde::de::DeserializeOwned + Send + 'static>(
        &self,
        collection: &str,
        units: usize,
    ) {
        let records = self.0.collection(collection).typed::<T>();
        let mut stream = records.find().limit(units as u64).stream();
        while let Some(record) = stream.try_next().await.expect("a record") {
            black_box(record);
        }
    }
}
