//! Adding the records of other collections whose field equals one of the records found.

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde_json::Value;

use super::view;
use crate::access::Caller;
use crate::query::Join;
use crate::records::View;
use crate::schema::Schema;
use crate::store::{Collections, Records, Snapshot, Stored};
use crate::value::Operand;
use crate::wire::{ApiError, INTERNAL_MARKER, checked};

/// For each record found, those to add to it. The caller needs `read` on every collection of the join.
pub(super) fn joined(
    snapshot: &Snapshot,
    caller: &Caller,
    page: &[Stored],
    schema: &Schema,
    join: &Join,
    now: i64,
) -> Result<Vec<Vec<Value>>, ApiError> {
    if join.as_field.is_empty() || join.collections.is_empty() {
        return Err(ApiError::bad_request(
            "Invalid join: it needs collections and as_field",
        ));
    }
    let mut added = vec![Vec::new(); page.len()];
    let local: Vec<_> = page
        .iter()
        .map(|stored| {
            stored
                .record
                .operand(&join.local_field, &schema.primary_key_alias)
        })
        .collect();
    for name in &join.collections {
        checked("collection name", name)?;
        if name.contains(INTERNAL_MARKER) {
            return Err(ApiError::forbidden("Internal collections cannot be joined"));
        }
        caller.require_read(name)?;
        let Some(other) = Collections(snapshot).get(name)? else {
            continue;
        };
        let alias = &other.schema.primary_key_alias;
        let rights = caller.rights(name);
        if join.foreign_field != "id" && join.foreign_field != *alias {
            rights.require_shown(&join.foreign_field)?;
        }
        let view = view(snapshot, &other.schema, vec![rights.shown()])?;
        let records = Records {
            source: snapshot,
            uid: other.uid,
            now,
        };
        if join.foreign_field == "id" || join.foreign_field == *alias {
            add_by_id(&records, &view, &local, &mut added)?;
        } else {
            add_by_field(&records, &view, &join.foreign_field, &local, &mut added)?;
        }
    }
    Ok(added)
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

/// One pass over the other collection, whatever the size of the page.
fn add_by_field(
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
