//! An emulator and a client for it.

use ekodb_client::{Client, Error, ErrorKind, KeyId, NewKey, Permission};
use ekodb_emulator::Emulator;

pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) admin: Client,
}

/// A limited key with `read` and `write` on `users`.
pub(crate) struct Limited {
    pub(crate) id: KeyId,
    pub(crate) client: Client,
}

impl Stage {
    pub(crate) async fn start() -> Self {
        let emulator = Emulator::builder().start().await.unwrap();
        Self::with(emulator)
    }

    /// A server before 0.80.
    pub(crate) async fn legacy() -> Self {
        let emulator = Emulator::builder().legacy_permissions(true);
        Self::with(emulator.start().await.unwrap())
    }

    pub(crate) fn with(emulator: Emulator) -> Self {
        let admin = Client::builder()
            .base_url(emulator.url())
            .api_key(emulator.admin_key())
            .build()
            .unwrap();
        Self { emulator, admin }
    }

    pub(crate) async fn limited(&self) -> Limited {
        let new = NewKey::limited("limited").allow("users", [Permission::Read, Permission::Write]);
        let registered = self.admin.keys().register(new).await.unwrap();
        Limited {
            id: registered.record.id.unwrap(),
            client: self.admin.with_api_key(registered.key).unwrap(),
        }
    }
}

/// The kind of a failure that must have happened.
pub(crate) fn kind<T>(outcome: Result<T, Error>) -> ErrorKind {
    match outcome {
        Ok(_) => panic!("the call succeeded"),
        Err(error) => error.kind(),
    }
}
