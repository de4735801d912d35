//! The base URL, parsed once, and the URLs that follow from it.

use std::fmt;

use url::Url;

use crate::{Error, Operation, path};

/// The base URL of a server, and the URL of every operation whose path has no parameters.
pub struct Base {
    url: Url,
    /// The path of the base URL, without a slash at its end.
    prefix: String,
    /// Sorted by path.
    fixed: Vec<(&'static str, Url)>,
}

impl Base {
    /// Parses a base URL such as `https://eko.example` or `https://gateway.example/eko`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if it is not an absolute URL of http or https.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refused = |problem: &str| Error::InvalidRequest(format!("the base URL {problem}"));
        let mut url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("is not of http or https"));
        }
        url.set_query(None);
        url.set_fragment(None);
        let prefix = url.path().trim_end_matches('/').to_owned();
        let mut fixed: Vec<_> = Operation::all()
            .iter()
            .filter(|operation| !operation.path.contains('{'))
            .map(|operation| {
                let mut fixed = url.clone();
                fixed.set_path(&format!("{prefix}{}", operation.path));
                (operation.path, fixed)
            })
            .collect();
        fixed.sort_unstable_by_key(|(path, _)| *path);
        fixed.dedup_by_key(|(path, _)| *path);
        Ok(Self { url, prefix, fixed })
    }

    /// The URL of `operation`, whose path parameters are `arguments` in the order of the template.
    pub(crate) fn url(&self, operation: &Operation, arguments: &[&str]) -> Result<Url, Error> {
        if arguments.is_empty()
            && let Ok(index) = self
                .fixed
                .binary_search_by_key(&operation.path, |(path, _)| path)
        {
            return Ok(self.fixed[index].1.clone());
        }
        let mut text = String::with_capacity(self.prefix.len() + operation.path.len() + 64);
        text.push_str(&self.prefix);
        path::fill(&mut text, operation, arguments)?;
        let mut url = self.url.clone();
        url.set_path(&text);
        Ok(url)
    }

    /// The URL of a path, which begins with a slash.
    pub(crate) fn raw_url(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.prefix));
        url.set_query(query);
        url
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.url.as_str(), f)
    }
}
