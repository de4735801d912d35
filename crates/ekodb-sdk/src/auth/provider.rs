//! Where the API key comes from.

use futures::future::{BoxFuture, ready};

use super::token::ApiKey;
use crate::error::{Error, ErrorKind};

/// Supplies the API key each time a token is requested, so that a key can be rotated without a restart.
///
/// It is asked once per attempt, and once more if the server rejects the key, in case it was rotated in
/// between. It is called on the task of the refresh, never by a call that has a valid token, and within the
/// attempt timeout of [`TokenRefresh`](crate::TokenRefresh). A failure counts as temporary: it is retried
/// like an unreachable server.
///
/// ```
/// use ekodb_client::{ApiKey, ApiKeyProvider, ProvidedKey};
///
/// /// Reads the key from a file that an operator may replace at any time.
/// struct KeyFile(std::path::PathBuf);
///
/// impl ApiKeyProvider for KeyFile {
///     fn api_key(&self) -> ProvidedKey<'_> {
///         Box::pin(async move { Ok(ApiKey::from(std::fs::read_to_string(&self.0)?.trim())) })
///     }
/// }
/// ```
pub trait ApiKeyProvider: Send + Sync + 'static {
    /// The key to use now.
    fn api_key(&self) -> ProvidedKey<'_>;
}

/// What [`ApiKeyProvider::api_key`] returns: a boxed future of the key, or of any error. The error is shown
/// as the source of the [`Error`](crate::Error) of a call that cannot go on without it, so it must not hold
/// the key.
pub type ProvidedKey<'a> =
    BoxFuture<'a, Result<ApiKey, Box<dyn std::error::Error + Send + Sync + 'static>>>;

/// A key that does not change.
impl ApiKeyProvider for ApiKey {
    fn api_key(&self) -> ProvidedKey<'_> {
        Box::pin(ready(Ok(self.clone())))
    }
}

/// Asks for the key; a failure of the application's own becomes an error of ours.
pub(crate) async fn key_of(provider: &dyn ApiKeyProvider) -> Result<ApiKey, Error> {
    provider.api_key().await.map_err(|source| {
        let text = "the API key provider supplied no key";
        Error::new(ErrorKind::Configuration, text).with_source(Foreign(source))
    })
}

/// An error of the application's provider, boxed as it came.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Foreign(Box<dyn std::error::Error + Send + Sync + 'static>);
