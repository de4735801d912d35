//! `ekodb keys`.

use clap::{Args, Subcommand};
use ekodb_client::{Client, KeyId, KeyRecord, NewKey, Permission, Permissions};
use serde_json::{Value as Json, json};

use super::{
    Context,
    grants::{self, Grant, Rights, Ungrant, all_words, key_id, kv_words, words},
};
use crate::{
    connection::masked,
    failure::Failure,
    output::{Columns, Object, confirm, object},
};

/// Register, list and revoke API keys, and say what they may do
#[derive(Subcommand, Debug)]
pub(crate) enum KeysCommand {
    /// List all keys; their values are masked
    #[command(after_help = "Examples:
  ekodb keys list
  ekodb keys list --output json")]
    List,
    Register(Register),
    /// Revoke a key: it gets no tokens from now on
    #[command(after_help = "Examples:
  ekodb keys revoke 0123456789abcdef0123456789abcdef --yes")]
    Revoke {
        /// The id of the key, as `ekodb keys list` shows it
        id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Show what a key may do
    #[command(after_help = "Examples:
  ekodb keys show
  ekodb keys show 0123456789abcdef0123456789abcdef")]
    Show {
        /// The id of the key, or `me` for the key that is used
        #[arg(default_value = "me")]
        id: String,
    },
    Grant(Grant),
    Ungrant(Ungrant),
}

/// Register a key and print its value, which is not shown again
///
/// A key may do nothing but what --read, --write, --kv-read and --kv-write allow.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb keys register web-shop --read users,orders --write orders
  ekodb keys register report --read users --fields name,age
  ekodb keys register cart-service --kv-read sessions: --kv-write carts:
  ekodb keys register operator --admin")]
pub(crate) struct Register {
    /// A name that people recognise the key by
    label: String,

    /// What the key is for
    #[arg(long)]
    description: Option<String>,

    /// Allow everything
    #[arg(long, conflicts_with_all = ["read", "write", "fields", "exclude_fields", "writable_fields", "kv_read", "kv_write"])]
    admin: bool,

    #[command(flatten)]
    rights: Rights,
}

impl KeysCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let client = context.client()?;
        let columns = Columns::new("id", ["id", "label", "access", "key"]);
        match self {
            Self::List => {
                let keys = client.keys().list().await?;
                let rows: Vec<Object> = keys.iter().map(row).collect();
                context.output.list(&columns, &rows)
            }
            Self::Register(register) => register.run(context, &client).await,
            Self::Revoke { id, yes } => {
                let id = key_id(&id)?;
                confirm(&format!("Revoke the key {id}?"), yes)?;
                client.keys().revoke(&id).await?;
                context.output.note(&format!("revoked the key {id}"));
                Ok(())
            }
            Self::Show { id } => {
                let permissions = match id.as_str() {
                    "me" => client.keys().me().get().await?,
                    id => client.keys().key(&key_id(id)?).get().await?,
                };
                show(context, &id, &permissions)
            }
            Self::Grant(grant) => grant.run(context).await,
            Self::Ungrant(ungrant) => ungrant.run(context).await,
        }
    }
}

impl Register {
    async fn run(self, context: &Context, client: &Client) -> Result<(), Failure> {
        let mut new = match self.admin {
            true => NewKey::admin(&self.label),
            false => NewKey::limited(&self.label),
        };
        if let Some(description) = self.description {
            new = new.description(description);
        }
        let grants = self.rights.grants()?;
        // A registration has no room for fields and KV prefixes. The key gets no right before its
        // restrictions are set.
        let granted_after = self.rights.exceed_registration();
        if !granted_after {
            for (names, permission) in [
                (&self.rights.read, Permission::Read),
                (&self.rights.write, Permission::Write),
            ] {
                for name in names {
                    new = new.allow(name, [permission]);
                }
            }
        }
        let mut registered = client.keys().register(new).await?;
        if granted_after {
            let id = registered.record.id.clone().ok_or_else(|| {
                Failure::failed("the server gave the new key no id, so its rights cannot be set")
                    .hint("the key was registered and may do nothing: revoke it in the dashboard")
            })?;
            if let Err(failure) = grants::put(client, &id, &grants).await {
                // Its value was never shown: nobody can use it.
                return Err(match client.keys().revoke(&id).await {
                    Ok(()) => failure,
                    Err(_) => failure.hint(format!("revoke the key {id}, which is registered")),
                });
            }
            registered.record.collections = grants.collections;
            registered.record.kv = grants.kv;
        }
        let mut row = row(&registered.record);
        row.insert("key".to_owned(), json!(registered.key.expose()));
        let columns = Columns::new("key", ["id", "label", "access", "key"]);
        context.output.item(&columns, &row)?;
        context
            .output
            .note("keep the key now: it is not shown again");
        Ok(())
    }
}

fn row(key: &KeyRecord) -> Object {
    let access: Json = if key.is_admin {
        json!("admin")
    } else {
        json!(all_words(&key.collections, &key.kv))
    };
    let mut row = object(json!({
        "id": key.id.as_ref().map(KeyId::as_str),
        "label": key.label,
        "access": access,
        "key": key.key.as_ref().map(masked),
    }));
    if let Some(description) = &key.description {
        row.insert("description".to_owned(), json!(description));
    }
    row
}

fn show(context: &Context, id: &str, permissions: &Permissions) -> Result<(), Failure> {
    if permissions.admin {
        let columns = Columns::new("id", ["id", "access"]);
        let row = object(json!({ "id": id, "access": "admin: may do everything" }));
        return context.output.item(&columns, &row);
    }
    let columns = Columns::new("name", ["kind", "name", "access"]);
    let collections = permissions.collections.iter().map(|(name, grant)| {
        object(json!({ "kind": "collection", "name": name, "access": words(grant) }))
    });
    let kv = permissions.kv.iter().map(|grant| {
        object(json!({ "kind": "KV prefix", "name": grant.prefix, "access": kv_words(grant) }))
    });
    let rows: Vec<Object> = collections.chain(kv).collect();
    if rows.is_empty() {
        context.output.note("this key may do nothing");
    }
    context.output.list(&columns, &rows)
}
