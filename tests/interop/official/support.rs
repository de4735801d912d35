//! An emulator and the official client's two faces on it.

use std::collections::HashMap;

use ekodb_emulator::{Emulator, EmulatorBuilder};
use official::admin::{AdminClient, ApiKey, ApiKeyAction, CreateApiKeyRequest};
use official::{Client, Error, FieldTypeSchema, Schema};

pub(crate) struct Server {
    pub(crate) emulator: Emulator,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(Emulator::builder()).await
    }

    pub(crate) async fn start_with(builder: EmulatorBuilder) -> Self {
        let emulator = builder.start().await.expect("the emulator starts");
        Self { emulator }
    }

    /// A client for a key, with nothing set but what it cannot do without.
    pub(crate) fn client_of(&self, key: &str) -> Client {
        Client::builder()
            .base_url(self.emulator.url())
            .api_key(key)
            .build()
            .expect("the settings are complete")
    }

    pub(crate) fn client(&self) -> Client {
        self.client_of(self.emulator.admin_key())
    }

    pub(crate) fn admin_of(&self, key: &str) -> AdminClient {
        AdminClient::new(self.emulator.url(), key).expect("the settings are valid")
    }

    pub(crate) fn admin(&self) -> AdminClient {
        self.admin_of(self.emulator.admin_key())
    }

    /// A new key that may do this to one collection.
    pub(crate) async fn limited(&self, collection: &str, actions: &[ApiKeyAction]) -> ApiKey {
        let request = CreateApiKeyRequest {
            label: Some("limited".to_owned()),
            collection_permissions: HashMap::from([(collection.to_owned(), actions.to_vec())]),
            ..CreateApiKeyRequest::default()
        };
        let key = self.admin().create_api_key(&request).await;
        key.expect("an admin registers keys")
    }
}

/// A schema with one string field.
pub(crate) fn schema() -> Schema {
    Schema::new().add_field("name", FieldTypeSchema::new("String"))
}

/// The id that a key's record has on this server.
pub(crate) fn id(key: &ApiKey) -> &str {
    key.id.as_deref().expect("the emulator gives keys an id")
}

/// The status that a refusal came with.
pub(crate) fn status<T>(result: Result<T, Error>) -> u16 {
    match result {
        Err(Error::Api { code, .. }) => code,
        Err(Error::NotFound) => 404,
        Err(other) => panic!("an answer from the server was expected, not: {other}"),
        Ok(_) => panic!("a refusal was expected"),
    }
}
