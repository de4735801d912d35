//! Adding the records of other collections whose field equals one of the records found.

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde_json::Value;

use super::view;
use crate::access::Caller;
use crate::query::{Join, Range};
use crate::records::View;
use crate::schema::Schema;
use crate::store::{Collections, Records, Snapshot, Stored};
use crate::value::Operand;
use crate::wire::{ApiError, INTERNAL_MARKER, checked};

/// A join whose collections may be read.
pub(super) struct Joins {
    local_field: String,
    /// The name under which the id of this collection's records appears.
    local_alias: String,
    as_field: String,
    others: Vec<Other>,
}

/// A collection that is joined.
struct Other {
    uid: u64,
    by: By,
    view: View,
}

/// How its records are found.
enum By {
    Id,
    Index(String),
    Scan(String),
}

impl Joins {
    /// The caller needs `read` on every collection of the join.
    pub(super) fn prepare(
        snapshot: &Snapshot,
        caller: &Caller,
        schema: &Schema,
        join: &Join,
    ) -> Result<Self, ApiError> {
        if join.as_field.is_empty() || join.collections.is_empty() {
            return Err(ApiError::bad_request(
                "Invalid join: it needs collections and as_field",
            ));
        }
        let mut others = Vec::new();
        for name in &join.collections {
            checked("collection name", name)?;
            if name.contains(INTERNAL_MARKER) {
                return Err(ApiError::forbidden("Internal collections cannot be joined"));
            }
            caller.require_read(name)?;
            let Some(other) = Collections(snapshot).get(name)? else {
                continue;
            };
            let field = &join.foreign_field;
            let rights = caller.rights(name);
            let by = if field == "id" || *field == other.schema.primary_key_alias {
                By::Id
            } else {
                rights.require_shown(field)?;
                match !field.contains('.') && other.schema.indexed().contains(field.as_str()) {
                    true => By::Index(field.clone()),
                    false => By::Scan(field.clone()),
                }
            };
            others.push(Other {
                uid: other.uid,
                by,
                view: view(snapshot, &other.schema, vec![rights.shown()])?,
            });
        }
        Ok(Self {
            local_field: join.local_field.clone(),
            local_alias: schema.primary_key_alias.clone(),
            as_field: join.as_field.clone(),
            others,
        })
    }

    /// The field that what is added stands in.
    pub(super) fn as_field(&self) -> &str {
        &self.as_field
    }

    /// For each of some records, those to add to it.
    pub(super) fn of(
        &self,
        snapshot: &Snapshot,
        block: &[Stored],
        now: i64,
    ) -> Result<Vec<Vec<Value>>, ApiError> {
        let local: Vec<_> = block
            .iter()
            .map(|stored| stored.record.operand(&self.local_field, &self.local_alias))
            .collect();
        let mut added = vec![Vec::new(); block.len()];
        for Other { uid, by, view } in &self.others {
            let records = Records {
                source: snapshot,
                uid: *uid,
                now,
            };
            match by {
                By::Id => add_by_id(&records, view, &local, &mut added)?,
                By::Index(field) => add_by_index(&records, view, field, &local, &mut added)?,
                By::Scan(field) => add_by_scan(&records, view, field, &local, &mut added)?,
            }
        }
        Ok(added)
    }
}

fn add_by_id(
    records: &Records<'_, Snapshot>,
    view: &View,
    local: &[Operand<'_>],
    added: &mut [Vec<Value>],
) -> Result<(), ApiError> {
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
    records: &Records<'_, Snapshot>,
    view: &View,
    field: &str,
    local: &[Operand<'_>],
    added: &mut [Vec<Value>],
) -> Result<(), ApiError> {
    for (operand, added) in local.iter().zip(added) {
        let Some(key) = operand.index_key() else {
            continue;
        };
        let range = Range::Spans {
            field: field.to_owned(),
            spans: vec![(key.clone(), key)],
        };
        let _ = records.candidates(Some(&range))?.go(records, |stored| {
            let other = stored.record.operand(field, &view.id_name);
            if operand.total_order(other).is_eq() {
                added.push(Value::Object(view.render(stored.record)));
            }
            Ok::<_, ApiError>(ControlFlow::Continue(()))
        })?;
    }
    Ok(())
}

/// One pass over the other collection for all of them.
fn add_by_scan(
    records: &Records<'_, Snapshot>,
    view: &View,
    field: &str,
    local: &[Operand<'_>],
    added: &mut [Vec<Value>],
) -> Result<(), ApiError> {
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
