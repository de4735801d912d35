//! No reply depends on what a key may not read: two databases that differ in nothing but hidden
//! fields give equal replies to every limited key, whatever it asks and writes.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{condition, logical};
use crate::support::{Admin, Key, Server, send};

const RECORDS: usize = 12;
const REQUESTS: usize = 500;

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

    /// A key of the key-value store: one that may be read and written, only written, or neither.
    fn kv_key(&mut self) -> String {
        let n = self.below(4);
        match self.below(5) {
            0..=1 => format!("shared:{n}"),
            2 => format!("inbox:{n}"),
            _ => self
                .of(&["secret:A", "secret:B", "secret:0", "other"])
                .to_owned(),
        }
    }

    fn kv_request(&mut self) -> (Method, String, Value) {
        let key = self.kv_key();
        let (one, other) = (self.kv_key(), self.kv_key());
        match self.below(9) {
            0 => (Method::GET, format!("/api/kv/get/{key}"), json!({})),
            1 => (
                Method::POST,
                format!("/api/kv/set/{key}"),
                json!({ "value": self.value() }),
            ),
            2 => (Method::DELETE, format!("/api/kv/delete/{key}"), json!({})),
            3 => (
                Method::POST,
                "/api/kv/batch/get".to_owned(),
                json!({ "keys": [one, other] }),
            ),
            4 => (
                Method::POST,
                "/api/kv/batch/set".to_owned(),
                json!({ "keys": [one, other], "values": [self.value(), self.value()] }),
            ),
            5 => (
                Method::DELETE,
                "/api/kv/batch/delete".to_owned(),
                json!({ "keys": [one, other] }),
            ),
            6 => {
                let pattern = self.of(&["secret", "^shared:[12]$", ":", "inbox|other"]);
                let body = json!({ "pattern": pattern, "include_expired": self.chance(50) });
                (Method::POST, "/api/kv/find".to_owned(), body)
            }
            7 => (Method::GET, format!("/api/kv/{key}/links"), json!({})),
            _ => {
                let method = self.of(&[&Method::POST, &Method::DELETE]).clone();
                let path = format!("/api/kv/{key}/links/people/{}", self.id());
                (method, path, json!({}))
            }
        }
    }

    /// A request, perhaps one of a transaction: `{tx}` stands for its id.
    fn request(&mut self) -> (Method, String, Value) {
        match self.below(20) {
            0..=3 => self.kv_request(),
            4 => {
                let level = self.of(&["ReadCommitted", "RepeatableRead", "Serializable"]);
                let body = json!({ "isolation_level": level });
                (Method::POST, "/api/transactions".to_owned(), body)
            }
            5 => {
                let end = self.of(&["commit", "rollback"]);
                (
                    Method::POST,
                    format!("/api/transactions/{{tx}}/{end}"),
                    json!({}),
                )
            }
            6 => (Method::GET, "/api/transactions/{tx}".to_owned(), json!({})),
            _ => {
                let (method, path, body) = self.record_request();
                let mark = if path.contains('?') { '&' } else { '?' };
                match self.chance(30) && !path.contains("/action/") {
                    true => (method, format!("{path}{mark}transaction_id={{tx}}"), body),
                    false => (method, path, body),
                }
            }
        }
    }

    fn record_request(&mut self) -> (Method, String, Value) {
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
    let admin = Admin::start().await;
    let fields = json!({
        "name": { "field_type": "String" },
        "ssn": { "field_type": "String", "unique": true },
        "code": { "field_type": "String", "unique": true, "default": "c0" },
        "salary": {
            "field_type": "Integer", "min": 0, "max": 1000, "index": { "type": "btree" },
        },
    });
    for name in ["people", "orders"] {
        admin.with_schema(name, fields.clone()).await;
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
            admin.insert(name, record.clone()).await;
        }
    }
    for n in 0..3 {
        for (key, value) in [
            (format!("shared:{n}"), json!(n)),
            (format!("inbox:{n}"), json!(format!("{variant}{n}"))),
            (format!("secret:{n}"), json!({ "of": variant })),
            (format!("secret:{variant}"), json!(["x", n])),
        ] {
            let route = format!("POST /api/kv/set/{key}");
            admin.done(&route, json!({ "value": value })).await;
        }
    }
    let route = format!("POST /api/kv/secret:{variant}/links/people/r0");
    admin.done(&route, json!({})).await;
    // From now on a field is required that only some records have.
    let level = json!({ "level": { "field_type": "String", "required": true } });
    for name in ["people", "orders"] {
        let route = format!("PUT /api/schemas/{name}");
        admin.done(&route, json!({ "constraints": level })).await;
    }
    let mut keys = Vec::new();
    for grant in grants {
        let key = admin.limited(json!({})).await;
        for name in ["people", "orders"] {
            admin
                .grant(&key, &format!("collections/{name}"), grant.clone())
                .await;
        }
        for (prefix, read) in [("shared:", true), ("inbox:", false)] {
            let grant = json!({ "read": read, "write": true });
            admin.grant(&key, &format!("kv/{prefix}"), grant).await;
        }
        keys.push(key);
    }
    (admin.server, keys)
}

/// A limited key at a server, and the transaction that it began last.
struct Caller<'s> {
    server: &'s Server,
    key: &'s Key,
    transaction: String,
}

impl Caller<'_> {
    /// Asks, and returns the reply without what is another at each server: the times at which it
    /// was set up, and ids that it has made.
    async fn ask(&mut self, request: &(Method, String, Value)) -> (u16, Value) {
        let (method, path, body) = request;
        let path = path.replace("{tx}", &self.transaction);
        let asked = self.server.request(method.clone(), &path);
        let mut reply = send(asked.bearer_auth(&self.key.token).json(body)).await;
        for place in ["", "/collection", "/0"] {
            if let Some(Value::Object(members)) = reply.body.pointer_mut(place) {
                members.remove("created_at");
                members.remove("last_modified");
                if let Some(Value::String(id)) = members.remove("transaction_id") {
                    self.transaction = id;
                }
            }
        }
        (reply.status.as_u16(), reply.body)
    }
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
        let caller = |server, key| Caller {
            server,
            key,
            transaction: "none".to_owned(),
        };
        let (mut at_a, mut at_b) = (caller(&a, key_of_a), caller(&b, key_of_b));
        for _ in 0..REQUESTS {
            let request = random.request();
            let of_a = at_a.ask(&request).await;
            let of_b = at_b.ask(&request).await;
            assert_eq!(of_a, of_b, "{request:?} under {grant}");
            successes += usize::from(of_a.0 < 300);
        }
    }
    assert!(successes > REQUESTS, "{successes}");
}
