//! Registers the keys that a probe asks with.

use ekodb_client::ApiKey;
use serde_json::Value as Json;

use super::{
    cleanup_list::labelled,
    judge::prepared,
    runner::{ProbeRun, Runner},
    step::Step,
    verdict::Outcome,
};
use crate::failure::Failure;

impl Runner<'_> {
    /// Registers a key with rights on `$c`.
    pub(super) async fn register(
        &mut self,
        asking: &mut ProbeRun,
        name: &str,
        rights: &[&str],
    ) -> Result<Result<(), Outcome>, Failure> {
        let permissions = match rights {
            [] => "{}".to_owned(),
            rights => serde_json::json!({ "$c": rights }).to_string(),
        };
        let label = format!("$label.{name}");
        let step = Step::try_from(format!(
            r#"nobody register_key {{"api_key":"$admin","label":"{label}","collection_permissions":{permissions},"is_admin":false}}"#
        ))
        .map_err(Failure::usage)?;
        let exchange = self.send(asking, &step).await?;
        let refused = prepared(Some("register"), &step, &exchange, &mut asking.names);
        let body = match &exchange.reply {
            Ok(answer) => answer.body.clone(),
            Err(_) => Json::Null,
        };
        asking.given.push(exchange);
        if let Some(outcome) = refused {
            return Ok(Err(outcome));
        }
        let Some(key) = body["key"].as_str() else {
            return Ok(Err(Outcome::needs(
                "register",
                "a registration gave no key",
            )));
        };
        let id = match body["id"].as_str() {
            Some(id) => id.to_owned(),
            None => match self.id_of(&asking.names.fill_text(&label)).await {
                Some(id) => id,
                None => {
                    let reason = "the id of a new key is not in the list of keys";
                    return Ok(Err(Outcome::needs("list-keys", reason)));
                }
            },
        };
        let client = (self.connect)(ApiKey::new(key))?;
        if let Ok(token) = client.token().await {
            self.redactor.replace(token.expose(), "$TOKEN");
        }
        self.redactor.replace(&id, "$ID");
        asking.names.set(&format!("key.{name}"), key.to_owned());
        asking.names.set(&format!("id.{name}"), id);
        asking.clients.push((name.to_owned(), client));
        Ok(Ok(()))
    }

    /// The id of the key with a label, which older servers do not tell at once.
    async fn id_of(&self, label: &str) -> Option<String> {
        let reply = self
            .client
            .raw_reply("GET", "/api/auth/keys", None)
            .await
            .ok()?;
        let mut ids = Vec::new();
        labelled(&serde_json::from_slice(&reply.body).ok()?, label, &mut ids);
        ids.pop()
    }
}
