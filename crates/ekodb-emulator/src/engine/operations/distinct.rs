//! The values that a field has.

use std::collections::HashSet;
use std::ops::ControlFlow;

use serde_json::Value;

use super::database::Database;
use super::find::candidates;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::query::Filter;
use crate::engine::store::{Collections, Records};
use crate::engine::value::{Operand, Typed, memory_size};

/// How many bytes of memory the values may take.
const MOST_BYTES: usize = 128 * 1024 * 1024;

impl Database {
    /// Returns the plain values of a field, each once, sorted. Records without the field, or with
    /// `null` in it, add nothing.
    pub(crate) fn distinct(
        &self,
        key: &ApiKey,
        name: &str,
        field: &str,
        filter: Option<&Value>,
    ) -> Result<Vec<Value>, Error> {
        let parse = |filter| Filter::parse(filter, self.rules.unknown_members);
        let filter = filter.map(parse).transpose()?;
        let rights = key.field_rights(name);
        let transaction = self.store.read()?;
        let Some(collection) = Collections(&transaction).get(name)? else {
            return self.missing_collection(name, |_| Vec::new());
        };
        let schema = &collection.schema;
        let alias = schema.primary_key_alias.as_str();
        let allowed = |field: &str| field == "id" || field == alias || rights.may_see(field);
        let hidden = filter
            .as_ref()
            .and_then(|filter| filter.first_field_not(&allowed));
        if let Some(hidden) = hidden.or((!allowed(field)).then_some(field)) {
            rights.require_shown(hidden)?;
        }
        let records = Records::new(&transaction, collection.uid, self.clock.now());
        let mut seen = HashSet::new();
        let mut held = 0;
        let mut values: Vec<Typed> = Vec::new();
        let mut cursor = candidates(&records, schema, filter.as_ref())?;
        let _ = cursor.advance(&records, |stored| {
            let record = &stored.record;
            let matches = filter
                .as_ref()
                .is_none_or(|filter| filter.matches(record, alias));
            if matches
                && let Some(value) = record.value(field, alias)
                && seen.insert(value.canonical())
            {
                // The value and the text that it is known by.
                held += 2 * memory_size(&value.value);
                values.push(value);
            }
            match held > MOST_BYTES {
                true => Err(Error::TooManyValues { limit: MOST_BYTES }),
                false => Ok(ControlFlow::Continue(())),
            }
        })?;
        values.sort_by(|a, b| Operand::typed(a).total_order(Operand::typed(b)));
        Ok(values
            .into_iter()
            .map(|typed| typed.into_reply(false))
            .collect())
    }
}
