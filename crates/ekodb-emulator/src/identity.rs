//! The secrets that a store keeps: what signs tokens, and the admin key.

use chrono::{DateTime, Utc};
use ekodb_api::SecretString;

use crate::error::Cause;
use crate::store::{Change, KeyRecord, Keys, Settings, Store};

/// What a store is opened with.
pub(crate) struct Identity {
    pub(crate) signing_secret: Vec<u8>,
    pub(crate) token_epoch: u64,
    pub(crate) admin_key: SecretString,
}

/// Reads the store's secrets, making those that are not there yet.
pub(crate) async fn prepare(
    store: &Store,
    wanted: Option<SecretString>,
    now: DateTime<Utc>,
) -> Result<Identity, Cause> {
    let mut secret = vec![0; 32];
    getrandom::fill(&mut secret).map_err(Cause::Random)?;
    let fresh = admin_record(now)?;
    store
        .write(move |change| {
            let (settings, keys) = (Settings(change), Keys(change));
            let admin_key = match &wanted {
                Some(key) => match keys.by_value(key.expose())? {
                    Some(record) if record.is_admin => record.key,
                    Some(_) => {
                        return Err(Cause::setting(
                            "the admin key",
                            "is a limited key in this data directory",
                        ));
                    }
                    None => {
                        let record = KeyRecord {
                            key: key.clone(),
                            ..fresh.clone()
                        };
                        keys.put(&record)?;
                        record.key
                    }
                },
                None => own_admin_key(&settings, &keys, &fresh)?,
            };
            let signing_secret = match settings.signing_secret()? {
                Some(secret) => secret,
                None => {
                    settings.set_signing_secret(&secret)?;
                    secret.clone()
                }
            };
            Ok(Identity {
                signing_secret,
                token_epoch: settings.token_epoch()?,
                admin_key,
            })
        })
        .await
}

/// A new admin key.
pub(crate) fn admin_record(now: DateTime<Utc>) -> Result<KeyRecord, Cause> {
    Ok(KeyRecord {
        label: Some("admin".to_owned()),
        ..KeyRecord::new(true, now).map_err(Cause::Random)?
    })
}

/// The admin key that the store made for itself; another one if that has been revoked since.
fn own_admin_key(
    settings: &Settings<'_, Change<'_>>,
    keys: &Keys<'_, Change<'_>>,
    fresh: &KeyRecord,
) -> Result<SecretString, Cause> {
    if let Some(id) = settings.admin_key_id()?
        && let Some(record) = keys.by_id(&id)?
    {
        return Ok(record.key);
    }
    keys.put(fresh)?;
    settings.set_admin_key_id(&fresh.id)?;
    Ok(fresh.key.clone())
}
