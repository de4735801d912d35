//! The secrets that a database keeps: the one that signs tokens, and the admin key.

use chrono::{DateTime, Utc};
use ekodb_api::SecretString;

use super::database::Database;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::store::{Keys, Settings, WriteTransaction};

/// The secrets of a database.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) signing_secret: SigningSecret,
    pub(crate) token_epoch: u64,
    pub(crate) admin_key: SecretString,
}

/// What signs tokens.
pub(crate) struct SigningSecret(pub(crate) Vec<u8>);

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Database {
    /// Reads the secrets; those that do not exist yet are created. `wanted` becomes an admin key.
    pub(crate) async fn identity(&self, wanted: Option<SecretString>) -> Result<Identity, Error> {
        let mut secret = vec![0; 32];
        getrandom::fill(&mut secret)?;
        let new_key = admin_key(self.clock.now())?;
        self.store
            .write(move |transaction| {
                let (settings, keys) = (Settings(transaction), Keys(transaction));
                let admin_key = match &wanted {
                    Some(key) => match keys.by_value(key.expose())? {
                        Some(found) if found.is_admin => found.key,
                        Some(_) => return Err(Error::LimitedAdminKey),
                        None => {
                            keys.put(&ApiKey {
                                key: key.clone(),
                                ..new_key.clone()
                            })?;
                            key.clone()
                        }
                    },
                    None => own_admin_key(&settings, &keys, &new_key)?,
                };
                let signing_secret = match settings.signing_secret()? {
                    Some(secret) => secret,
                    None => {
                        settings.set_signing_secret(&secret)?;
                        secret.clone()
                    }
                };
                Ok(Identity {
                    signing_secret: SigningSecret(signing_secret),
                    token_epoch: settings.token_epoch()?,
                    admin_key,
                })
            })
            .await
    }
}

/// Creates an admin key, which is not stored yet.
pub(super) fn admin_key(now: DateTime<Utc>) -> Result<ApiKey, Error> {
    Ok(ApiKey {
        label: Some("admin".to_owned()),
        ..ApiKey::new(true, now)?
    })
}

/// Returns the admin key that the store made for itself, or another one if that has been revoked
/// since.
fn own_admin_key(
    settings: &Settings<'_, WriteTransaction<'_>>,
    keys: &Keys<'_, WriteTransaction<'_>>,
    new_key: &ApiKey,
) -> Result<SecretString, Error> {
    if let Some(id) = settings.admin_key_id()?
        && let Some(found) = keys.by_id(&id)?
    {
        return Ok(found.key);
    }
    keys.put(new_key)?;
    settings.set_admin_key_id(&new_key.id)?;
    Ok(new_key.key.clone())
}
