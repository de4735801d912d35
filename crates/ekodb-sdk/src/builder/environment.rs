//! The environment variables, read only on request.

use std::ffi::OsString;

use crate::{
    auth::ApiKey,
    error::Error,
    setting::{self, refuse},
};

/// The name in the documentation of ekoDB.
const URL: &str = "EKODB_API_URL";
/// The name that the official clients read.
const URL_OF_OFFICIAL_CLIENTS: &str = "EKODB_BASE_URL";
const KEY: &str = "EKODB_API_KEY";

/// What the environment says.
#[derive(Default)]
pub(super) struct Variables {
    pub(super) url: Option<String>,
    pub(super) key: Option<ApiKey>,
    /// Whether the environment was read at all.
    read: bool,
    refused: Option<Error>,
}

impl Variables {
    pub(super) fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut variables = Self {
            read: true,
            ..Self::default()
        };
        let mut text = |name| {
            text(name, variable(name)?)
                .map_err(|error| variables.refused = Some(error))
                .ok()
        };
        let url = text(URL);
        let other = text(URL_OF_OFFICIAL_CLIENTS);
        let key = text(KEY);
        if let (Some(url), Some(other)) = (&url, &other)
            && url != other
        {
            variables.refused = Some(refuse(
                &format!(
                    "the environment variables {URL} and {URL_OF_OFFICIAL_CLIENTS} name different \
                     deployments"
                ),
                "set one of them only",
            ));
        }
        variables.url = url.or(other);
        variables.key = key.map(ApiKey::new);
        variables
    }

    /// Refuses a variable that is set to what it cannot be, even if a later setting replaces it.
    pub(super) fn check(&mut self) -> Result<(), Error> {
        self.refused.take().map_or(Ok(()), Err)
    }

    pub(super) fn missing_url(&self) -> Error {
        let example = "https://your-subdomain.production.aws.ekodb.io";
        if self.read {
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
        if self.read {
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

/// The text of a variable that is set.
fn text(name: &str, value: OsString) -> Result<String, Error> {
    let described = format!("the environment variable {name}");
    let value = value
        .into_string()
        .map_err(|_| refuse(&format!("{described} is not UTF-8"), "set it again"))?;
    setting::trimmed(&described, &value, "set it, or remove it").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment<'a>(set: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
        move |name| {
            let (_, value) = set.iter().find(|(set, _)| *set == name)?;
            Some(value.into())
        }
    }

    #[test]
    fn the_variables_are_read_by_their_names() {
        for name in ["EKODB_API_URL", "EKODB_BASE_URL"] {
            let set = [
                (name, "https://eko.example\n"),
                ("EKODB_API_KEY", " ek-key "),
            ];
            let mut variables = Variables::read(environment(&set));
            assert_eq!(variables.url.as_deref(), Some("https://eko.example"));
            assert_eq!(variables.key.as_ref().map(ApiKey::expose), Some("ek-key"));
            assert!(variables.check().is_ok());
        }
    }

    #[test]
    fn two_variables_that_name_different_deployments_are_refused() {
        let check = |other| {
            let set = [(URL, "https://a.example"), (URL_OF_OFFICIAL_CLIENTS, other)];
            Variables::read(environment(&set)).check()
        };
        assert!(check("https://a.example").is_ok());
        let error = check("https://b.example").unwrap_err().to_string();
        let names = "EKODB_API_URL and EKODB_BASE_URL";
        assert!(error.contains(names), "{error}");
    }

    #[test]
    fn a_variable_that_is_set_to_what_it_cannot_be_is_refused_by_its_name() {
        for name in ["EKODB_API_URL", "EKODB_BASE_URL", "EKODB_API_KEY"] {
            for value in ["", "  ", "\"secret\"", "\u{FEFF}secret"] {
                let set = [(name, value)];
                let mut variables = Variables::read(environment(&set));
                let shown = variables.check().unwrap_err().to_string();
                assert!(shown.contains(name) && !shown.contains("secret"), "{shown}");
            }
        }
    }

    #[test]
    fn what_is_missing_is_told_by_the_name_of_its_variable_if_that_was_read() {
        let read = Variables::read(|_| None);
        assert_eq!(
            read.missing_url().to_string(),
            "base_url is missing, and the environment variable EKODB_API_URL is not set; set it to something like \
             https://your-subdomain.production.aws.ekodb.io"
        );
        assert_eq!(
            read.missing_key().to_string(),
            "api_key is missing, and the environment variable EKODB_API_KEY is not set; set it to the key from the \
             dashboard of your deployment"
        );
        let not_read = Variables::default();
        assert!(!not_read.missing_key().to_string().contains("not set"));
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf_8_is_refused_without_repeating_it() {
        use std::os::unix::ffi::OsStringExt;

        let mut variables =
            Variables::read(|name| (name == KEY).then(|| OsString::from_vec(vec![b'x', 0xff])));
        let error = variables.check().unwrap_err().to_string();
        let expected = "the environment variable EKODB_API_KEY is not UTF-8; set it again";
        assert_eq!(error, expected);
    }
}
