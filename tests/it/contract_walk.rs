//! The emulator answers every operation of the contract as the contract says.

use ekodb_emulator::Emulator;
use ekodb_tests::{check_reply, contract};
use serde_json::{Value, json};
use xtask::contract::{Document, Operation};

const COLLECTION: &str = "users";
const PREFIX: &str = "users:";
const KV_KEY: &str = "sessions:1";
const SAVEPOINT: &str = "before";
/// The records that the contract's examples speak of.
const RECORD: &str = "user-1";
const OTHER_RECORD: &str = "user-2";

/// An emulator in which everything that an operation may name exists.
struct TestServer {
    emulator: Emulator,
    http: reqwest::Client,
    admin_token: String,
    limited_token: String,
    limited_key: String,
    limited_id: String,
    /// A transaction of the admin key.
    transaction: String,
}

impl TestServer {
    async fn start(contract: &Document, operation: &Operation<'_>) -> Self {
        let emulator = Emulator::builder().start().await.unwrap();
        let http = reqwest::Client::new();
        let mut server = Self {
            admin_token: String::new(),
            limited_token: String::new(),
            limited_key: String::new(),
            limited_id: String::new(),
            transaction: String::new(),
            http,
            emulator,
        };
        let admin_key = server.emulator.admin_key().to_owned();
        server.admin_token = server.token(&admin_key).await;
        let admin = server.admin_token.clone();
        let registered = server
            .json(
                "POST",
                "/api/auth/register",
                None,
                &json!({
                    "api_key": admin_key,
                    "label": "walker",
                    "description": "walks over the contract",
                    "collection_permissions": { COLLECTION: ["read", "write"] },
                    "is_admin": false,
                }),
            )
            .await;
        server.limited_key = registered["key"].as_str().unwrap().to_owned();
        server.limited_id = registered["id"].as_str().unwrap().to_owned();
        server.limited_token = server.token(&server.limited_key).await;
        let kv = format!(
            "/api/auth/keys/{}/permissions/kv/users%3A",
            server.limited_id
        );
        server
            .json(
                "PUT",
                &kv,
                Some(&admin),
                &json!({ "read": true, "write": false }),
            )
            .await;
        if operation.is_tagged("Transactions") {
            server.begin().await;
        }
        server.create_prior_state(contract, operation).await;
        server
    }

    /// Begins a transaction with a savepoint in it.
    async fn begin(&mut self) {
        let admin = Some(self.admin_token.as_str());
        let begun = self
            .json("POST", "/api/transactions", admin, &json!({}))
            .await;
        let id = begun["transaction_id"].as_str().unwrap().to_owned();
        let path = format!("/api/transactions/{id}/savepoints");
        let name = json!({ "name": SAVEPOINT });
        self.json("POST", &path, admin, &name).await;
        self.transaction = id;
    }

    /// Creates what must exist before the call: a key of the KV store, a collection with a schema,
    /// or records, or records in the trash.
    async fn create_prior_state(&self, contract: &Document, operation: &Operation<'_>) {
        let admin = Some(self.admin_token.as_str());
        if operation.is_tagged("KV store") {
            let path = format!("/api/kv/set/{KV_KEY}");
            self.json(
                "POST",
                &path,
                admin,
                &json!({ "value": { "user": "user-1" } }),
            )
            .await;
        }
        if ["insert_record", "batch_insert", "create_collection"].contains(&operation.id()) {
            return;
        }
        if !operation.is_tagged("Records") && operation.id() != "restore_record" {
            let operations = contract.operations();
            let create = operations
                .iter()
                .find(|other| other.id() == "create_collection")
                .unwrap();
            let schema = create.request_examples()[0].1;
            let path = format!("/api/collections/{COLLECTION}");
            self.json("POST", &path, admin, schema).await;
            return;
        }
        for id in [RECORD, OTHER_RECORD] {
            let record = json!({
                "id": id, "name": "Ada", "age": 36, "visits": 1, "tags": ["new"], "status": "active", "draft": ["x"],
            });
            self.json("POST", &format!("/api/insert/{COLLECTION}"), admin, &record)
                .await;
        }
        if operation.id() == "restore_record" {
            let path = format!("/api/delete/{COLLECTION}/{RECORD}");
            self.send("DELETE", &path, admin, None).await;
        }
    }

    async fn token(&self, key: &str) -> String {
        let reply = self
            .json("POST", "/api/auth/token", None, &json!({ "api_key": key }))
            .await;
        reply["token"].as_str().unwrap().to_owned()
    }

    async fn json(&self, method: &str, path: &str, token: Option<&str>, body: &Value) -> Value {
        let (status, bytes) = self.send(method, path, token, Some(body)).await;
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {}",
            String::from_utf8_lossy(&bytes)
        );
        serde_json::from_slice(&bytes).unwrap()
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> (u16, Vec<u8>) {
        let url = format!("{}{path}", self.emulator.url());
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let reply = request.send().await.unwrap();
        (
            reply.status().as_u16(),
            reply.bytes().await.unwrap().to_vec(),
        )
    }

