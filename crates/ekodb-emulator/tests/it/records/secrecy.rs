//! No reply depends on what a key may not read: two databases that differ in nothing but hidden
//! fields give equal replies to every limited key, whatever it asks and writes.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{condition, logical};
use crate::support::{Key, Server, send};

const RECORDS: usize = 12;
const REQUESTS: usize = 400;

/// The fields that no key here may read. Some are unique, bounded, required, have a default or an
/// index, or are of another type in each record.
const HIDDEN: [&str; 6] = ["ssn", "salary", "notes", "level", "code", "inner"];
const SHOWN: [&str; 4] = ["name", "n", "tags", "address"];

/// Reproducible choices.
struct Random(fastrand::Rng);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn field(&mut self) -> &'static str {
        match self.below(8) {
            0 => "id",
            1 => self.of(&["address.city", "inner.secret", "ssn.x", "notes.0", "name.x"]),
            2..=4 => self.of(&HIDDEN),
            _ => self.of(&SHOWN),
        }
    }

    /// A value that may well be stored, in one of the databases.
    fn value(&mut self) -> Value {
        match self.below(10) {
            0 => json!(null),
            1 => json!(format!("A{}", self.below(RECORDS))),
            2 => json!(format!("B{}", self.below(RECORDS))),
            3 => json!(self.below(1000)),
            4 => json!(["x", self.below(3)]),
            5 => json!({ "secret": self.below(3) }),
            6 => json!(0.5),
            7 => json!("c0"),
            8 => json!(9_223_372_036_854_775_000_i64),
            _ => json!(self.below(RECORDS)),
        }
    }

    fn id(&mut self) -> String {
        format!("r{}", self.below(RECORDS + 3))
    }

    fn record(&mut self) -> Value {
        let mut record = json!({});
        for _ in 0..self.below(4) {
            record[self.field().replace("id", "name")] = self.value();
        }
        record
    }

    fn filter(&mut self) -> Value {
        let operators = [
            "Eq",
            "Ne",
            "Gt",
            "Lte",
            "In",
            "NotIn",
            "Contains",
            "StartsWith",
        ];
        if self.chance(70) {
            let operator = self.of(&operators);
            let value = match operator {
                "In" | "NotIn" => json!([self.value(), self.value()]),
                _ => self.value(),
            };
            return condition(self.field(), operator, value);
        }
        let parts = match self.of(&["And", "Or", "Not"]) {
            "Not" => return logical("Not", json!([self.filter()])),
            group => (group, json!([self.filter(), self.filter()])),
        };
        logical(parts.0, parts.1)
    }

    fn query(&mut self) -> Value {
        let mut query = json!({});
        if self.chance(60) {
            query["filter"] = self.filter();
        }
        if self.chance(40) {
            query["sort"] = json!([{ "field": self.field(), "ascending": self.chance(50) }]);
        }
        if self.chance(30) {
            query["limit"] = json!(self.below(RECORDS));
            query["skip"] = json!(self.below(3));
        }
        if self.chance(20) {
            query["select_fields"] = json!([self.field(), self.field()]);
        }
        if self.chance(20) {
            let collection = self.of(&["orders", "people", "none"]);
            query["join"] = json!({
                "collections": [collection], "local_field": self.field(),
                "foreign_field": self.field(), "as_field": self.field(),
            });
        }
        query
    }

    fn action(&mut self) -> Value {
        let actions = [
            "increment",
            "decrement",
            "multiply",
            "divide",
            "modulo",
            "push",
            "pop",
            "shift",
            "unshift",
            "remove",
            "append",
            "clear",
        ];
        json!([self.of(&actions), self.field(), self.value()])
    }

    fn request(&mut self) -> (Method, String, Value) {
        let id = self.id();
        match self.below(14) {
            0..=2 => (Method::POST, "/api/find/people".to_owned(), self.query()),
            3 => (
                Method::GET,
                format!("/api/find/people/{id}?select_fields=name,ssn,n"),
                json!({}),
            ),
            4 => {
                let body = match self.chance(50) {
                    true => json!({ "filter": self.filter() }),
                    false => json!({}),
                };
                let path = format!("/api/distinct/people/{}", self.field());
                (Method::POST, path, body)
            }
            5 => {
                let mut record = self.record();
                record["id"] = json!(id);
                (Method::POST, "/api/insert/people".to_owned(), record)
            }
            6..=7 => (
                Method::PUT,
                format!("/api/update/people/{id}"),
                self.record(),
            ),
            8 => {
                let action = self.action();
                let path = format!(
                    "/api/update/people/{id}/action/{}",
                    action[0].as_str().unwrap()
                );
                let body = json!({ "field": action[1], "value": action[2] });
                (Method::PUT, path, body)
            }
            9 => {
                let steps: Vec<_> = (0..=self.below(3)).map(|_| self.action()).collect();
                let path = format!("/api/update/sequence/people/{id}");
                (Method::PUT, path, json!(steps))
            }
            10 => {
                let inserts: Vec<_> = (0..3)
                    .map(|_| {
                        let mut record = self.record();
                        record["id"] = json!(self.id());
                        json!({ "data": record })
                    })
                    .collect();
                let body = json!({ "inserts": inserts });
                (Method::POST, "/api/batch/insert/people".to_owned(), body)
            }
            11 => {
                let updates: Vec<_> = (0..3)
                    .map(|_| json!({ "id": self.id(), "data": self.record() }))
                    .collect();
                let body = json!({ "updates": updates });
                (Method::PUT, "/api/batch/update/people".to_owned(), body)
            }
            12 if self.chance(30) => (
                Method::DELETE,
                format!("/api/delete/people/{id}"),
                json!({}),
            ),
            _ => {
                let path = self.of(&["collections/people", "schemas/people", "collections"]);
                (Method::GET, format!("/api/{path}"), json!({}))
            }
        }
    }
}

