//! The options that say what a key may do, and `ekodb keys grant` and `ungrant`.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use ekodb_client::{Change, Client, CollectionGrant, KeyId, KvGrant, Permission};
use serde_json::json;

use super::Context;
use crate::{
    failure::Failure,
    output::{Columns, Object, object},
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

    /// Allow reading the KV keys that begin with these prefixes
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',')]
    kv_read: Vec<String>,

    /// Allow writing the KV keys that begin with these prefixes
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',')]
    kv_write: Vec<String>,

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

/// The grant on each collection and each KV prefix that is named.
#[derive(Debug, Default)]
pub(super) struct Grants {
    pub(super) collections: BTreeMap<String, CollectionGrant>,
    pub(super) kv: Vec<KvGrant>,
}

impl Rights {
    /// The grants that are asked for.
    pub(super) fn grants(&self) -> Result<Grants, Failure> {
        let mut grants = Grants::default();
        let prefixes: BTreeSet<_> = self.kv_read.iter().chain(&self.kv_write).collect();
        for prefix in prefixes {
            let mut grant = KvGrant::default();
            grant.prefix.clone_from(prefix);
            grant.read = self.kv_read.contains(prefix);
            grant.write = self.kv_write.contains(prefix);
            grants.kv.push(grant);
        }
        for name in self.read.iter().chain(&self.write) {
            let (read, write) = (self.read.contains(name), self.write.contains(name));
            let mut grant = CollectionGrant::new(read, write);
            grant.select_fields.clone_from(&self.fields);
            grant.exclude_fields.clone_from(&self.exclude_fields);
            grant.writable_fields.clone_from(&self.writable_fields);
            grants.collections.insert(name.clone(), grant);
        }
        if self.has_restrictions() && grants.collections.is_empty() {
            return Err(Failure::usage("fields are named, but no collection")
                .hint("add --read COLLECTIONS, --write COLLECTIONS or both"));
        }
        Ok(grants)
    }

    /// Whether a registration cannot say all of them.
    pub(super) fn exceed_registration(&self) -> bool {
        self.has_restrictions() || !self.kv_read.is_empty() || !self.kv_write.is_empty()
    }

    fn has_restrictions(&self) -> bool {
        self.fields.is_some() || self.exclude_fields.is_some() || self.writable_fields.is_some()
    }
}

/// Sets the grants of a key. Returns a row for each.
pub(super) async fn put(
    client: &Client,
    id: &KeyId,
    grants: &Grants,
) -> Result<Vec<Object>, Failure> {
    let key = client.keys().key(id);
    let mut rows = Vec::new();
    for (name, grant) in &grants.collections {
        let change = key.collection(name).put(grant.clone()).await?;
        rows.push(collection_row(name, &change));
    }
    for grant in &grants.kv {
        let read = grant.read.then_some(Permission::Read);
        let write = grant.write.then_some(Permission::Write);
        let permissions = read.into_iter().chain(write);
        let change = key.kv(&grant.prefix).put(permissions).await?;
        rows.push(kv_row(&grant.prefix, &change));
    }
    Ok(rows)
}

/// Set what a key may do with collections and KV keys
///
/// The grants on the collections and prefixes named are replaced, those on others stay.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb keys grant 0123456789abcdef0123456789abcdef --read users,orders --write orders
  ekodb keys grant 0123456789abcdef0123456789abcdef --read users --fields name,age
  ekodb keys grant 0123456789abcdef0123456789abcdef --kv-read sessions:,carts: --kv-write carts:")]
pub(crate) struct Grant {
    /// The id of the key, as `ekodb keys list` shows it
    id: String,

    #[command(flatten)]
    rights: Rights,
}

impl Grant {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let grants = self.rights.grants()?;
        if grants.collections.is_empty() && grants.kv.is_empty() {
            return Err(Failure::usage("no collection and no KV prefix is named")
                .hint("add --read COLLECTIONS, --write COLLECTIONS, --kv-read or --kv-write"));
        }
        let rows = put(&context.client()?, &key_id(&self.id)?, &grants).await?;
        context.output.list(&columns(), &rows)
    }
}

/// Take away what a key may do with collections and KV keys
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb keys ungrant 0123456789abcdef0123456789abcdef orders
  ekodb keys ungrant 0123456789abcdef0123456789abcdef --kv carts:")]
pub(crate) struct Ungrant {
    /// The id of the key
    id: String,

    /// The collections
    #[arg(required_unless_present = "kv")]
    collections: Vec<String>,

    /// The prefixes of KV keys, as they were granted
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',')]
    kv: Vec<String>,
}

impl Ungrant {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let key = context.client()?.keys().key(&key_id(&self.id)?);
        let mut rows = Vec::new();
        for name in &self.collections {
            rows.push(collection_row(name, &key.collection(name).delete().await?));
        }
        for prefix in &self.kv {
            rows.push(kv_row(prefix, &key.kv(prefix).delete().await?));
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
    Columns::new("name", ["kind", "name", "before", "after"])
}

fn collection_row(name: &str, change: &Change<CollectionGrant>) -> Object {
    row("collection", name, change, words)
}

fn kv_row(prefix: &str, change: &Change<KvGrant>) -> Object {
    row("KV prefix", prefix, change, kv_words)
}

fn row<G>(kind: &str, name: &str, change: &Change<G>, words: impl Fn(&G) -> String) -> Object {
    let words = |grant: &Option<G>| grant.as_ref().map_or_else(|| "none".to_owned(), &words);
    object(json!({
        "kind": kind,
        "name": name,
        "before": words(&change.before),
        "after": words(&change.after),
    }))
}

/// Each grant in words, after the name of what it is on.
pub(super) fn all_words(
    collections: &BTreeMap<String, CollectionGrant>,
    kv: &[KvGrant],
) -> Vec<String> {
    let collections = collections.iter();
    let collections = collections.map(|(name, grant)| format!("{name}: {}", words(grant)));
    let kv = kv.iter();
    let kv = kv.map(|grant| format!("KV {}: {}", json!(grant.prefix), kv_words(grant)));
    collections.chain(kv).collect()
}

/// A grant on a KV prefix in words.
pub(super) fn kv_words(grant: &KvGrant) -> String {
    actions(grant.read, grant.write).to_owned()
}

fn actions(read: bool, write: bool) -> &'static str {
    match (read, write) {
        (true, true) => "read, write",
        (true, false) => "read",
        (false, true) => "write",
        (false, false) => "nothing",
    }
}

/// A grant in words: `read, write; shows name, age`.
pub(super) fn words(grant: &CollectionGrant) -> String {
    let mut words = actions(grant.read, grant.write).to_owned();
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
