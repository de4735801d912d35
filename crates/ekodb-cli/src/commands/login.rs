//! `ekodb login`.

use std::io::{self, IsTerminal};
use std::path::Path;

use clap::Args;

use super::Context;
use crate::{
    connection::key_from,
    failure::Failure,
    output::{ask, ask_secret},
    settings::{Directory, KeyPlace, Profile, Profiles},
};

/// Store the URL of a server and a key for it
///
/// Asks for what is not given; the key is not shown while it is typed. Both are checked by
/// fetching a token. The key goes into the system keyring where there is one, else into a
/// file that only you may read. The profile becomes the one that is used.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb login
  ekodb login --profile staging --url http://localhost:8080 --key-file key.txt")]
pub(crate) struct Login {
    /// The id of the deployment, for `ekodb dashboard`
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,
}

impl Login {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let connection = &context.connection;
        let directory = Directory::find()?;
        let mut profiles = Profiles::load(&directory)?;
        let name = connection.profile_name(&profiles);
        let url = match &connection.url {
            Some(url) => url.clone(),
            None => ask("URL: ", "add --url")?,
        };
        let key = match &connection.key_file {
            Some(path) => key_from(path)?,
            None if !io::stdin().is_terminal() => key_from(Path::new("-"))?,
            None => ask_secret("API key: ", "add --key-file FILE")?.into(),
        };
        let client = connection.client_for(&url, key.clone())?;
        client.token().await?;

        // A key that the profile had elsewhere must not stay behind.
        let before = profiles.profiles.get(&name).map(|profile| profile.key);
        let place = KeyPlace::store(&directory, &name, &key)?;
        if let Some(before) = before.filter(|before| *before != place) {
            before.forget(&directory, &name)?;
        }
        let profile = Profile {
            url: client.base_url().to_owned(),
            key: place,
            deployment: self.deployment,
        };
        profiles.profiles.insert(name.clone(), profile);
        profiles.current = Some(name.clone());
        profiles.save(&directory)?;
        context.output.note(&format!(
            "logged in to {} as the profile {name}; the key is in {}",
            client.base_url(),
            place.describe(&directory)
        ));
        Ok(())
    }
}
