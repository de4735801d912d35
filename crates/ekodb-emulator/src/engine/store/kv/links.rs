//! The records that keys are linked to.

use redb::{ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entries::Kv;
use crate::engine::store::codec;
use crate::engine::store::error::StoreError;
use crate::engine::store::transaction::{ReadView, WriteTransaction};

/// Key, collection and record.
type Key = (&'static str, &'static str, &'static str);

pub(super) const LINKS: TableDefinition<'static, Key, &[u8]> = TableDefinition::new("kv_links");

/// How many links a key may have.
pub(crate) const MOST_LINKS: usize = 1000;
/// How many bytes the links of a key may have.
pub(crate) const MOST_BYTES: usize = 1024 * 1024;

/// A link from a key to a record. The record does not have to exist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KvLink {
    pub(crate) collection: String,
    pub(crate) document_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) keys: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) field_path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<Value>,
}

impl<S: ReadView> Kv<'_, S> {
    /// The links of a key, sorted by collection and record.
    pub(crate) fn links(&self, key: &str) -> Result<Vec<KvLink>, StoreError> {
        let table = self.view.table(LINKS)?;
        let mut links = Vec::new();
        for entry in table.range((key, "", "")..)? {
            let (place, bytes) = entry?;
            if place.value().0 != key {
                break;
            }
            links.push(codec::decode("link", bytes.value())?);
        }
        Ok(links)
    }
}

impl Kv<'_, WriteTransaction<'_>> {
    /// Links a key to a record, in the place of an earlier link to it. Returns `false` if the key
    /// has as many links as it may have.
    pub(crate) fn link(&self, key: &str, link: &KvLink) -> Result<bool, StoreError> {
        let bytes = codec::encode("link", link)?;
        let place = (key, link.collection.as_str(), link.document_id.as_str());
        let (mut count, mut length) = (1, bytes.len());
        for entry in self.view.table(LINKS)?.range((key, "", "")..)? {
            let (other, bytes) = entry?;
            if other.value().0 != key {
                break;
            }
            if other.value() != place {
                count += 1;
                length += bytes.value().len();
            }
        }
        if count > MOST_LINKS || length > MOST_BYTES {
            return Ok(false);
        }
        self.view
            .table_mut(LINKS)?
            .insert(place, bytes.as_slice())?;
        Ok(true)
    }

    /// Removes the link of a key to a record, if there is one.
    pub(crate) fn unlink(&self, key: &str, collection: &str, id: &str) -> Result<(), StoreError> {
        self.view.table_mut(LINKS)?.remove((key, collection, id))?;
        Ok(())
    }

    pub(super) fn remove_links(&self, key: &str) -> Result<(), StoreError> {
        for link in self.links(key)? {
            self.unlink(key, &link.collection, &link.document_id)?;
        }
        Ok(())
    }
}
