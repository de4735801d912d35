//! The environment variables, read only on request.

use std::ffi::OsString;

use super::refusal::refuse;
use crate::{auth::ApiKey, error::Error};

const URL: &str = "EKODB_API_URL";
const KEY: &str = "EKODB_API_KEY";

/// What the environment says.
#[derive(Default)]
pub(super) struct Variables {
    pub(super) url: Option<String>,
    pub(super) key: Option<ApiKey>,
    /// Whether the environment was asked at all.
    asked: bool,
    not_text: Option<&'static str>,
}

impl Variables {
    pub(super) fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut not_text = None;
        let mut text = |name: &'static str| match variable(name)?.into_string() {
            Ok(text) => Some(text),
            Err(_) => {
                not_text = Some(name);
                None
            }
        };
        Self {
            url: text(URL),
            key: text(KEY).map(ApiKey::new),
            asked: true,
            not_text,
        }
    }

    /// Refuses what is no text.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.not_text {
            None => Ok(()),
            Some(name) => Err(refuse(
                &format!("the environment variable {name} is not UTF-8"),
                "set it anew",
            )),
        }
    }

    pub(super) fn missing_url(&self) -> Error {
        let example = "https://your-subdomain.production.aws.ekodb.io";
        if self.asked {
            refuse(
                &format!("base_url is missing, and the environment variable {URL} is not set"),
                &format!("set it to something like {example}"),
            )
        } else {
            refuse(
                "base_url is missing",
                &format!("write .base_url(\"{example}\"), or .from_env() to read {URL}"),
            )
        }
    }

    pub(super) fn missing_key(&self) -> Error {
        if self.asked {
            refuse(
                &format!("api_key is missing, and the environment variable {KEY} is not set"),
                "set it to the key from the dashboard of your deployment",
            )
        } else {
            refuse(
                "api_key is missing",
                &format!("write .api_key(\"your-api-key-here\"), or .from_env() to read {KEY}"),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_variables_are_read_by_their_names() {
        let variables = Variables::read(|name| Some(format!("value of {name}").into()));
        assert_eq!(variables.url.as_deref(), Some("value of EKODB_API_URL"));
        assert_eq!(
            variables.key.as_ref().map(ApiKey::expose),
            Some("value of EKODB_API_KEY")
        );
        assert!(variables.check().is_ok());
    }

    #[test]
    fn what_is_missing_is_told_by_the_name_of_its_variable_if_that_was_asked() {
        let asked = Variables::read(|_| None);
        assert_eq!(
            asked.missing_url().to_string(),
            "base_url is missing, and the environment variable EKODB_API_URL is not set; set it to something like \
             https://your-subdomain.production.aws.ekodb.io"
        );
        assert_eq!(
            asked.missing_key().to_string(),
            "api_key is missing, and the environment variable EKODB_API_KEY is not set; set it to the key from the \
             dashboard of your deployment"
        );
        let not_asked = Variables::default();
        assert!(!not_asked.missing_key().to_string().contains("not set"));
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_refused_without_repeating_it() {
        use std::os::unix::ffi::OsStringExt;

        let variables =
            Variables::read(|name| (name == KEY).then(|| OsString::from_vec(vec![b'x', 0xff])));
        let error = variables.check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment variable EKODB_API_KEY is not UTF-8; set it anew"
        );
    }
}
