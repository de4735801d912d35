//! The emulator answers every operation of the contract as the contract says.

use ekodb_emulator::Emulator;
use ekodb_tests::{Contract, Endpoint};
use serde_json::{Value, json};

const COLLECTION: &str = "users";
const PREFIX: &str = "users:";
/// The records that the contract's examples speak of.
const RECORD: &str = "user-1";
const OTHER_RECORD: &str = "user-2";

/// An emulator in which everything that an operation may name exists.
struct Stage {
    emulator: Emulator,
    http: reqwest::Client,
    admin_token: String,
    limited_token: String,
    limited_key: String,
    limited_id: String,
}

impl Stage {
    async fn set(contract: &Contract, endpoint: &Endpoint) -> Self {
        let emulator = Emulator::builder().start().await.unwrap();
        let http = reqwest::Client::new();
        let mut stage = Self {
            admin_token: String::new(),
            limited_token: String::new(),
            limited_key: String::new(),
            limited_id: String::new(),
            http,
            emulator,
        };
        let admin_key = stage.emulator.admin_key().to_owned();
        stage.admin_token = stage.token(&admin_key).await;
        let admin = stage.admin_token.clone();
        let registered = stage
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
        stage.limited_key = registered["key"].as_str().unwrap().to_owned();
        stage.limited_id = registered["id"].as_str().unwrap().to_owned();
        stage.limited_token = stage.token(&stage.limited_key).await;
        let kv = format!(
            "/api/auth/keys/{}/permissions/kv/users%3A",
            stage.limited_id
        );
        stage
            .json(
                "PUT",
                &kv,
                Some(&admin),
                &json!({ "read": true, "write": false }),
            )
            .await;
        stage.furnish(contract, endpoint).await;
        stage
    }

    /// Makes what the operation needs: a collection with a schema, or records, or records in the trash.
    async fn furnish(&self, contract: &Contract, endpoint: &Endpoint) {
        let admin = Some(self.admin_token.as_str());
        if ["insert_record", "batch_insert", "create_collection"].contains(&endpoint.id.as_str()) {
            return;
        }
        if !endpoint.is_tagged("Records") && endpoint.id != "restore_record" {
            let endpoints = contract.endpoints();
            let create = endpoints
                .iter()
                .find(|other| other.id == "create_collection")
                .unwrap();
            let schema = &contract.request_examples(create)[0].1;
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
        if endpoint.id == "restore_record" {
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
    fn path(&self, contract: &Contract, endpoint: &Endpoint, body: Option<&Value>) -> String {
        let mut path = endpoint.path.clone();
        for name in contract.path_parameters(endpoint) {
            let value = match name.as_str() {
                "collection" => COLLECTION,
                "key_id" | "key" => &self.limited_id,
                "name" => COLLECTION,
                "prefix" => PREFIX,
                "id" => RECORD,
                "field" => "status",
                "action" => fitting_action(body),
                other => panic!("{}: the walk has no value for `{other}`", endpoint.id),
            };
            path = path.replace(&format!("{{{name}}}"), &ekodb_api::encode_path(value));
        }
        path
    }

    /// A request example of the contract, with a key that exists here in place of the example's.
    fn body(&self, endpoint: &Endpoint, mut example: Value) -> Value {
        if let Some(key) = example.get_mut("api_key") {
            let legacy = endpoint.path == "/api/auth/permissions";
            *key = if legacy {
                self.limited_key.as_str()
            } else {
                self.emulator.admin_key()
            }
            .into();
        }
        example
    }

    /// Calls the operation once with each of the contract's request examples, or once without a body.
    async fn call(
        contract: &Contract,
        endpoint: &Endpoint,
        token: impl Fn(&Self) -> Option<String>,
    ) -> Vec<(String, u16, Vec<u8>)> {
        let mut examples: Vec<(String, Option<Value>)> = contract
            .request_examples(endpoint)
            .into_iter()
            .map(|(name, example)| (name, Some(example)))
            .collect();
        if examples.is_empty() {
            examples.push(("no body".to_owned(), None));
        }
        let mut replies = Vec::new();
        for (name, example) in examples {
            let stage = Self::set(contract, endpoint).await;
            let body = example.map(|example| stage.body(endpoint, example));
            let path = stage.path(contract, endpoint, body.as_ref());
            let token = token(&stage);
            let (status, bytes) = stage
                .send(&endpoint.method, &path, token.as_deref(), body.as_ref())
                .await;
            replies.push((name, status, bytes));
        }
        replies
    }
}

#[tokio::test]
async fn an_admin_gets_a_documented_status_and_a_valid_body_from_every_operation() {
    let contract = Contract::load();
    let mut problems = Vec::new();
    let endpoints = contract.endpoints();
    assert!(
        endpoints.len() >= 39,
        "the contract has only {} operations",
        endpoints.len()
    );
    for endpoint in &endpoints {
        let admin = |stage: &Stage| Some(stage.admin_token.clone());
        for (example, status, body) in Stage::call(&contract, endpoint, admin).await {
            if !(200..300).contains(&status) {
                let text = String::from_utf8_lossy(&body).into_owned();
                problems.push(format!("{} ({example}): {status} {text}", endpoint.id));
            }
            if let Err(problem) = contract.check_reply(endpoint, status, &body) {
                problems.push(format!("{} ({example}): {problem}", endpoint.id));
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
    let contract = Contract::load();
    for endpoint in contract
        .endpoints()
        .iter()
        .filter(|endpoint| !contract.is_open(endpoint))
    {
        for (example, status, body) in Stage::call(&contract, endpoint, |_| None).await {
            assert_eq!(status, 401, "{} ({example})", endpoint.id);
            contract.check_reply(endpoint, status, &body).unwrap();
        }
    }
}

#[tokio::test]
async fn a_limited_key_is_refused_every_admin_operation_with_403_and_a_valid_body() {
    let contract = Contract::load();
    let mut refused = 0;
    for endpoint in contract
        .endpoints()
        .iter()
        .filter(|endpoint| !contract.is_open(endpoint))
    {
        if contract.privilege(endpoint) != "admin" {
            continue;
        }
        let limited = |stage: &Stage| Some(stage.limited_token.clone());
        for (example, status, body) in Stage::call(&contract, endpoint, limited).await {
            assert_eq!(
                status,
                403,
                "{} ({example}): {}",
                endpoint.id,
                String::from_utf8_lossy(&body)
            );
            contract.check_reply(endpoint, status, &body).unwrap();
            refused += 1;
        }
    }
    assert!(refused > 5, "only {refused} operations need an admin key");
}