    /// The operation's path with every parameter filled by something that exists.
    fn path(&self, operation: &Operation<'_>, body: Option<&Value>) -> String {
        let mut path = operation.path.to_owned();
        for name in operation.path_parameters() {
            let value = match name {
                "collection" => COLLECTION,
                "key" if operation.is_tagged("KV store") => KV_KEY,
                "key_id" | "key" => &self.limited_id,
                "document_id" => RECORD,
                "transaction_id" => &self.transaction,
                "savepoint" => SAVEPOINT,
                "name" => COLLECTION,
                "prefix" => PREFIX,
                "id" => RECORD,
                "field" => "status",
                "action" => fitting_action(body),
                other => panic!("{}: the walk has no value for `{other}`", operation.id()),
            };
            path = path.replace(&format!("{{{name}}}"), &ekodb_api::encode_path(value));
        }
        path
    }

    /// A request example of the contract, with a key that exists here in place of the example's.
    fn body(&self, operation: &Operation<'_>, mut example: Value) -> Value {
        if let Some(key) = example.get_mut("api_key") {
            let legacy = operation.path == "/api/auth/permissions";
            *key = if legacy {
                self.limited_key.as_str()
            } else {
                self.emulator.admin_key()
            }
            .into();
        }
        example
    }

    /// Calls the operation once with each of the contract's request examples, or once without a
    /// body.
    async fn call(
        contract: &Document,
        operation: &Operation<'_>,
        token: impl Fn(&Self) -> Option<String>,
    ) -> Vec<(String, u16, Vec<u8>)> {
        let mut examples: Vec<(String, Option<Value>)> = operation
            .request_examples()
            .into_iter()
            .map(|(name, example)| (name.to_owned(), Some(example.clone())))
            .collect();
        if examples.is_empty() {
            examples.push(("no body".to_owned(), None));
        }
        let mut replies = Vec::new();
        for (name, example) in examples {
            let server = Self::start(contract, operation).await;
            let body = example.map(|example| server.body(operation, example));
            let path = server.path(operation, body.as_ref());
            let token = token(&server);
            let (status, bytes) = server
                .send(
                    &operation.method.to_uppercase(),
                    &path,
                    token.as_deref(),
                    body.as_ref(),
                )
                .await;
            replies.push((name, status, bytes));
        }
        replies
    }
}

#[tokio::test]
async fn an_admin_gets_a_documented_status_and_a_valid_body_from_every_operation() {
    let contract = contract();
    let mut problems = Vec::new();
    let operations = contract.operations();
    assert!(
        operations.len() >= 57,
        "the contract has only {} operations",
        operations.len()
    );
    for operation in &operations {
        let admin = |server: &TestServer| Some(server.admin_token.clone());
        for (example, status, body) in TestServer::call(&contract, operation, admin).await {
            if !(200..300).contains(&status) {
                let text = String::from_utf8_lossy(&body).into_owned();
                problems.push(format!("{} ({example}): {status} {text}", operation.id()));
            }
            if let Err(problem) = check_reply(operation, status, &body) {
                problems.push(format!("{} ({example}): {problem}", operation.id()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The action that an example's operand is meant for.
fn fitting_action(body: Option<&Value>) -> &'static str {
    match body.map(|body| &body["value"]) {
        Some(Value::Number(_)) => "increment",
        Some(Value::String(_)) => "push",
        _ => "clear",
    }
}

#[tokio::test]
async fn without_a_token_every_protected_operation_answers_401_with_a_valid_body() {
    let contract = contract();
    for operation in contract
        .operations()
        .iter()
        .filter(|operation| !operation.is_open())
    {
        for (example, status, body) in TestServer::call(&contract, operation, |_| None).await {
            assert_eq!(status, 401, "{} ({example})", operation.id());
            check_reply(operation, status, &body).unwrap();
        }
    }
}

#[tokio::test]
async fn a_limited_key_is_refused_every_admin_operation_with_403_and_a_valid_body() {
    let contract = contract();
    let mut refused = 0;
    for operation in contract
        .operations()
        .iter()
        .filter(|operation| !operation.is_open())
    {
        if operation.privilege() != "admin" {
            continue;
        }
        let limited = |server: &TestServer| Some(server.limited_token.clone());
        for (example, status, body) in TestServer::call(&contract, operation, limited).await {
            assert_eq!(
                status,
                403,
                "{} ({example}): {}",
                operation.id(),
                String::from_utf8_lossy(&body)
            );
            check_reply(operation, status, &body).unwrap();
            refused += 1;
        }
    }
    assert!(refused > 5, "only {refused} operations need an admin key");
}
