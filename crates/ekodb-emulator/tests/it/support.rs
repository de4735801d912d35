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

impl Reply {
    /// Asserts the status and the body.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, body: Value) {
        assert_eq!(self.status, status, "{:?}", self.body);
        assert_eq!(self.body, body);
    }
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

    /// A request of a method and a path, such as `PUT /api/config`.
    pub(crate) fn route(&self, route: &str) -> RequestBuilder {
        let (method, path) = route.split_once(' ').expect("a method and a path");
        self.request(method.parse().expect("a method"), path)
    }

    pub(crate) async fn ask(&self, token: &str, route: &str, body: Value) -> Reply {
        send(self.route(route).bearer_auth(token).json(&body)).await
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Reply {
        send(self.request(Method::GET, path).bearer_auth(token)).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: Value) -> Reply {
        self.ask(token, &format!("POST {path}"), body).await
    }

    pub(crate) async fn put(&self, token: &str, path: &str, body: Value) -> Reply {
        self.ask(token, &format!("PUT {path}"), body).await
    }

    pub(crate) async fn patch(&self, token: &str, path: &str, body: Value) -> Reply {
        self.ask(token, &format!("PATCH {path}"), body).await
    }

    pub(crate) async fn delete(&self, token: &str, path: &str) -> Reply {
        send(self.request(Method::DELETE, path).bearer_auth(token)).await
    }

    pub(crate) async fn find(&self, token: &str, collection: &str, query: Value) -> Reply {
        let path = format!("/api/find/{collection}");
        self.post(token, &path, query).await
    }

    /// A POST without a bearer.
    pub(crate) async fn open_post(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn register(&self, body: Value) -> Reply {
        self.open_post("/api/auth/register", body).await
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
        let body = json!({
            "api_key": self.emulator.admin_key(),
            "label": "limited",
            "description": "of a test",
            "collection_permissions": collection_permissions,
            "is_admin": false,
        });
        let reply = self.register(body).await;
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

/// A started emulator with a token of its admin key, and short ways to ask with it.
pub(crate) struct Admin {
    pub(crate) server: Server,
    pub(crate) token: String,
}

impl std::ops::Deref for Admin {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Admin {
    pub(crate) async fn start() -> Self {
        Self::start_with(builder()).await
    }

    pub(crate) async fn start_with(builder: EmulatorBuilder) -> Self {
        Self::of(Server::start_with(builder).await).await
    }

    pub(crate) async fn of(server: Server) -> Self {
        let token = server.admin().await;
        Self { server, token }
    }

    pub(crate) async fn plain() -> Self {
        Self::start().await.with_plain_values().await
    }

    /// From now on replies do not say the types of values.
    pub(crate) async fn with_plain_values(self) -> Self {
        let config = json!({ "use_typed_values": false });
        assert_eq!(self.put("/api/config", config).await.status, 200);
        self
    }

    /// With another token, once the clock has moved further than one lives.
    pub(crate) async fn again(self) -> Self {
        Self::of(self.server).await
    }

    pub(crate) async fn ask(&self, route: &str, body: Value) -> Reply {
        self.server.ask(&self.token, route, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.server.get(&self.token, path).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.server.post(&self.token, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.server.put(&self.token, path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.server.patch(&self.token, path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.server.delete(&self.token, path).await
    }

    /// Asks for what has to succeed.
    pub(crate) async fn done(&self, route: &str, body: Value) {
        let reply = self.ask(route, body).await;
        assert_eq!(reply.status, 200, "{route}: {:?}", reply.body);
    }

    /// Sets a grant of a key, such as that on `collections/users`.
    pub(crate) async fn grant(&self, key: &Key, on: &str, grant: Value) {
        let route = format!("PUT /api/auth/keys/{}/permissions/{on}", key.id);
        self.done(&route, grant).await;
    }

    /// Stores a record and gives its id.
    pub(crate) async fn insert(&self, collection: &str, record: Value) -> String {
        let reply = self
            .post(&format!("/api/insert/{collection}"), record)
            .await;
        assert_eq!(reply.status, 201, "{:?}", reply.body);
        text(&reply.body["id"])
    }

    /// Changes the record at a place, such as `users/1`.
    pub(crate) async fn update(&self, place: &str, changes: Value) -> Reply {
        self.put(&format!("/api/update/{place}"), changes).await
    }

    pub(crate) async fn find(&self, collection: &str, query: Value) -> Reply {
        self.server.find(&self.token, collection, query).await
    }

    /// The value of one field in each record that a query finds, in the order of the reply.
    pub(crate) async fn found(&self, collection: &str, query: Value, field: &str) -> Value {
        let reply = self.find(collection, query).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        let records = reply.body.as_array().unwrap();
        records.iter().map(|record| record[field].clone()).collect()
    }

    /// A collection with this schema.
    pub(crate) async fn with_schema(&self, collection: &str, fields: Value) {
        let path = format!("/api/collections/{collection}");
        let reply = self.post(&path, json!({ "fields": fields })).await;
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
    let kind = headers.get("content-type").map(|kind| kind.as_bytes());
    let body = match kind {
        _ if bytes.is_empty() => Value::Null,
        Some(b"application/msgpack") => rmp_serde::from_slice(&bytes).expect("MessagePack"),
        _ => serde_json::from_slice(&bytes).expect("the reply is JSON"),
    };
    Reply {
        status,
        headers,
        body,
    }
}

/// Sends requests at once. Returns how many of them have created something.
pub(crate) async fn created(requests: impl IntoIterator<Item = RequestBuilder>) -> usize {
    let replies = futures::future::join_all(requests.into_iter().map(send)).await;
    let created = replies.iter().filter(|reply| reply.status == 201);
    created.count()
}

pub(crate) fn token(reply: Reply) -> String {
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    text(&reply.body["token"])
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
