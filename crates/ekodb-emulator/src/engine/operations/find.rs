//! Finding records by a query.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::database::{Database, view_of};
use super::find_cursor::{FindCursor, Page, Renewal};
use super::join::Joins;
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, FieldRights};
use crate::engine::query::{Filter, FindQuery, TopK, plan};
use crate::engine::record::Projection;
use crate::engine::schema::Schema;
use crate::engine::store::{Collections, Cursor, ReadTransaction, ReadView, Records, StagedView};

impl Database {
    /// Starts a query. `None` for a collection that does not exist: it has no records.
    pub(crate) fn find(
        self: &Arc<Self>,
        key: &ApiKey,
        name: String,
        asked: Projection,
        query: &FindQuery,
    ) -> Result<Option<FindCursor<ReadTransaction>>, Error> {
        let transaction = self.store.read()?;
        let now = self.clock.now();
        let cursor = self.prepare_find(key, &name, asked, query, &transaction, now)?;
        let renewal = Renewal {
            database: Arc::clone(self),
            collection: name,
        };
        Ok(cursor.map(|cursor| cursor.on(transaction, Some(renewal))))
    }

    /// Starts a query within a transaction.
    pub(crate) fn find_in_transaction(
        &self,
        key: &ApiKey,
        transaction: String,
        name: &str,
        asked: Projection,
        query: &FindQuery,
    ) -> Result<Option<FindCursor<StagedView>>, Error> {
        self.in_transaction(key, transaction, |statement| {
            let (view, now) = (&statement.view, statement.now);
            let cursor = self.prepare_find(key, name, asked, query, view, now)?;
            for (uid, alias, filter) in cursor.iter().flat_map(FindCursor::looks_at) {
                statement.note_search(uid, alias, filter);
            }
            Ok(cursor.map(|cursor| cursor.on(statement.frozen(), None)))
        })
    }

    fn prepare_find(
        &self,
        key: &ApiKey,
        name: &str,
        asked: Projection,
        query: &FindQuery,
        source: &impl ReadView,
        now: DateTime<Utc>,
    ) -> Result<Option<FindCursor<()>>, Error> {
        let filter = query.filter(self.rules.unknown_members)?;
        let rights = key.field_rights(name);
        let Some(collection) = Collections(source).get(name)? else {
            return self.missing_collection(name, |_| None);
        };
        let schema = &collection.schema;
        require_shown(&rights, schema, filter.as_ref(), query)?;
        let records = Records::new(source, collection.uid, now);
        let cursor = candidates(&records, schema, filter.as_ref())?;
        let select = query.select_fields.as_deref();
        let named = Projection::new(select, query.exclude_fields.as_deref());
        let view = view_of(source, schema, vec![rights.shown(), asked, named])?;
        let join = query.join.as_ref();
        let joins = join.map(|join| Joins::prepare(source, key, schema, join));
        let joins = joins.transpose()?;
        let page = Page {
            skip: query.skip.unwrap_or(0),
            limit: query.limit.unwrap_or(usize::MAX),
        };
        let (sort, order) = (query.sort(), self.rules.order);
        let end = page.skip.saturating_add(page.limit);
        Ok(Some(FindCursor {
            source: (),
            renewal: None,
            sorting: (!sort.is_empty() || order.is_shuffled())
                .then(|| TopK::new(sort, end, order, collection.uid)),
            uid: collection.uid,
            now,
            cursor,
            filter,
            page,
            view,
            joins,
            looked_at: 0,
        }))
    }
}

/// Refuses to filter, sort or join by what the caller may not see.
fn require_shown(
    rights: &FieldRights,
    schema: &Schema,
    filter: Option<&Filter>,
    query: &FindQuery,
) -> Result<(), Error> {
    let alias = &schema.primary_key_alias;
    let allowed = |field: &str| field == "id" || field == alias || rights.may_see(field);
    let filtered = filter.and_then(|filter| filter.first_field_not(&allowed));
    let mut sorted = query.sort().iter().map(|by| by.field.as_str());
    let joined = query.join.as_ref().map(|join| join.local_field.as_str());
    let hidden = filtered
        .or_else(|| sorted.find(|field| !allowed(field)))
        .or_else(|| joined.filter(|field| !allowed(field)));
    match hidden {
        Some(field) => Ok(rights.require_shown(field)?),
        None => Ok(()),
    }
}

/// Returns a cursor over the candidates of a filter, in the order of insertion: by an index if one
/// serves, else over all records.
pub(super) fn candidates(
    records: &Records<'_, impl ReadView>,
    schema: &Schema,
    filter: Option<&Filter>,
) -> Result<Cursor, Error> {
    let fields = schema.indexed();
    // A name with a dot can be a path too, which no index follows.
    let indexed = |field: &str| !field.contains('.') && fields.contains(field);
    let range = filter.and_then(|filter| plan(filter, &schema.primary_key_alias, &indexed));
    Ok(records.candidates(range.as_ref())?)
}
