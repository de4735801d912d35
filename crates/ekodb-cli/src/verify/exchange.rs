//! One request of a probe, and what became of it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ekodb_client::{Client, Error};
use serde_json::{Value as Json, json};

use super::{placeholders::Names, step::Step};

/// A request that was sent, with the reply.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) who: String,
    pub(crate) operation: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Json>,
    pub(crate) reply: Result<Answer, Error>,
}

/// A reply: its body is JSON, a text where it is no JSON, and null where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Json,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the server, or a proxy, did not get to the request.
    pub(crate) fn is_failure_of_the_server(&self) -> bool {
        matches!(self.status, 408 | 429 | 500 | 502..)
    }

    /// The body as conditions see it: that of a token tells how long it lives.
    pub(crate) fn judged(&self) -> Json {
        let mut body = self.body.clone();
        if let Some(lifetime) = body["token"].as_str().and_then(lifetime) {
            body["claims"] = json!({ "lifetime": lifetime });
        }
        body
    }
}

impl Exchange {
    /// Sends a step.
    pub(crate) async fn send(client: &Client, step: &Step, names: &Names) -> Self {
        let path = names.fill_text(&step.path);
        let body = step.body.as_ref().map(|body| names.fill(body));
        let method = step.operation.method;
        let reply = client.raw_reply(method, path.clone(), body.clone()).await;
        Self {
            who: step.who.clone(),
            operation: step.operation.id,
            method,
            path,
            body,
            reply: reply.map(|reply| Answer {
                status: reply.status,
                body: content(&reply.body),
            }),
        }
    }
}

fn content(body: &[u8]) -> Json {
    if body.is_empty() {
        return Json::Null;
    }
    serde_json::from_slice(body)
        .unwrap_or_else(|_| Json::String(String::from_utf8_lossy(body).into_owned()))
}

/// How many seconds a token lives, by its own claims, to the minute: servers round the seconds.
fn lifetime(token: &str) -> Option<u64> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Json = serde_json::from_slice(&claims).ok()?;
    let seconds = claims["exp"]
        .as_u64()?
        .checked_sub(claims["iat"].as_u64()?)?;
    Some(seconds.saturating_add(30) / 60 * 60)
}
