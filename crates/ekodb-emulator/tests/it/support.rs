//! A started emulator and short ways to ask it something.

use ekodb_emulator::{Emulator, EmulatorBuilder};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// An admin key that nothing else contains.
pub(crate) const ADMIN: &str = "test-admin-key-0123456789-abcdefghij";

/// A running emulator and a client without any behaviour of its own.
pub(crate) struct Server {
    pub(crate) emulator: Emulator,
    pub(crate) http: reqwest::Client,
}

/// A reply read whole; its body is `null` when it is empty.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

/// A registered key with a token.
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) token: String,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(builder()).await
    }

    pub(crate) async fn start_with(builder: EmulatorBuilder) -> Self {
        Self {
            emulator: builder.start().await.expect("the emulator starts"),
            http: http(),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.emulator.url()))
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Reply {
        send(self.request(Method::GET, path).bearer_auth(token)).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: Value) -> Reply {
        send(
            self.request(Method::POST, path)
                .bearer_auth(token)
                .json(&body),
        )
        .await
    }

    pub(crate) async fn put(&self, token: &str, path: &str, body: Value) -> Reply {
        send(
            self.request(Method::PUT, path)
                .bearer_auth(token)
                .json(&body),
        )
        .await
    }

    pub(crate) async fn patch(&self, token: &str, path: &str, body: Value) -> Reply {
        send(
            self.request(Method::PATCH, path)
                .bearer_auth(token)
                .json(&body),
        )
        .await
    }

    pub(crate) async fn delete(&self, token: &str, path: &str) -> Reply {
        send(self.request(Method::DELETE, path).bearer_auth(token)).await
    }

    /// A POST without a bearer.
    pub(crate) async fn open_post(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn token_for(&self, key: &str) -> Reply {
        self.open_post("/api/auth/token", json!({ "api_key": key }))
            .await
    }

    /// A token of the admin key.
    pub(crate) async fn admin(&self) -> String {
        token(self.token_for(self.emulator.admin_key()).await)
    }

    /// A new limited key.
    pub(crate) async fn limited(&self, collection_permissions: Value) -> Key {
        let reply = self
            .open_post(
                "/api/auth/register",
                json!({
                    "api_key": self.emulator.admin_key(),
                    "label": "limited",
                    "description": "of a test",
                    "collection_permissions": collection_permissions,
                    "is_admin": false,
                }),
            )
            .await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        let value = text(&reply.body["key"]);
        Key {
            id: text(&reply.body["id"]),
            token: token(self.token_for(&value).await),
            value,
        }
    }

    /// A new collection with one string field.
    pub(crate) async fn collection(&self, name: &str) {
        let admin = self.admin().await;
        let body = json!({ "fields": { "name": { "field_type": "String" } } });
        let reply = self
            .post(&admin, &format!("/api/collections/{name}"), body)
            .await;
        assert_eq!(reply.status, 201, "{:?}", reply.body);
    }
}

/// An emulator in memory with the tests' admin key.
pub(crate) fn builder() -> EmulatorBuilder {
    Emulator::builder().admin_key(ADMIN)
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client without settings can be built")
}

pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.expect("the emulator answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.expect("the reply arrives whole");
    let body = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).expect("the reply is JSON")
    };
    Reply {
        status,
        headers,
        body,
    }
}

pub(crate) fn token(reply: Reply) -> String {
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    text(&reply.body["token"])
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
