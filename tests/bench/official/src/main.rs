//! The official client from the registry. It has no typed records: what it reads stays untyped.

use std::hint::black_box;

use ekodb_bench_contender::{Contender, NewProduct, PAGE, unknown};
use official::{Client, FieldType, Query, Record, SerializationFormat};

fn main() {
    ekodb_bench_contender::main::<Official>();
}

#[derive(Clone)]
struct Official(Client);

impl Contender for Official {
    fn new(url: &str) -> Self {
        let client = Client::builder()
            .base_url(url)
            .api_key("ek-bench")
            // As all others speak it.
            .serialization_format(SerializationFormat::Json)
            .build();
        Self(client.expect("a client"))
    }

    async fn run(&self, scenario: &str, units: usize) {
        match scenario {
            "list" => {
                for _ in 0..units {
                    black_box(self.0.list_collections().await.expect("a list"));
                }
            }
            "get" => {
                for _ in 0..units {
                    let record = self.0.find_by_id("typed", "01JDN5ZC00000007", None).await;
                    black_box(record.expect("a record"));
                }
            }
            "insert" => {
                let product = NewProduct::example();
                for _ in 0..units {
                    let stored = self.0.insert("products", record(&product), None).await;
                    black_box(stored.expect("an id"));
                }
            }
            "untyped plain" => self.pages("plain", units).await,
            "untyped typed" => self.pages("typed", units).await,
            "insert many" => {
                let product = NewProduct::example();
                for _ in 0..units / PAGE {
                    let records = (0..PAGE).map(|_| record(&product)).collect();
                    let stored = self.0.batch_insert("products", records, None).await;
                    black_box(stored.expect("ids"));
                }
            }
            _ => unknown(scenario),
        }
    }
}

impl Official {
    async fn pages(&self, collection: &str, units: usize) {
        let mut skip = 0;
        while skip < units {
            let page = Query::new().limit(PAGE).skip(skip);
            let records = self.0.find(collection, page, None).await.expect("a page");
            skip += records.len();
            for record in records {
                black_box(record);
            }
        }
    }
}

fn record(product: &NewProduct) -> Record {
    let mut record = Record::new();
    record.insert("name", product.name.as_str());
    record.insert("price", product.price);
    record.insert("stock", i64::from(product.stock));
    record.insert("active", product.active);
    let tags = product.tags.iter().cloned().map(FieldType::String);
    record.insert("tags", FieldType::Array(tags.collect()));
    record
}
