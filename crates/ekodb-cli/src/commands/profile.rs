//! `ekodb profile`.

use clap::Subcommand;
use serde_json::json;

use super::Context;
use crate::{
    connection::masked,
    failure::Failure,
    output::{Columns, Object, object},
    settings::{Directory, Profile, Profiles},
};

/// Show and choose profiles
#[derive(Subcommand, Debug)]
pub(crate) enum ProfileCommand {
    /// List the profiles
    #[command(after_help = "Examples:
  ekodb profile list")]
    List,
    /// Use a profile from now on
    #[command(after_help = "Examples:
  ekodb profile use staging")]
    Use {
        /// The name of the profile
        name: String,
    },
    /// Show one profile; the key is masked
    #[command(after_help = "Examples:
  ekodb profile show
  ekodb profile show staging")]
    Show {
        /// The name of the profile [default: the one that is used]
        name: Option<String>,
    },
}

impl ProfileCommand {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let directory = Directory::find()?;
        let mut profiles = Profiles::load(&directory)?;
        let columns = Columns::new("name", ["name", "url", "key", "current"]);
        match self {
            Self::List => {
                let rows: Vec<Object> = profiles
                    .profiles
                    .iter()
                    .map(|(name, profile)| row(&profiles, name, profile))
                    .collect();
                context.output.list(&columns, &rows)
            }
            Self::Use { name } => {
                profiles.get(&name)?;
                profiles.current = Some(name.clone());
                profiles.save(&directory)?;
                context.output.note(&format!("using the profile {name}"));
                Ok(())
            }
            Self::Show { name } => {
                let name = name.unwrap_or_else(|| context.connection.profile_name(&profiles));
                let profile = profiles.get(&name)?;
                let mut row = row(&profiles, &name, profile);
                if let Some(deployment) = &profile.deployment {
                    row.insert("deployment".to_owned(), json!(deployment));
                }
                let key = profile.key.load(&directory, &name)?;
                row.insert("masked_key".to_owned(), json!(masked(&key)));
                context.output.item(&columns, &row)
            }
        }
    }
}

fn row(profiles: &Profiles, name: &String, profile: &Profile) -> Object {
    object(json!({
        "name": name,
        "url": profile.url,
        "key": profile.key,
        "current": profiles.current.as_ref() == Some(name),
    }))
}
