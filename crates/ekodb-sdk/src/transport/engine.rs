//! The HTTP engine, which is reqwest: the one file that knows it, except for the builder's
//! settings.

use bytes::Bytes;
use ekodb_api::Outgoing;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::{
    network_error,
    runtime_clients::{MakeClient, RuntimeClients},
};
use crate::{auth::Bearer, error::Error};

/// Connections, TLS and proxy.
pub(crate) struct Engine {
    clients: RuntimeClients,
    /// Made once: hyper would write it for each request.
    host: HeaderValue,
}

impl Engine {
    /// An engine for the server at `host`, which is the value of the `Host` header. `client`, and
    /// what `make` makes for further runtimes, speak HTTP/1 only, where requests have that header.
    pub(crate) fn new(client: reqwest::Client, make: MakeClient, host: HeaderValue) -> Self {
        Self {
            clients: RuntimeClients::new(client, make),
            host,
        }
    }

    /// Sends a request once and returns the head of its response.
    pub(super) async fn send(
        &self,
        outgoing: &Outgoing,
        bearer: Option<&Bearer>,
    ) -> Result<Response, Error> {
        let method = Method::from_bytes(outgoing.operation().method.as_bytes())
            .map_err(|_| network_error::unbuildable())?;
        let mut request = reqwest::Request::new(method, outgoing.url().clone());
        let headers = request.headers_mut();
        // With those that reqwest and hyper add: the user agent, and the length of the body.
        headers.reserve(5 + 2 * usize::from(outgoing.body().is_some()));
        headers.insert(header::HOST, self.host.clone());
        headers.insert(header::ACCEPT, JSON);
        if cfg!(feature = "gzip") {
            headers.insert(header::ACCEPT_ENCODING, GZIP);
        }
        if let Some(bearer) = bearer {
            headers.insert(header::AUTHORIZATION, bearer.header.clone());
        }
        if let Some(body) = outgoing.body() {
            headers.insert(header::CONTENT_TYPE, JSON);
            *request.body_mut() = Some(body.clone().into());
        } else if has_content(outgoing.operation().method) {
            // Some gateways answer 411 without it.
            headers.insert(header::CONTENT_LENGTH, NONE);
        }
        let client = self
            .clients
            .current()
            .ok_or_else(network_error::unbuildable)?;
        match client.execute(request).await {
            Ok(response) => Ok(Response(response)),
            Err(error) => Err(failure(error)),
        }
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NONE: HeaderValue = HeaderValue::from_static("0");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// Whether a request of this method usually has a body, so that one without says so.
fn has_content(method: &str) -> bool {
    matches!(method, "POST" | "PUT" | "PATCH")
}

/// The head of a response, and its body as it comes.
#[derive(Debug)]
pub(super) struct Response(reqwest::Response);

impl Response {
    pub(super) fn status(&self) -> StatusCode {
        self.0.status()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// Moves the headers out.
    pub(super) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(self.0.headers_mut())
    }

    /// The length of the body as it is sent, if the server announced it.
    pub(super) fn content_length(&self) -> Option<u64> {
        self.0.content_length()
    }

    /// The next part of the body, or `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.0
            .chunk()
            .await
            .map_err(|error| network_error::broken(error.without_url()))
    }
}

#[cfg(test)]
impl From<http::Response<Vec<u8>>> for Response {
    fn from(response: http::Response<Vec<u8>>) -> Self {
        Self(response.into())
    }
}

/// The error of a request that got no response. Of the sources, the outermost alone holds the URL.
fn failure(error: reqwest::Error) -> Error {
    let source = error.without_url();
    if source.is_connect() {
        network_error::no_connection(source.is_timeout(), source)
    } else if source.is_builder() {
        network_error::unbuildable().with_source(source)
    } else {
        network_error::no_reply(source)
    }
}
