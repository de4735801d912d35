//! What is known of the real server, one file for each fact: decoded by the client, and produced by
//! the emulator.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use ekodb_client::{
    Action, Client, CollectionGrant, CollectionGrantPatch, CollectionSchema, Error, Field, KeyId,
    NewKey, Permission, Record, Retry, kv::KvLink, transactions::TransactionGuard,
};
use ekodb_emulator::Emulator;
use scripted_server::{Reply, Server};
use serde_json::{Value, json};

fn fixtures() -> BTreeMap<String, Value> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire");
    let mut fixtures = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let fixture: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for member in ["fact", "evidence", "operation"] {
            assert!(fixture[member].is_string(), "{name} has no `{member}`");
        }
        fixtures.insert(name, fixture);
    }
    assert!(fixtures.len() >= 60, "only {} facts", fixtures.len());
    fixtures
}

fn status(fixture: &Value) -> u16 {
    u16::try_from(fixture["status"].as_u64().unwrap()).unwrap()
}

/// A client of a server that answers everything with the fixture, and the token endpoint with a
/// token unless the fact is about that.
async fn client_of(fixture: &Value) -> (Server, Client) {
    let about_tokens = fixture["operation"] == "create_token";
    let reply = match fixture.get("text").and_then(Value::as_str) {
        Some("") => Reply::empty(status(fixture)),
        Some(text) => Reply::body(status(fixture), "text/plain", text),
        None => Reply::json(status(fixture), &fixture["body"]),
    };
    let server = if about_tokens {
        Server::start(move |_| reply.clone()).await
    } else {
        let begins = fixture["operation"] == "begin_transaction";
        Server::with_tokens(move |request| match request.path() {
            // What is about a transaction needs one.
            "/api/transactions" if !begins => Reply::json(200, r#"{"transaction_id":"a"}"#),
            _ => reply.clone(),
        })
        .await
    };
    let client = Client::builder()
        .base_url(server.url())
        .api_key("a-key")
        .retry(Retry::none())
        .build()
        .unwrap();
    (server, client)
}

/// Makes the fixture's call, and shows what came of it.
async fn decode(client: &Client, operation: &str) -> Result<String, Error> {
    let id: KeyId = "0123456789abcdef0123456789abcdef".parse().unwrap();
    let key = client.keys().key(&id);
    let users = client.collection("users");
    let schema = CollectionSchema::new().field("a", Field::string());
    Ok(match operation {
        "create_token" => format!("{:?}", client.token().await?.expose()),
        "register_key" => {
            let registered = client.keys().register(NewKey::limited("app")).await?;
            format!("{:?} {:#?}", registered.key.expose(), registered.record)
        }
        "list_keys" => format!("{:#?}", client.keys().list().await?),
        "revoke_key" => format!("{:?}", client.keys().revoke(&id).await?),
        "get_key_permissions" | "get_legacy_permissions" => format!("{:#?}", key.get().await?),
        "get_collection_grant" => format!("{:#?}", key.collection("users").get().await?),
        "put_collection_grant" => {
            format!(
                "{:#?}",
                key.collection("users")
                    .put(CollectionGrant::read_write())
                    .await?
            )
        }
        "patch_collection_grant" => {
            format!(
                "{:#?}",
                key.collection("users")
                    .patch(CollectionGrantPatch::new())
                    .await?
            )
        }
        "delete_collection_grant" => format!("{:#?}", key.collection("users").delete().await?),
        "put_kv_grant" => format!(
            "{:#?}",
            key.kv("a")
                .put([Permission::Read, Permission::Write])
                .await?
        ),
        "list_collections" => format!("{:?}", client.collections().list().await?),
        "create_collection" => format!("{:?}", users.create(schema).await?),
        "get_collection" => format!("{:#?}", users.details().await?),
        "delete_collection" => format!("{:?}", users.delete_collection().await?),
        "get_schema" => format!("{:#?}", users.schema().await?),
        "restore_collection" => format!("{:?}", users.restore().await?),
        "restore_record" => format!("{:?}", users.restore_record("a").await?),
        "insert_record" => format!("{:?}", users.insert(Record::new().with("a", 1)).await?),
        "get_record" => format!("{:#?}", users.get("ada").await?),
        "find_records" => format!("{:#?}", users.find().await?),
        "update_record" => format!("{:#?}", users.update("ada", json!({ "age": 37 })).await?),
        "apply_record_action" => format!(
            "{:#?}",
            users.act("ada", Action::increment("name", 1)).await?
        ),
        "batch_insert" => {
            let records = vec![Record::new().with_id("ada"), Record::new().with_id("ada")];
            format!("{:#?}", users.insert_many(records).await?)
        }
        "batch_delete" => format!("{:#?}", users.delete_many(["a", "b"]).await?),
        "distinct_values" => format!("{:#?}", users.find().distinct("name").await?),
        "get_config" => format!("{:?}", client.config().get().await?),
        "update_config" => format!("{:?}", client.config().use_typed_values(true).await?),
        "get_health" => {
            let health = client.health().await?;
            format!("ok: {} {health:#?}", health.is_ok())
        }
        "set_kv_value" => format!("{:?}", client.kv().set("a", json!({ "n": 1 })).await?),
        "get_kv_value" => format!("{:?}", client.kv().get::<Value>("cfg:a").await?),
        "batch_get_kv" => {
            let values = client.kv().get_many::<Value, _>(["x", "zz"]).await?;
            format!("{values:?}")
        }
        "batch_set_kv" => {
            let stored = client.kv().set_many([("x", 1), ("y", 2)]).await?;
            format!("{stored:?}")
        }
        "batch_delete_kv" => format!("{:?}", client.kv().delete_many(["x", "zz"]).await?),
        "find_kv_keys" => format!("{:?}", client.kv().find().await?),
        "add_kv_link" => {
            let link = KvLink::new("users", "u1");
            format!("{:?}", client.kv().link("a", link).await?)
        }
        "list_kv_links" => format!("{:#?}", client.kv().links("a").await?),
        "get_transaction" => format!("{:?}", client.transaction_status("a").await?),
        "begin_transaction" => format!("{:?}", client.begin().await?.id()),
        "commit_transaction" => {
            let begun = begun(client).await;
            format!("{:?}", begun.commit().await?)
        }
        "create_savepoint" => {
            let begun = begun(client).await;
            format!("{:?}", begun.savepoint("one").await?.name())
        }
        other => panic!("the test has no call for `{other}`"),
    })
}

/// A transaction of a server that has just begun one.
async fn begun(client: &Client) -> TransactionGuard {
    client.begin().await.unwrap()
}

#[tokio::test]
async fn the_client_makes_of_every_fact_what_a_person_has_reviewed() {
    let mut shown = String::new();
    for (name, fixture) in fixtures() {
        // Its reply is of another endpoint than the modern one that the client asks first.
        if fixture["operation"] == "get_legacy_permissions" {
            continue;
        }
        let (_server, client) = client_of(&fixture).await;
        let outcome = match decode(&client, fixture["operation"].as_str().unwrap()).await {
            Ok(value) => value,
            Err(error) => format!("{:?}: {error}", error.kind()),
        };
        writeln!(
            shown,
            "{name}: {}\n{outcome}\n",
            fixture["fact"].as_str().unwrap()
        )
        .unwrap();
    }
    insta::assert_snapshot!(shown);
}

/// An emulator with an admin key and a limited one.
struct TestServer {
    emulator: Emulator,
    http: reqwest::Client,
    admin: String,
    limited: String,
    limited_id: String,
}

impl TestServer {
    async fn start() -> Self {
        let mut server = Self {
            emulator: Emulator::builder().start().await.unwrap(),
            http: reqwest::Client::new(),
            admin: String::new(),
            limited: String::new(),
            limited_id: String::new(),
        };
        let token = |key: &str| json!({ "method": "POST", "path": "/api/auth/token", "body": { "api_key": key }, "as": "nobody" });
        let (_, reply) = server.send(&token("$ADMIN")).await;
        server.admin = reply["token"].as_str().unwrap().to_owned();
        let register = json!({
            "method": "POST", "path": "/api/auth/register", "as": "nobody",
            "body": {
                "api_key": "$ADMIN", "label": "limited", "is_admin": false,
                "collection_permissions": { "users": ["read", "write"] },
            },
        });
        let (_, reply) = server.send(&register).await;
        server.limited_id = reply["id"].as_str().unwrap().to_owned();
        let (_, reply) = server.send(&token(reply["key"].as_str().unwrap())).await;
        server.limited = reply["token"].as_str().unwrap().to_owned();
        server
    }

    async fn send(&self, request: &Value) -> (u16, Value) {
        let fill = |text: String| {
            text.replace("$ADMIN", self.emulator.admin_key())
                .replace("$ID", &self.limited_id)
        };
        let path = fill(request["path"].as_str().unwrap().to_owned());
        let method = request["method"].as_str().unwrap().parse().unwrap();
        let mut builder = self
            .http
            .request(method, format!("{}{path}", self.emulator.url()));
        builder = match request["as"].as_str().unwrap() {
            "admin" => builder.bearer_auth(&self.admin),
            "limited" => builder.bearer_auth(&self.limited),
            "forged" => builder.bearer_auth("not.a.token"),
            _ => builder,
        };
        let body = match (request.get("raw"), request.get("body")) {
            (Some(raw), _) => Some(raw.as_str().unwrap().to_owned()),
            (None, Some(body)) => Some(fill(body.to_string())),
            (None, None) => None,
        };
        if let Some(body) = body {
            builder = builder
                .header("content-type", "application/json")
                .body(body);
        }
        let reply = builder.send().await.unwrap();
        let status = reply.status().as_u16();
        let bytes = reply.bytes().await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }
}

/// Where the actual value lacks what is expected; members beyond that are the server's business.
fn differences(
    expected: &Value,
    actual: &Value,
    pointer: &str,
    varies: &[&str],
    found: &mut Vec<String>,
) {
    if varies.contains(&pointer) {
        if actual.is_null() && !expected.is_null() {
            found.push(format!("{pointer} is missing"));
        }
        return;
    }
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, value) in expected {
                let pointer = format!("{pointer}/{name}");
                match actual.get(name) {
                    Some(other) => differences(value, other, &pointer, varies, found),
                    None => found.push(format!("{pointer} is missing")),
                }
            }
        }
        (expected, actual) if expected != actual => {
            found.push(format!("{pointer} is {actual} and not {expected}"));
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_emulator_produces_every_fact_that_says_how_it_comes_about() {
    let mut problems = Vec::new();
    let mut produced = 0;
    for (name, fixture) in fixtures() {
        let Some(request) = fixture.get("request") else {
            continue;
        };
        let server = TestServer::start().await;
        for given in fixture["given"].as_array().into_iter().flatten() {
            let (status, reply) = server.send(given).await;
            assert!((200..300).contains(&status), "{name}: {status} {reply}");
        }
        let (actual, reply) = server.send(request).await;
        if actual != status(&fixture) {
            problems.push(format!("{name}: the status is {actual}: {reply}"));
        }
        let varies: Vec<&str> = fixture["varies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut found = Vec::new();
        differences(&fixture["body"], &reply, "", &varies, &mut found);
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{name}: {problem}")),
        );
        produced += 1;
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(
        produced >= 40,
        "only {produced} facts say how they come about"
    );
}
