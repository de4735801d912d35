//! The key-value store: values under keys, next to the collections. See
//! [`Client::kv`](crate::Client::kv).

mod batch;
mod find;
mod key;
mod link;
mod single;
mod value;
mod write;

use std::fmt;

pub use batch::KvBatchOutcome;
pub use find::{KvEntry, KvFind, KvFindOptions, KvStream};
pub use link::KvLink;
pub use write::{KvWrite, KvWriteOptions};

use crate::Client;

/// The key-value store of a deployment. Made by [`Client::kv`]; that asks the server nothing.
///
/// A value is anything that serde can write: a number, a text, a list, a struct. A key is a text
/// such as `sessions:1`. The rights of a limited key are grants on prefixes of keys: see
/// [`KeyPermissions::kv`](crate::KeyPermissions::kv).
///
/// ```no_run
/// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
/// use std::time::Duration;
///
/// let kv = client.kv();
/// kv.set("sessions:1", &vec!["ada", "grace"]).ttl(Duration::from_secs(3600)).await?;
/// let users: Option<Vec<String>> = kv.get("sessions:1").await?;
/// # Ok(())
/// # }
/// ```
///
/// # Keys
///
/// Every call refuses an empty key, `.` and `..`, and one with control or invisible characters,
/// with [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument).
///
/// Recordings show that servers do not decode the key in a path: a key with a character that a path
/// cannot have, such as `/`, a space or `é`, would be stored under its encoded text. So such keys
/// are sent in the body of a batch operation: [`get`](Self::get), [`set`](Self::set),
/// [`delete`](Self::delete) and [`exists`](Self::exists) choose the operation by the key. A stored
/// `null` of such a key counts as absent, since the reply of a batch does not tell. Links have no
/// batch operation, so their calls refuse such keys.
///
/// The store has no part in [transactions](crate::Client::transact).
#[derive(Clone)]
pub struct Kv {
    client: Client,
}

impl Client {
    /// Returns the key-value store of the deployment. It asks the server nothing.
    pub fn kv(&self) -> Kv {
        Kv {
            client: self.clone(),
        }
    }
}

impl fmt::Debug for Kv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kv").finish_non_exhaustive()
    }
}
