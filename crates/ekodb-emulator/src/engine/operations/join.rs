//! Adding the records of other collections whose field equals one of the records found.

use std::collections::HashMap;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::database::view_of;
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, PermissionDenied};
use crate::engine::names::{check_name, is_internal};
use crate::engine::query::{IndexRange, Join};
use crate::engine::record::View;
use crate::engine::schema::Schema;
use crate::engine::store::{Collections, ReadTransaction, Records, Stored};
use crate::engine::value::Operand;

/// A join whose collections may be read.
pub(super) struct Joins {
    local_field: String,
    /// The name under which the id of this collection's records appears.
    local_alias: String,
    as_field: String,
    others: Vec<JoinedCollection>,
}

/// A collection that is joined.
struct JoinedCollection {
    uid: u64,
    lookup: Lookup,
    view: View,
}

/// How its records are found.
enum Lookup {
    Id,
    Index(String),
    Scan(String),
}

impl Joins {
    /// The caller needs `read` on every collection of the join.
    pub(super) fn prepare(
        transaction: &ReadTransaction,
        key: &ApiKey,
        schema: &Schema,
        join: &Join,
    ) -> Result<Self, Error> {
        if join.as_field.is_empty() || join.collections.is_empty() {
            return Err(Error::Join);
        }
        let mut others = Vec::new();
        for name in &join.collections {
            check_name("collection name", name)?;
            if is_internal(name) {
                return Err(PermissionDenied::InternalJoin.into());
            }
            key.require_read(name)?;
            let Some(other) = Collections(transaction).get(name)? else {
                continue;
            };
            let field = &join.foreign_field;
            let rights = key.field_rights(name);
            let lookup = if field == "id" || *field == other.schema.primary_key_alias {
                Lookup::Id
            } else {
                rights.require_shown(field)?;
                match !field.contains('.') && other.schema.indexed().contains(field.as_str()) {
                    true => Lookup::Index(field.clone()),
                    false => Lookup::Scan(field.clone()),
                }
            };
            others.push(JoinedCollection {
                uid: other.uid,
                lookup,
                view: view_of(transaction, &other.schema, vec![rights.shown()])?,
            });
        }
        Ok(Self {
            local_field: join.local_field.clone(),
            local_alias: schema.primary_key_alias.clone(),
            as_field: join.as_field.clone(),
            others,
        })
    }

    /// The field that the added records are in.
    pub(super) fn as_field(&self) -> &str {
        &self.as_field
    }

    /// For each of some records, those to add to it.
    pub(super) fn of(
        &self,
        transaction: &ReadTransaction,
        block: &[Stored],
        now: DateTime<Utc>,
    ) -> Result<Vec<Vec<Value>>, Error> {
        let local: Vec<_> = block
            .iter()
            .map(|stored| stored.record.operand(&self.local_field, &self.local_alias))
            .collect();
        let mut added = vec![Vec::new(); block.len()];
        for JoinedCollection { uid, lookup, view } in &self.others {
            let records = Records::new(transaction, *uid, now);
            match lookup {
                Lookup::Id => add_by_id(&records, view, &local, &mut added)?,
                Lookup::Index(field) => add_by_index(&records, view, field, &local, &mut added)?,
                Lookup::Scan(field) => add_by_scan(&records, view, field, &local, &mut added)?,
            }
        }
        Ok(added)
    }
}

fn add_by_id(
    records: &Records<'_, ReadTransaction>,
    view: &View,
    local: &[Operand<'_>],
    added: &mut [Vec<Value>],
) -> Result<(), Error> {
    for (operand, added) in local.iter().zip(added) {
        if let Operand::Text(id) = operand
            && let Some(stored) = records.get(id)?
        {
            added.push(Value::Object(view.render(stored.record)));
        }
    }
    Ok(())
}

fn add_by_index(
    records: &Records<'_, ReadTransaction>,
    view: &View,
    field: &str,
    local: &[Operand<'_>],
    added: &mut [Vec<Value>],
) -> Result<(), Error> {
    for (operand, added) in local.iter().zip(added) {
        let Some(key) = operand.index_key() else {
            continue;
        };
        let range = IndexRange::Spans {
            field: field.to_owned(),
            spans: vec![(key.clone(), key)],
        };
        let _ = records
            .candidates(Some(&range))?
            .advance(records, |stored| {
                let other = stored.record.operand(field, &view.id_name);
                if operand.total_order(other).is_eq() {
                    added.push(Value::Object(view.render(stored.record)));
                }
                Ok::<_, Error>(ControlFlow::Continue(()))
            })?;
    }
    Ok(())
}

/// One pass over the other collection for all of them.
fn add_by_scan(
    records: &Records<'_, ReadTransaction>,
    view: &View,
    field: &str,
    local: &[Operand<'_>],
    added: &mut [Vec<Value>],
) -> Result<(), Error> {
    let mut places: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    for (place, operand) in local.iter().enumerate() {
        if let Some(key) = operand.index_key() {
            places.entry(key).or_default().push(place);
        }
    }
    records.each(|stored| {
        let operand = stored.record.operand(field, &view.id_name);
        let key = operand.index_key();
        let candidates = key.and_then(|key| places.get(&key)).map(Vec::as_slice);
        for place in candidates.unwrap_or_default() {
            if local[*place].total_order(operand).is_eq() {
                added[*place].push(Value::Object(view.render(stored.record.clone())));
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(())
}