/// A server whose hidden fields have the values of `variant`, and a key for each grant.
async fn server(variant: &str, grants: &[Value]) -> (Server, Vec<Key>) {
    let server = Server::start().await;
    let admin = server.admin().await;
    let fields = json!({
        "name": { "field_type": "String" },
        "ssn": { "field_type": "String", "unique": true },
        "code": { "field_type": "String", "unique": true, "default": "c0" },
        "salary": {
            "field_type": "Integer", "min": 0, "max": 1000, "index": { "type": "btree" },
        },
    });
    for name in ["people", "orders"] {
        let path = format!("/api/collections/{name}");
        let reply = server
            .post(&admin, &path, json!({ "fields": fields }))
            .await;
        assert_eq!(reply.status, 201, "{}", reply.body);
    }
    let is_a = variant == "A";
    for n in 0..RECORDS {
        let mut record = json!({
            "id": format!("r{n}"), "name": format!("A{}", n % 5), "n": n, "tags": ["x", n % 3],
            "address": { "city": format!("B{}", n % 2) },
            "ssn": format!("{variant}{n}"), "code": format!("{variant}-{n}"),
            "salary": if is_a { n * 80 } else { 1000 - n },
        });
        match (is_a, n % 3) {
            (true, 0) => record["notes"] = json!(["x"]),
            (true, 1) => record["notes"] = json!(i64::MAX),
            (false, 0) => record["notes"] = json!("a text that is longer than the other one"),
            (false, 1) => record["notes"] = json!({ "x": 1 }),
            _ => {}
        }
        if is_a == (n % 2 == 0) {
            record["level"] = json!("high");
            record["inner"] = json!({ "secret": n });
        }
        if is_a && n == 3 {
            record["code"] = json!("c0");
        }
        for name in ["people", "orders"] {
            let path = format!("/api/insert/{name}");
            let reply = server.post(&admin, &path, record.clone()).await;
            assert_eq!(reply.status, 201, "{}", reply.body);
        }
    }
    // From now on a field is required that only some records have.
    let level = json!({ "level": { "field_type": "String", "required": true } });
    for name in ["people", "orders"] {
        let path = format!("/api/schemas/{name}");
        let reply = server
            .put(&admin, &path, json!({ "constraints": level }))
            .await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    let mut keys = Vec::new();
    for grant in grants {
        let key = server.limited(json!({})).await;
        for name in ["people", "orders"] {
            let path = format!("/api/auth/keys/{}/permissions/collections/{name}", key.id);
            let reply = server.put(&admin, &path, grant.clone()).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
        }
        keys.push(key);
    }
    (server, keys)
}

/// A reply without the times at which the server was set up.
async fn reply(server: &Server, key: &Key, request: &(Method, String, Value)) -> (u16, Value) {
    let (method, path, body) = request;
    let asked = server.request(method.clone(), path).bearer_auth(&key.token);
    let mut reply = send(asked.json(body)).await;
    for place in ["", "/collection"] {
        if let Some(Value::Object(schema)) = reply.body.pointer_mut(place) {
            schema.remove("created_at");
            schema.remove("last_modified");
        }
    }
    (reply.status.as_u16(), reply.body)
}

#[tokio::test]
async fn no_reply_to_a_limited_key_depends_on_hidden_fields() {
    let grant = |read: bool, write: bool, restriction: &str, fields: &[&str]| {
        let mut grant = json!({ "read": read, "write": write });
        grant[restriction] = json!(fields);
        grant
    };
    let mut written = grant(true, true, "exclude_fields", &HIDDEN);
    written["writable_fields"] = json!(["name", "n", "ssn", "salary"]);
    let grants = [
        grant(true, true, "exclude_fields", &HIDDEN),
        grant(true, true, "select_fields", &SHOWN),
        grant(true, true, "select_fields", &["name"]),
        grant(true, true, "select_fields", &[]),
        grant(true, false, "exclude_fields", &HIDDEN),
        grant(false, true, "exclude_fields", &HIDDEN),
        grant(false, true, "select_fields", &[]),
        written,
    ];
    let (a, keys_of_a) = server("A", &grants).await;
    let (b, keys_of_b) = server("B", &grants).await;
    let before = (
        a.emulator.snapshot().await.unwrap(),
        b.emulator.snapshot().await.unwrap(),
    );
    let mut random = Random(fastrand::Rng::with_seed(13));
    let mut successes = 0;
    for ((key_of_a, key_of_b), grant) in keys_of_a.iter().zip(&keys_of_b).zip(&grants) {
        a.emulator.restore(before.0).await.unwrap();
        b.emulator.restore(before.1).await.unwrap();
        for _ in 0..REQUESTS {
            let request = random.request();
            let of_a = reply(&a, key_of_a, &request).await;
            let of_b = reply(&b, key_of_b, &request).await;
            assert_eq!(of_a, of_b, "{request:?} under {grant}");
            successes += usize::from(of_a.0 < 300);
        }
    }
    assert!(successes > REQUESTS, "{successes}");
}
