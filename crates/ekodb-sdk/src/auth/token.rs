//! The two secrets: the long-lived API key and the token it is exchanged for.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use ekodb_api::SecretString;
use http::HeaderValue;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::{error::Error, setting};

/// A long-lived API key, as copied from the dashboard or made by `keys().register(..)`.
///
/// It is wiped from memory when dropped, its `Debug` prints no part of it, and it has neither
/// `Display` nor `Serialize`.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Wraps a key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(SecretString::new(key))
    }

    /// Returns the key without the white space and line ends around it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the key is blank, or has
    /// quotation marks around it, control characters or invisible characters.
    pub(crate) fn trimmed(self) -> Result<Self, Error> {
        let remedy = "write the key from the dashboard of your deployment";
        let text = setting::trimmed("api_key", self.expose(), remedy)?;
        Ok(if text.len() == self.expose().len() {
            self
        } else {
            Self::new(text)
        })
    }

    /// The key itself. Do not log it, do not put it in an error or a URL.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether both are the same key.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

// What it holds wipes itself.
impl ZeroizeOnDrop for ApiKey {}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

impl From<String> for ApiKey {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

impl From<&String> for ApiKey {
    fn from(key: &String) -> Self {
        Self::new(key)
    }
}

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        Self::new(key)
    }
}

impl From<Box<str>> for ApiKey {
    fn from(key: Box<str>) -> Self {
        Self::new(key)
    }
}

impl From<Cow<'_, str>> for ApiKey {
    fn from(key: Cow<'_, str>) -> Self {
        Self::new(key)
    }
}

/// The `Authorization` header of one token, ready to be sent, and the token's place in the order of
/// refreshes.
///
/// A clone shares the header's memory, which is wiped when the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Bearer {
    /// `Bearer <token>`, marked sensitive.
    pub(crate) header: HeaderValue,
    /// Rises by one with every token obtained. Hand it to `replace` when the server rejects the
    /// token.
    pub(crate) generation: u64,
}

impl Bearer {
    /// The token without the scheme.
    pub(crate) fn token(&self) -> SecretString {
        let token = self.header.as_bytes().get(SCHEME.len()..);
        SecretString::new(String::from_utf8_lossy(token.unwrap_or_default()))
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// Builds the header once per token, so that a call only clones it.
///
/// # Errors
///
/// What is wrong with a token that is empty, longer than a header may be, or holds what cannot be
/// in one.
pub(crate) fn header(token: &SecretString) -> Result<HeaderValue, &'static str> {
    const FOREIGN: &str = "holds characters that cannot be sent in a header";
    let token = token.expose().trim();
    if token.is_empty() {
        return Err("is empty");
    }
    if token.len() > MAX_TOKEN_BYTES {
        return Err("is longer than the 16 KiB that servers take in a header");
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(FOREIGN);
    }
    let mut text = Vec::with_capacity(SCHEME.len() + token.len());
    text.extend_from_slice(SCHEME.as_bytes());
    text.extend_from_slice(token.as_bytes());
    sensitive(text).ok_or(FOREIGN)
}

/// The same header in memory of its own.
pub(super) fn separate_copy(header: &HeaderValue) -> HeaderValue {
    // What is a header already can be one again.
    sensitive(header.as_bytes().to_vec()).unwrap_or_else(|| header.clone())
}

fn sensitive(text: Vec<u8>) -> Option<HeaderValue> {
    // Owned bytes: clones count references, and the memory is wiped when the last of them goes.
    let bytes = Bytes::from_owner(Wiped::new(text));
    let mut header = HeaderValue::from_maybe_shared(bytes).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// The longest token that is sent: no common server or balancer takes a longer header by default.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

const SCHEME: &str = "Bearer ";

/// Wipes its memory when dropped.
pub(crate) type Wiped = Zeroizing<Vec<u8>>;
