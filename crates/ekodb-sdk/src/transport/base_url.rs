//! The base URL: where requests may go at all.

use std::fmt;

use http::HeaderValue;
use url::{Host, Url};

use crate::{error::Error, setting};

/// A checked base URL, without a slash at its end.
#[derive(Clone)]
pub(crate) struct BaseUrl {
    text: String,
    host: String,
    port: u16,
    authority: HeaderValue,
}

impl BaseUrl {
    /// Checks a base URL. Plain http is refused for hosts other than this machine, unless
    /// `allow_insecure_http`: the API key would travel in the clear.
    pub(crate) fn parse(text: &str, allow_insecure_http: bool) -> Result<Self, Error> {
        let text = setting::trimmed("base_url", text, HINT)?;
        let url =
            Url::parse(text).map_err(|error| refuse(&format!("cannot be read ({error})"), HINT))?;
        // From here on the URL may hold a password, so it is not shown.
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse(
                &format!("has the scheme `{}`", url.scheme().escape_debug()),
                HINT,
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(
                "holds a user name or password",
                "remove it: the API key is a setting of its own",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse(
                "has a query or fragment",
                "remove what follows `?` or `#`",
            ));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(refuse("has no host", HINT));
        };
        if url.scheme() == "http" && !allow_insecure_http && !is_this_machine(&host) {
            return Err(refuse(
                &format!(
                    "uses plain http for `{host}`, which would show the API key to the network"
                ),
                "write https://, or set allow_insecure_http(true) if the network is trusted",
            ));
        }
        let named = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let authority = HeaderValue::try_from(named)
            .map_err(|_| refuse("has a host that cannot stand in a header", HINT))?;
        Ok(Self {
            authority,
            text: url.as_str().trim_end_matches('/').to_owned(),
            host: host.to_string(),
            port,
        })
    }

    pub(crate) fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The value of the `Host` header.
    pub(crate) fn authority(&self) -> HeaderValue {
        self.authority.clone()
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

const HINT: &str = "write something like https://your-subdomain.production.aws.ekodb.io";

fn refuse(problem: &str, remedy: &str) -> Error {
    setting::refuse(&format!("base_url {problem}"), remedy)
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_prefix_is_kept_and_slashes_at_the_end_are_not() {
        for (text, expected) in [
            ("https://eko.example", "https://eko.example"),
            ("https://eko.example/", "https://eko.example"),
            ("https://eko.example/db//", "https://eko.example/db"),
            (" https://eko.example/db ", "https://eko.example/db"),
            ("HTTPS://EKO.example:443/db", "https://eko.example/db"),
        ] {
            let url = BaseUrl::parse(text, false).unwrap();
            assert_eq!(url.as_str(), expected);
            assert_eq!((url.host(), url.port()), ("eko.example", 443));
        }
    }

    #[test]
    fn the_host_header_has_the_port_unless_it_is_the_schemes_own() {
        for (text, expected) in [
            ("https://eko.example/db", "eko.example"),
            ("https://eko.example:443", "eko.example"),
            ("https://eko.example:8443", "eko.example:8443"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]:80", "[::1]"),
        ] {
            let url = BaseUrl::parse(text, false).unwrap();
            assert_eq!(url.authority(), expected, "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (text, allowed) in [
            ("http://localhost:8080", true),
            ("http://LOCALHOST", true),
            ("http://127.0.0.1:1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:8080", true),
            ("http://localhost.example", false),
            ("http://127.0.0.1.example", false),
            ("http://0.0.0.0", false),
            ("http://[::]", false),
            ("http://192.168.0.1", false),
            ("http://eko.example", false),
        ] {
            assert_eq!(BaseUrl::parse(text, false).is_ok(), allowed, "{text}");
            assert!(BaseUrl::parse(text, true).is_ok(), "{text}");
        }
    }
}
