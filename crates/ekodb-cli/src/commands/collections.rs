//! `ekodb collections`.

use clap::{Args, Subcommand};
use ekodb_client::{CollectionSchema, Field, FieldType};
use serde_json::json;

use super::Context;
use crate::{
    failure::Failure,
    literal_or_file::read_json,
    output::{Columns, Object, confirm, object},
};

/// Create, list, describe, delete and restore collections
#[derive(Subcommand, Debug)]
pub(crate) enum CollectionsCommand {
    /// List the collections
    #[command(after_help = "Examples:
  ekodb collections list
  ekodb collections list --internal --output json")]
    List {
        /// Also those that the server keeps for itself
        #[arg(long)]
        internal: bool,
    },
    Create(Create),
    /// Show what the server says of a collection
    #[command(after_help = "Examples:
  ekodb collections show users")]
    Show {
        /// The collection
        name: String,
    },
    /// Show the fields of a collection
    #[command(after_help = "Examples:
  ekodb collections schema users
  ekodb collections schema users --output json > schema.json")]
    Schema {
        /// The collection
        name: String,
    },
    /// Move a collection and its records to the trash
    #[command(after_help = "Examples:
  ekodb collections delete drafts --yes")]
    Delete {
        /// The collection
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Bring the deleted records of a collection back from the trash
    #[command(after_help = "Examples:
  ekodb collections restore drafts")]
    Restore {
        /// The collection
        name: String,
    },
}

/// Create a collection with a schema
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb collections create products --field title:String:required --field price:Decimal
  ekodb collections create orders --schema @schema.json

Types: String, Integer, Float, Number, Boolean, DateTime, UUID, Decimal, Duration, Bytes,
Binary, Vector, Object, Array, Set")]
pub(crate) struct Create {
    /// The collection
    name: String,

    /// A field: its name, its type, and then `required`, `unique` or both
    #[arg(long = "field", value_name = "NAME:TYPE[:required][:unique]", required_unless_present = "schema", value_parser = field)]
    fields: Vec<(String, Field)>,

    /// The schema as JSON, @FILE or - for standard input, as
    /// `ekodb collections schema --output json` prints it
    #[arg(long, value_name = "JSON", conflicts_with = "fields")]
    schema: Option<String>,
}

impl CollectionsCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List { internal } => {
                let collections = context.client()?.collections();
                let names = match internal {
                    true => collections.list().await?,
                    false => collections.list_without_internal().await?,
                };
                let rows: Vec<Object> = names
                    .into_iter()
                    .map(|name| object(json!({ "name": name })))
                    .collect();
                context.output.list(&Columns::new("name", ["name"]), &rows)
            }
            Self::Create(create) => create.run(context).await,
            Self::Show { name } => show(context, &name).await,
            Self::Schema { name } => print_schema(context, &name).await,
            Self::Delete { name, yes } => {
                let question = format!("Delete the collection {name} and all its records?");
                confirm(&question, yes)?;
                context.collection(&name)?.delete_collection().await?;
                context
                    .output
                    .note(&format!("deleted the collection {name}"));
                Ok(())
            }
            Self::Restore { name } => {
                let restored = context.collection(&name)?.restore().await?;
                let row = object(json!({ "name": name, "restored": restored }));
                let columns = Columns::new("restored", ["name", "restored"]);
                context.output.item(&columns, &row)
            }
        }
    }
}

impl Create {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let schema = match &self.schema {
            Some(argument) => CollectionSchema::from_request_json(read_json(argument)?)?,
            None => self
                .fields
                .into_iter()
                .fold(CollectionSchema::new(), |schema, (name, field)| {
                    schema.field(name, field)
                }),
        };
        context.collection(&self.name)?.create(schema).await?;
        context
            .output
            .note(&format!("created the collection {}", self.name));
        Ok(())
    }
}

async fn show(context: &Context, name: &str) -> Result<(), Failure> {
    let details = context.collection(name)?.details().await?;
    let mut row = object(json!({
        "name": details.name.as_deref().unwrap_or(name),
        "record_count": details.record_count,
        "size_bytes": details.size_bytes,
        "created_at": details.created_at,
        "last_modified": details.last_modified,
        "fields": details.schema.map(|schema| schema.fields.keys().cloned().collect::<Vec<_>>()),
    }));
    row.retain(|_, value| !value.is_null());
    let columns = Columns::new("name", ["name", "record_count", "size_bytes", "fields"]);
    context.output.item(&columns, &row)
}

async fn print_schema(context: &Context, name: &str) -> Result<(), Failure> {
    let schema = context.collection(name)?.schema().await?;
    let columns = Columns::new(
        "field",
        ["field", "type", "required", "unique", "default", "index"],
    );
    if context.output.format == crate::output::Format::Json {
        return context.output.item(&columns, &schema.to_request_json());
    }
    let rows: Vec<Object> = schema.fields.iter().map(row).collect();
    if rows.is_empty() {
        context.output.note("this collection has no schema");
    }
    context.output.list(&columns, &rows)
}

fn row((name, field): (&String, &Field)) -> Object {
    object(json!({
        "field": name,
        "type": field.field_type.as_str(),
        "required": field.required,
        "unique": field.unique,
        "default": field.default,
        "index": field.index.as_ref().map(|index| &index.kind),
    }))
}

/// `NAME:TYPE[:required][:unique]`.
fn field(text: &str) -> Result<(String, Field), String> {
    let mut parts = text.split(':');
    let (name, kind) = match (parts.next(), parts.next()) {
        (Some(name), Some(kind)) if !name.is_empty() => (name, kind),
        _ => return Err("expected NAME:TYPE, such as title:String".to_owned()),
    };
    let kind = FieldType::from(kind);
    if let FieldType::Other(other) = &kind {
        return Err(format!(
            "there is no type `{other}`; types begin with a capital, such as String"
        ));
    }
    let mut field = Field::new(kind);
    for part in parts {
        field = match part {
            "required" => field.required(),
            "unique" => field.unique(),
            other => return Err(format!("expected `required` or `unique`, not `{other}`")),
        };
    }
    Ok((name.to_owned(), field))
}
