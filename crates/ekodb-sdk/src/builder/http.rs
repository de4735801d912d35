//! The HTTP client under it all.

use std::time::Duration;

use reqwest::{Proxy, redirect};

use super::tls::{self, TlsSettings};
use crate::{
    error::Error,
    setting::{LONGER, refuse},
};

/// The settings of connections.
pub(super) struct HttpSettings {
    pub(super) connect_timeout: Duration,
    pub(super) pool_idle_timeout: Duration,
    pub(super) user_agent: Option<String>,
    pub(super) proxy: Option<String>,
    pub(super) tls: TlsSettings,
}

impl HttpSettings {
    pub(super) fn new() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            // Below what servers and balancers commonly allow, so that an idle connection is rarely
            // found closed.
            pool_idle_timeout: Duration::from_secs(50),
            user_agent: None,
            proxy: None,
            tls: TlsSettings::default(),
        }
    }

    pub(super) fn client(&self) -> Result<reqwest::Client, Error> {
        if self.connect_timeout.is_zero() {
            return Err(refuse("connect_timeout is zero", LONGER));
        }
        let mut client = reqwest::Client::builder()
            // A redirect would carry the key or the token to wherever it says.
            .redirect(redirect::Policy::none())
            .referer(false)
            // The application may have switched HTTP/2 on in reqwest, for itself.
            .http1_only()
            // Retries are ours alone, so that they can be counted.
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout.min(A_YEAR))
            .user_agent(self.user_agent()?)
            .pool_idle_timeout(self.pool_idle_timeout.min(A_YEAR))
            .tcp_keepalive(Duration::from_secs(60));
        if self.pool_idle_timeout.is_zero() {
            client = client.pool_max_idle_per_host(0);
        }
        client = match self.proxy()? {
            Some(proxy) => client.proxy(proxy),
            None => client.no_proxy(),
        };
        let client = tls::configure(client, &self.tls)?;
        client
            .build()
            .map_err(|error| self.tls.unusable(error.without_url()))
    }

    fn user_agent(&self) -> Result<String, Error> {
        match &self.user_agent {
            None => Ok(OWN_PRODUCT.to_owned()),
            Some(product) if product.trim().is_empty() || !product.bytes().all(is_visible) => {
                Err(refuse(
                    "user_agent is blank or holds characters that cannot stand in a header",
                    "write something like my-app/1.2",
                ))
            }
            Some(product) => Ok(format!("{} {OWN_PRODUCT}", product.trim())),
        }
    }

    fn proxy(&self) -> Result<Option<Proxy>, Error> {
        let Some(url) = &self.proxy else {
            return Ok(None);
        };
        // The URL may hold a password: neither it nor the parser's error is shown.
        let known = url::Url::parse(url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        match Proxy::all(url) {
            Ok(proxy) if known => Ok(Some(proxy)),
            _ => Err(refuse(
                "proxy is not a URL of http or https",
                "write something like http://proxy.example:3128",
            )),
        }
    }
}

/// What is longer is for ever, and is not reckoned with.
const A_YEAR: Duration = Duration::from_secs(366 * 86_400);

const OWN_PRODUCT: &str = concat!("ekodb-sdk/", env!("CARGO_PKG_VERSION"));

fn is_visible(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}
