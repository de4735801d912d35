//! `ekodb status`.

use clap::Args;
use ekodb_client::Error;
use serde_json::json;

use super::{Context, context::moment, grants::all_words};
use crate::{
    connection::masked,
    failure::Failure,
    output::{Columns, object},
};

/// Show the server, its health, who you are and what you may do
///
/// Says where the URL and the key come from: flags win over the environment, which wins
/// over the profile. Fails as the first call that fails does, after printing what is known.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb status
  ekodb status --json")]
pub(crate) struct Status {}

impl Status {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let connection = context.connection.resolve()?;
        let client = context
            .connection
            .client_for(&connection.url.value, connection.key.value.clone())?;
        let mut status = object(json!({
            "url": client.base_url(),
            "url_from": connection.url.source.to_string(),
            "key": masked(&connection.key.value),
            "key_from": connection.key.source.to_string(),
        }));
        let health = client.health().await;
        let mut failure: Option<Error> = None;
        match health {
            Ok(health) => {
                status.insert("health".to_owned(), json!(health.status));
                status.insert("healthy".to_owned(), json!(health.is_ok()));
            }
            Err(error) => {
                status.insert("health".to_owned(), json!(error.to_string()));
                failure = Some(error);
            }
        }
        // Without a server there is nobody to ask who we are.
        if failure.is_none() {
            match client.keys().me().get().await {
                Ok(permissions) => {
                    let access = match permissions.admin {
                        true => "admin key",
                        false => "limited key",
                    };
                    status.insert("access".to_owned(), json!(access));
                    if !permissions.admin {
                        let grants = all_words(&permissions.collections, &permissions.kv);
                        status.insert("grants".to_owned(), json!(grants));
                    } else if let Ok(detailed) = client.health().detailed().await
                        && let Some(version) = detailed.version
                    {
                        status.insert("version".to_owned(), json!(version));
                    }
                }
                Err(error) => {
                    status.insert("access".to_owned(), json!(error.to_string()));
                    failure = Some(error);
                }
            }
        }
        if let Some(until) = client.token_state().valid_until {
            status.insert("token_valid_until".to_owned(), moment(until));
        }
        let columns = Columns::new(
            "url",
            [
                "url",
                "url_from",
                "key_from",
                "health",
                "access",
                "token_valid_until",
            ],
        );
        context.output.item(&columns, &status)?;
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}
