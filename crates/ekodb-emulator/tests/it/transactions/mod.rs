//! Transactions.

mod conflicts;
mod crash;
mod life;
mod model;
mod reads;
mod savepoints;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Admin, Reply, Server, builder};

/// A caller's short ways to work in a transaction.
struct Stage(Admin);

impl std::ops::Deref for Stage {
    type Target = Admin;

    fn deref(&self) -> &Admin {
        &self.0
    }
}

impl Stage {
    async fn start() -> Self {
        // Some tests move the clock further than tokens live.
        let day = std::time::Duration::from_secs(24 * 60 * 60);
        Self::on(Server::start_with(builder().token_lifetime(day)).await).await
    }

    async fn on(server: Server) -> Self {
        Self(Admin::of(server).await.with_plain_values().await)
    }

    async fn begin(&self, level: &str) -> String {
        let reply = self
            .post("/api/transactions", json!({ "isolation_level": level }))
            .await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        assert_eq!(reply.body["isolation_level"], level);
        reply.body["transaction_id"].as_str().unwrap().to_owned()
    }

    /// Sends a request, in a transaction or not.
    async fn ask(&self, tx: Option<&str>, method: Method, path: &str, body: Value) -> Reply {
        let query = tx.map_or(String::new(), |id| format!("?transaction_id={id}"));
        let route = format!("{method} /api/{path}{query}");
        self.0.ask(&route, body).await
    }

    async fn insert(&self, tx: Option<&str>, id: &str, n: i64) -> u16 {
        let body = json!({ "id": id, "n": n });
        let reply = self.ask(tx, Method::POST, "insert/t", body).await;
        reply.status.as_u16()
    }

    async fn update(&self, tx: Option<&str>, id: &str, n: i64) -> u16 {
        let path = format!("update/t/{id}");
        let reply = self.ask(tx, Method::PUT, &path, json!({ "n": n })).await;
        reply.status.as_u16()
    }

    async fn delete(&self, tx: Option<&str>, id: &str) -> u16 {
        let path = format!("delete/t/{id}");
        let reply = self.ask(tx, Method::DELETE, &path, json!({})).await;
        reply.status.as_u16()
    }

    /// The value of a record, if it is there.
    async fn read(&self, tx: Option<&str>, id: &str) -> Option<i64> {
        let path = format!("find/t/{id}");
        let reply = self.ask(tx, Method::GET, &path, json!({})).await;
        match reply.status.as_u16() {
            200 => Some(reply.body["n"].as_i64().unwrap()),
            404 => None,
            other => panic!("{other}: {:?}", reply.body),
        }
    }

    /// The ids and values of the records whose value is at least `least`, sorted by id.
    async fn search(&self, tx: Option<&str>, least: i64) -> Vec<(String, i64)> {
        let condition = json!({ "field": "n", "operator": "Gte", "value": least });
        let body = json!({
            "filter": { "type": "Condition", "content": condition },
            "sort": [{ "field": "id", "ascending": true }],
        });
        let reply = self.ask(tx, Method::POST, "find/t", body).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        let records = reply.body.as_array().unwrap().iter();
        let pair = |it: &Value| {
            (
                it["id"].as_str().unwrap().to_owned(),
                it["n"].as_i64().unwrap(),
            )
        };
        records.map(pair).collect()
    }

    async fn end(&self, tx: &str, how: &str) -> Reply {
        let path = format!("transactions/{tx}/{how}");
        self.ask(None, Method::POST, &path, json!({})).await
    }

    async fn commit(&self, tx: &str) -> u16 {
        self.end(tx, "commit").await.status.as_u16()
    }

    async fn status(&self, tx: &str) -> (u16, Value) {
        let path = format!("transactions/{tx}");
        let reply = self.ask(None, Method::GET, &path, json!({})).await;
        (reply.status.as_u16(), reply.body)
    }
}

const LEVELS: [&str; 4] = [
    "ReadUncommitted",
    "ReadCommitted",
    "RepeatableRead",
    "Serializable",
];
