//! A key as the server describes it.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde_json::{Map, Value};

use super::{CollectionGrant, KvGrant};
use crate::{ApiKey, Error, ErrorKind};

/// The id of a key: 32 lower-case hexadecimal digits. It is no secret and may stand in a URL or a
/// log.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(String);

impl KeyId {
    /// The id as it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id in the path of a URL; `me` stands for the client's own key.
    pub(super) fn or_me(id: &Option<Self>) -> &str {
        id.as_ref().map_or("me", Self::as_str)
    }
}

impl FromStr for KeyId {
    type Err = Error;

    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for anything but 32 lower-case hexadecimal digits. The text
    /// is not repeated in the error: it may be a key's value given by mistake.
    fn from_str(text: &str) -> Result<Self, Error> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 32 && text.bytes().all(hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::new(
                ErrorKind::InvalidArgument,
                "a key id is 32 lower-case hexadecimal digits, as `keys().list()` shows it: \
                 a key's value is not accepted in its place",
            ))
        }
    }
}

impl TryFrom<&str> for KeyId {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        text.parse()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({})", self.0)
    }
}

/// A key as the server describes it, its value aside.
///
/// Everything is optional but the flags: one odd entry must not make the whole list unreadable.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct KeyRecord {
    /// The id; older servers give none.
    pub id: Option<KeyId>,
    /// The name given at registration.
    pub label: Option<String>,
    /// What the key is for.
    pub description: Option<String>,
    /// Whether the key may do everything.
    pub is_admin: bool,
    /// The grants on collections.
    pub collections: BTreeMap<String, CollectionGrant>,
    /// The grants on KV prefixes.
    pub kv: Vec<KvGrant>,
    /// The key's value, where the server shows it: a secret.
    pub key: Option<ApiKey>,
    /// The server's warning that a change could not be spread over the whole cluster.
    pub ripple_warning: Option<String>,
    /// Members that a newer server added, and `created_at`, whose form differs between servers.
    pub extra: Map<String, Value>,
}

impl KeyRecord {
    /// Whether the server shows this value for the key.
    pub(super) fn has_value(&self, value: &ApiKey) -> bool {
        self.key.as_ref().is_some_and(|key| key.is(value))
    }
}

/// What a key may do altogether.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Permissions {
    /// Whether the key may do everything.
    pub admin: bool,
    /// The grants on collections, by name.
    pub collections: BTreeMap<String, CollectionGrant>,
    /// The grants on KV prefixes.
    pub kv: Vec<KvGrant>,
    /// Members that a newer server added.
    pub extra: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_is_32_lower_case_hex_digits_and_nothing_else() {
        assert!("0123456789abcdef0123456789abcdef".parse::<KeyId>().is_ok());
        for text in [
            "",
            "me",
            "0123456789ABCDEF0123456789ABCDEF",
            "0123456789abcdef0123456789abcde",
            "../0123456789abcdef0123456789abc",
        ] {
            assert_eq!(
                text.parse::<KeyId>().unwrap_err().kind(),
                ErrorKind::InvalidArgument
            );
        }
    }

    #[test]
    fn a_refused_key_id_is_not_repeated_since_it_may_be_a_secret() {
        let error = "ek-live-secret".parse::<KeyId>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
