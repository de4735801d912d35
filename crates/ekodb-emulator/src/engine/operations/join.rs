//! Adding the records of other collections whose field equals one of the records found.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::database::view_of;
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, PermissionDenied};
use crate::engine::names::{check_name, is_internal};
use crate::engine::query::{IndexRange, Join};
use crate::engine::record::View;
use crate::engine::schema::Schema;
use crate::engine::store::{Collections, ReadView, Records, Stored};
use crate::engine::value::{Operand, memory_size};

/// How many collections one join may name.
const MOST_COLLECTIONS: usize = 100;

/// How many bytes of memory records take at most that are joined at once, and those that are added
/// to them.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// A join whose collections may be read.
pub(super) struct Joins {
    local_field: String,
    /// The name under which the id of this collection's records appears.
    local_alias: String,
    as_field: String,
    others: Vec<JoinedCollection>,
    block: Block,
}

/// The records that are joined next.
struct Block {
    records: VecDeque<Stored>,
    memory_size: usize,
    /// How many of them had so few others, so far, that these could be held.
    at_once: usize,
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
        view: &impl ReadView,
        key: &ApiKey,
        schema: &Schema,
        join: &Join,
    ) -> Result<Self, Error> {
        if join.as_field.is_empty() || join.collections.is_empty() {
            return Err(Error::Join);
        }
        if join.collections.len() > MOST_COLLECTIONS {
            let limit = MOST_COLLECTIONS;
            return Err(Error::TooManyJoins { limit });
        }
        let mut others = Vec::new();
        for name in &join.collections {
            check_name("collection name", name)?;
            if is_internal(name) {
                return Err(PermissionDenied::InternalJoin.into());
            }
            key.require_read(name)?;
            let Some(other) = Collections(view).get(name)? else {
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
                view: view_of(view, &other.schema, vec![rights.shown()])?,
            });
        }
        Ok(Self {
            local_field: join.local_field.clone(),
            local_alias: schema.primary_key_alias.clone(),
            as_field: join.as_field.clone(),
            others,
            block: Block {
                records: VecDeque::new(),
                memory_size: 0,
                at_once: usize::MAX,
            },
        })
    }

    /// The field that the added records are in.
    pub(super) fn as_field(&self) -> &str {
        &self.as_field
    }

    /// The collections that are joined.
    pub(super) fn uids(&self) -> impl Iterator<Item = u64> {
        self.others.iter().map(|other| other.uid)
    }

    /// How many records wait to be joined.
    pub(super) fn waiting(&self) -> usize {
        self.block.records.len()
    }

    /// Adds a record to those that are joined next. Breaks once they are as many as may be held.
    pub(super) fn add(&mut self, stored: Stored) -> ControlFlow<()> {
        self.block.memory_size += stored.record.memory_size();
        self.block.records.push_back(stored);
        match self.block.memory_size < MOST_BYTES {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }

    /// Takes some of the waiting records, each with those to add to it: as many as can be held at
    /// once.
    pub(super) fn next(
        &mut self,
        source: &impl ReadView,
        now: DateTime<Utc>,
    ) -> Result<Vec<(Stored, Vec<Value>)>, Error> {
        let mut count = self.waiting().min(self.block.at_once);
        if count == 0 {
            return Ok(Vec::new());
        }
        let added = loop {
            match self.of(source, count, now)? {
                Some(added) => break added,
                // Fewer records have fewer others.
                None if count > 1 => count /= 2,
                None => return Err(Error::JoinTooLarge { limit: MOST_BYTES }),
            }
            self.block.at_once = count;
        };
        let joined = self.block.records.drain(..count).zip(added).collect();
        if self.block.records.is_empty() {
            self.block.memory_size = 0;
        }
        Ok(joined)
    }

    /// Returns for each of the first records those to add to it; `None` if they take too much
    /// memory.
    fn of(
        &self,
        source: &impl ReadView,
        count: usize,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<Vec<Value>>>, Error> {
        let block = self.block.records.iter().take(count);
        let local: Vec<_> = block
            .map(|stored| stored.record.operand(&self.local_field, &self.local_alias))
            .collect();
        let mut added = Added {
            records: vec![Vec::new(); count],
            left: Some(MOST_BYTES),
        };
        for JoinedCollection { uid, lookup, view } in &self.others {
            let records = Records::new(source, *uid, now);
            match lookup {
                Lookup::Id => add_by_id(&records, view, &local, &mut added)?,
                Lookup::Index(field) => add_by_index(&records, view, field, &local, &mut added)?,
                Lookup::Scan(field) => add_by_scan(&records, view, field, &local, &mut added)?,
            }
        }
        Ok(added.left.is_some().then_some(added.records))
    }
}

fn add_by_id(
    records: &Records<'_, impl ReadView>,
    view: &View,
    local: &[Operand<'_>],
    added: &mut Added,
) -> Result<(), Error> {
    for (place, operand) in local.iter().enumerate() {
        if let Operand::Text(id) = operand
            && let Some(stored) = records.get(id)?
            && added.push(place, view.render(stored.record)).is_break()
        {
            break;
        }
    }
    Ok(())
}

fn add_by_index(
    records: &Records<'_, impl ReadView>,
    view: &View,
    field: &str,
    local: &[Operand<'_>],
    added: &mut Added,
) -> Result<(), Error> {
    for (place, operand) in local.iter().enumerate() {
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
                Ok::<_, Error>(match operand.total_order(other).is_eq() {
                    true => added.push(place, view.render(stored.record)),
                    false => ControlFlow::Continue(()),
                })
            })?;
        if added.left.is_none() {
            break;
        }
    }
    Ok(())
}

/// One pass over the other collection for all of them.
fn add_by_scan(
    records: &Records<'_, impl ReadView>,
    view: &View,
    field: &str,
    local: &[Operand<'_>],
    added: &mut Added,
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
            if local[*place].total_order(operand).is_eq()
                && added
                    .push(*place, view.render(stored.record.clone()))
                    .is_break()
            {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(())
}

/// The records to add to each of some records.
struct Added {
    records: Vec<Vec<Value>>,
    /// How many bytes they may still take; `None` once they take too many.
    left: Option<usize>,
}

impl Added {
    /// Adds a record. Breaks once there are too many.
    fn push(&mut self, place: usize, record: Map<String, Value>) -> ControlFlow<()> {
        let record = Value::Object(record);
        self.left = self
            .left
            .and_then(|left| left.checked_sub(memory_size(&record)));
        if self.left.is_none() {
            return ControlFlow::Break(());
        }
        self.records[place].push(record);
        ControlFlow::Continue(())
    }
}
