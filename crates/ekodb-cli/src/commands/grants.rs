//! The options that say what a key may do, and `ekodb keys grant` and `ungrant`.

use std::collections::BTreeMap;

use clap::Args;
use ekodb_client::{Client, CollectionGrant, KeyId};
use serde_json::json;

use super::{Context, context::object};
use crate::{
    failure::Failure,
    output::{Columns, Object},
};

/// What a key may do.
#[derive(Args, Debug)]
pub(crate) struct Rights {
    /// Allow reading these collections
    #[arg(long, value_name = "COLLECTIONS", value_delimiter = ',')]
    pub(super) read: Vec<String>,

    /// Allow writing these collections
    #[arg(long, value_name = "COLLECTIONS", value_delimiter = ',')]
    pub(super) write: Vec<String>,

    /// Of the collections named, show only these fields
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    fields: Option<Vec<String>>,

    /// Of the collections named, hide these fields
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    exclude_fields: Option<Vec<String>>,

    /// In the collections named, let only these fields be written
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    writable_fields: Option<Vec<String>>,
}

impl Rights {
    /// The grant on each collection that is named.
    pub(super) fn grants(&self) -> BTreeMap<String, CollectionGrant> {
        let mut grants = BTreeMap::new();
        for name in self.read.iter().chain(&self.write) {
            let (read, write) = (self.read.contains(name), self.write.contains(name));
            let mut grant = CollectionGrant::new(read, write);
            grant.select_fields.clone_from(&self.fields);
            grant.exclude_fields.clone_from(&self.exclude_fields);
            grant.writable_fields.clone_from(&self.writable_fields);
            grants.insert(name.clone(), grant);
        }
        grants
    }

    pub(super) fn has_restrictions(&self) -> bool {
        self.fields.is_some() || self.exclude_fields.is_some() || self.writable_fields.is_some()
    }
}

/// Sets the grants of a key. Returns a row for each.
pub(super) async fn put(
    client: &Client,
    id: &KeyId,
    grants: BTreeMap<String, CollectionGrant>,
) -> Result<Vec<Object>, Failure> {
    let mut rows = Vec::new();
    for (name, grant) in grants {
        let change = client.keys().key(id).collection(&name).put(grant).await?;
        rows.push(changed(
            &name,
            change.before.as_ref(),
            change.after.as_ref(),
        ));
    }
    Ok(rows)
}

/// Set what a key may do with collections
///
/// The grants on the collections named are replaced, those on others stay.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb keys grant 0123456789abcdef0123456789abcdef --read users,orders --write orders
  ekodb keys grant 0123456789abcdef0123456789abcdef --read users --fields name,age")]
pub(crate) struct Grant {
    /// The id of the key, as `ekodb keys list` shows it
    id: String,

    #[command(flatten)]
    rights: Rights,
}

impl Grant {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let grants = self.rights.grants();
        if grants.is_empty() {
            return Err(Failure::usage("no collection is named")
                .hint("add --read COLLECTIONS, --write COLLECTIONS or both"));
        }
        let rows = put(&context.client()?, &key_id(&self.id)?, grants).await?;
        context.output.list(&columns(), &rows)
    }
}

/// Take away what a key may do with collections
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb keys ungrant 0123456789abcdef0123456789abcdef orders")]
pub(crate) struct Ungrant {
    /// The id of the key
    id: String,

    /// The collections
    #[arg(required = true)]
    collections: Vec<String>,
}

impl Ungrant {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let client = context.client()?;
        let id = key_id(&self.id)?;
        let mut rows = Vec::new();
        for name in &self.collections {
            let change = client.keys().key(&id).collection(name).delete().await?;
            rows.push(changed(name, change.before.as_ref(), change.after.as_ref()));
        }
        context.output.list(&columns(), &rows)
    }
}

/// The id of a key in an argument.
pub(super) fn key_id(text: &str) -> Result<KeyId, Failure> {
    // What was written may be a key's value: it is not repeated.
    text.parse().map_err(|_| {
        Failure::usage("a key id is 32 lower-case hexadecimal digits, and not the value of a key")
            .hint("`ekodb keys list` shows the ids")
    })
}

fn columns() -> Columns {
    Columns::new("collection", ["collection", "before", "after"])
}

fn changed(
    name: &str,
    before: Option<&CollectionGrant>,
    after: Option<&CollectionGrant>,
) -> Object {
    let none = || "none".to_owned();
    object(json!({
        "collection": name,
        "before": before.map_or_else(none, words),
        "after": after.map_or_else(none, words),
    }))
}

/// A grant in words: `read, write; shows name, age`.
pub(super) fn words(grant: &CollectionGrant) -> String {
    let mut words = match (grant.read, grant.write) {
        (true, true) => "read, write",
        (true, false) => "read",
        (false, true) => "write",
        (false, false) => "nothing",
    }
    .to_owned();
    for (what, fields) in [
        ("shows", &grant.select_fields),
        ("hides", &grant.exclude_fields),
        ("lets write", &grant.writable_fields),
    ] {
        if let Some(fields) = fields {
            let fields = match fields.is_empty() {
                true => "no fields".to_owned(),
                false => fields.join(", "),
            };
            words.push_str(&format!("; {what} {fields}"));
        }
    }
    words
}
