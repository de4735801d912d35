//! Where the API key comes from.

use std::{fmt, io};

use futures_util::future::{BoxFuture, ready};

use super::token::ApiKey;
use crate::error::{Error, ErrorKind};

/// Supplies the API key each time a token is requested, so that a key can be rotated without a
/// restart.
///
/// It is asked once per attempt, and once more if the server rejects the key, in case it was
/// rotated in between. It is called on the task of the refresh, never by a call that has a valid
/// token, and within the attempt timeout of [`TokenRefresh`](crate::TokenRefresh). White space and
/// line ends around the key are removed. A key that cannot be one (blank, in quotation marks, with
/// invisible characters) and a file that is missing or may not be read ([`std::io::Error`] among
/// the sources) fail the call at once; any other failure counts as temporary and is retried like an
/// unreachable server.
///
/// ```
/// use ekodb_client::{ApiKey, ApiKeyProvider, ProvidedKey};
///
/// /// Reads the key from a file that an operator may replace at any time.
/// struct KeyFile(std::path::PathBuf);
///
/// impl ApiKeyProvider for KeyFile {
///     fn api_key(&self) -> ProvidedKey<'_> {
///         Box::pin(async move { Ok(ApiKey::from(std::fs::read_to_string(&self.0)?)) })
///     }
/// }
/// ```
pub trait ApiKeyProvider: Send + Sync + 'static {
    /// The key to use now.
    fn api_key(&self) -> ProvidedKey<'_>;
}

/// What [`ApiKeyProvider::api_key`] returns: a boxed future of the key, or of any error. The error
/// is shown as the source of the [`Error`](crate::Error) of a call that cannot go on without it, so
/// it must not hold the key.
pub type ProvidedKey<'a> =
    BoxFuture<'a, Result<ApiKey, Box<dyn std::error::Error + Send + Sync + 'static>>>;

/// A key that does not change.
impl ApiKeyProvider for ApiKey {
    fn api_key(&self) -> ProvidedKey<'_> {
        Box::pin(ready(Ok(self.clone())))
    }
}

/// Asks for the key and checks it. A failure of the application becomes the source of our error.
pub(crate) async fn key_of(provider: &dyn ApiKeyProvider) -> Result<ApiKey, KeyError> {
    match provider.api_key().await {
        Ok(key) => key.trimmed().map_err(|error| KeyError {
            error,
            permanent: true,
        }),
        Err(source) => Err(KeyError {
            permanent: is_permanent(&*source),
            error: Error::new(
                ErrorKind::Configuration,
                "the API key provider supplied no key",
            )
            .with_source(Foreign(source)),
        }),
    }
}

/// Why there is no API key.
#[derive(Debug)]
pub(crate) struct KeyError {
    pub(crate) error: Error,
    /// Whether asking again is of no use until something else changes.
    pub(crate) permanent: bool,
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        error.error
    }
}

/// Whether a file that is not there, is none, or may not be read, is the cause.
fn is_permanent(source: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(source), |error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::IsADirectory
                    | io::ErrorKind::NotADirectory
                    | io::ErrorKind::PermissionDenied
                    | io::ErrorKind::InvalidData
            )
        })
}

/// An error of the application's provider, boxed as it came.
#[derive(Debug)]
struct Foreign(Box<dyn std::error::Error + Send + Sync + 'static>);

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Foreign {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
