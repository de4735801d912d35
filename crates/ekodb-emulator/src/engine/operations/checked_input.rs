//! Content of requests that is checked before the writer is asked for.

use serde_json::{Map, Value};

use super::database::Database;
use super::transaction_scope::Scope;
use crate::engine::error::Error;
use crate::engine::schema::Schema;
use crate::engine::store::Collections;

/// Makes something of a request's members, under a schema and at a moment in Unix milliseconds.
type Make<T> = fn(Map<String, Value>, &Schema, i64) -> Result<T, Error>;

/// What a request's members make. It is made before the writer's turn, and again only if the
/// schema has changed until then.
pub(super) struct Prepared<T> {
    members: Map<String, Value>,
    make: Make<T>,
    /// A failure is handed out once.
    made: Option<Result<T, Error>>,
}

/// The schema and the moment that requests are prepared for.
pub(super) struct Basis {
    schema: Schema,
    now: i64,
}

impl Basis {
    /// Whether what was made for it is what a schema makes.
    pub(super) fn is(basis: Option<&Self>, schema: &Schema) -> bool {
        basis.is_some_and(|basis| basis.schema.defines_the_same_as(schema))
    }
}

impl Database {
    /// Returns what a change of a collection is prepared for. A statement of a transaction is not
    /// prepared: it does not run in the writer, and reads another schema perhaps.
    pub(super) fn basis(&self, scope: &Scope, collection: &str) -> Result<Option<Basis>, Error> {
        if scope.is_some() {
            return Ok(None);
        }
        let now = self.clock.now();
        let found = Collections(&self.store.read()?).get(collection)?;
        Ok(Some(Basis {
            schema: found.map_or_else(|| Schema::empty(now), |collection| collection.schema),
            now: now.timestamp_millis(),
        }))
    }
}

impl<T: Clone> Prepared<T> {
    pub(super) fn new(members: Map<String, Value>, make: Make<T>, basis: Option<&Basis>) -> Self {
        let made = basis.map(|basis| make(members.clone(), &basis.schema, basis.now));
        Self {
            members,
            make,
            made,
        }
    }

    pub(super) fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Returns what the members make under a schema. `is_basis`: it is the one they were prepared
    /// for.
    pub(super) fn get(&mut self, is_basis: bool, schema: &Schema, now: i64) -> Result<T, Error> {
        match &self.made {
            Some(Ok(made)) if is_basis => return Ok(made.clone()),
            Some(Err(_)) if is_basis => {
                if let Some(Err(error)) = self.made.take() {
                    return Err(error);
                }
            }
            _ => {}
        }
        (self.make)(self.members.clone(), schema, now)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use chrono::Utc;
    use serde_json::json;

    use super::*;

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    fn make(members: Map<String, Value>, _: &Schema, now: i64) -> Result<(usize, i64), Error> {
        STEPS.set(STEPS.get() + 1);
        match members.is_empty() {
            true => Err(Error::TooDeep),
            false => Ok((members.len(), now)),
        }
    }

    #[test]
    fn the_writer_makes_nothing_unless_the_schema_has_changed() {
        let schema = Schema::empty(Utc::now());
        let mut other = schema.clone();
        other.primary_key_alias = "key".to_owned();
        let basis = Basis {
            schema: schema.clone(),
            now: 1,
        };
        let members: Map<_, _> = serde_json::from_value(json!({ "a": 1 })).unwrap();
        let mut prepared = Prepared::new(members, make, Some(&basis));
        let mut empty = Prepared::new(Map::new(), make, Some(&basis));
        assert_eq!(STEPS.get(), 2);
        // As the writer does it, which runs a write again when another one of its group fails.
        for _ in 0..2 {
            let is_basis = Basis::is(Some(&basis), &schema);
            assert_eq!(prepared.get(is_basis, &schema, 2).unwrap(), (1, 1));
        }
        assert!(empty.get(true, &schema, 2).is_err());
        assert_eq!(STEPS.get(), 2);
        let is_basis = Basis::is(Some(&basis), &other);
        assert_eq!(prepared.get(is_basis, &other, 2).unwrap(), (1, 2));
        assert!(empty.get(true, &schema, 2).is_err());
        assert_eq!(STEPS.get(), 4);
    }
}
