//! The records, and the bodies around them, as somebody writes them down who knows the routes.

use serde::{Deserialize, Serialize};

/// How many records a page or a batch has.
pub const PAGE: usize = 500;

/// A record of a server that answers plain values.
#[derive(Clone, Deserialize, Serialize)]
pub struct Product {
    pub id: String,
    pub name: String,
    pub price: f64,
    pub stock: u32,
    pub active: bool,
    pub tags: Vec<String>,
}

/// A record of a server that answers values with their types.
#[derive(Deserialize)]
pub struct TypedProduct {
    pub id: String,
    pub name: Typed<String>,
    pub price: Typed<f64>,
    pub stock: Typed<u32>,
    pub active: Typed<bool>,
    pub tags: Typed<Vec<String>>,
}

/// A value beside its type, which is not looked at.
#[derive(Deserialize)]
pub struct Typed<T> {
    pub value: T,
}

/// A record that is to be stored.
#[derive(Clone, Deserialize, Serialize)]
pub struct NewProduct {
    pub name: String,
    pub price: f64,
    pub stock: u32,
    pub active: bool,
    pub tags: Vec<String>,
}

impl NewProduct {
    /// A record like the ones that the server answers.
    pub fn example() -> Self {
        Self {
            name: "Green tea, 100 grams".to_owned(),
            price: 3.75,
            stock: 42,
            active: true,
            tags: vec!["tea".to_owned(), "loose".to_owned()],
        }
    }
}

/// The reply to a record that was stored.
#[derive(Deserialize)]
pub struct Inserted {
    pub id: String,
}

/// The question for a page of records.
#[derive(Serialize)]
pub struct Page {
    pub limit: usize,
    pub skip: usize,
}

/// Many records that are to be stored.
#[derive(Serialize)]
pub struct Batch<'a> {
    pub inserts: Vec<Item<'a>>,
}

/// One of them.
#[derive(Serialize)]
pub struct Item<'a> {
    pub data: &'a NewProduct,
}

/// What became of them.
#[derive(Deserialize)]
pub struct Outcome {
    pub successful: Vec<String>,
}
