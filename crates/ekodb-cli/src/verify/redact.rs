//! Takes secrets, and what is none of this run's, out of what is shown and recorded.

use serde_json::Value as Json;

use super::{
    exchange::{Answer, Exchange},
    placeholders::map_texts,
};

/// Operations that list what others have made too.
const LISTS: [&str; 4] = [
    "list_keys",
    "list_collections",
    "list_kv_grants",
    "find_kv_keys",
];

/// Members that hold a secret, whatever it is.
const SECRET_MEMBERS: [&str; 2] = ["api_key", "token"];

/// The secrets of a run, and their replacements.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    prefix: String,
    replaced: Vec<(String, String)>,
}

impl Redactor {
    pub(crate) fn new(prefix: &str) -> Self {
        let mut redactor = Self {
            prefix: prefix.to_owned(),
            replaced: Vec::new(),
        };
        redactor.replace(prefix, "verify_");
        redactor
    }

    /// Puts `placeholder` in the place of a text from now on.
    pub(crate) fn replace(&mut self, text: &str, placeholder: &str) {
        if !text.is_empty() {
            self.replaced
                .push((text.to_owned(), placeholder.to_owned()));
            // One may be a part of another.
            self.replaced
                .sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
    }

    pub(crate) fn text(&self, text: &str) -> String {
        self.replaced
            .iter()
            .fold(text.to_owned(), |text, (secret, placeholder)| {
                text.replace(secret, placeholder)
            })
    }

    /// An exchange that can be shown to anyone.
    pub(crate) fn exchange(&self, exchange: &Exchange) -> Exchange {
        let show = |body: &Json| self.body(exchange.operation, body);
        Exchange {
            path: self.text(&exchange.path),
            body: exchange.body.as_ref().map(show),
            reply: exchange
                .reply
                .as_ref()
                .map_err(Clone::clone)
                .map(|answer| Answer {
                    status: answer.status,
                    body: show(&answer.body),
                }),
            ..exchange.clone()
        }
    }

    fn body(&self, operation: &str, body: &Json) -> Json {
        let mut body = body.clone();
        if LISTS.contains(&operation) {
            self.keep_own(&mut body);
        }
        let mut body = map_texts(&body, &|text| self.text(text));
        hide_members(&mut body, operation);
        body
    }

    /// Drops what is not of this run from the outermost lists.
    fn keep_own(&self, body: &mut Json) {
        match body {
            Json::Array(elements) => {
                elements.retain(|element| element.to_string().contains(&self.prefix));
            }
            Json::Object(members) => members.values_mut().for_each(|value| self.keep_own(value)),
            _ => {}
        }
    }
}

/// Hides the values of members that hold a secret, also one that is not in the list.
fn hide_members(body: &mut Json, operation: &str) {
    let keys = matches!(operation, "register_key" | "list_keys");
    match body {
        Json::Array(elements) => {
            for element in elements {
                hide_members(element, operation);
            }
        }
        Json::Object(members) => {
            for (name, value) in members {
                let secret = SECRET_MEMBERS.contains(&name.as_str()) || (keys && name == "key");
                match value {
                    Json::String(text) if secret && !text.starts_with('$') => {
                        "$SECRET".clone_into(text);
                    }
                    value => hide_members(value, operation),
                }
            }
        }
        _ => {}
    }
}
