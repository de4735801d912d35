//! Requests that this client has no call for.

use bytes::Bytes;
use ekodb_api::Outgoing;
use serde_json::Value;

use crate::{
    Client, Error,
    request::{Call, Request},
    transport::generated_error,
};

impl Client {
    /// Sends a request of any path, with the authentication and the bounds of all calls: for what
    /// this client has no call for. A failure is retried only where that is safe: where the path is
    /// an operation of the API as its document says, else for a GET.
    ///
    /// `method` is GET, POST, PUT, PATCH or DELETE, and `path` such as
    /// `/api/collections?exclude_internal=true`. A success without a body returns `{}`.
    ///
    /// ```no_run
    /// # async fn example(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
    /// let reply = client.raw_request("GET", "/api/collections", None).await?;
    /// println!("{}", reply["collections"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for another method, or a path that
    /// does not begin with a slash or has a segment `.` or `..`; else the kinds of the status, and
    /// the transport's.
    pub fn raw_request(
        &self,
        method: impl Into<String>,
        path: impl Into<String>,
        body: Option<Value>,
    ) -> Request<Value> {
        let (method, path) = (method.into(), path.into());
        Request::new(self, move |call| async move {
            let outgoing = prepare(&call, &method, &path, body)?;
            let reply = call.send(&outgoing).await?;
            if reply.body.is_empty() {
                return Ok(Value::Object(serde_json::Map::new()));
            }
            crate::transport::decode(reply, outgoing.operation())
        })
        .identified()
    }

    /// Sends a request of any path once and returns the reply as the server sent it, whatever its
    /// status: for tools that look at the server itself. There are no retries, and a 401 is not
    /// followed by a request with a new token.
    ///
    /// `method` and `path` are as for [`raw_request`](Self::raw_request).
    ///
    /// ```no_run
    /// # async fn example(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
    /// let reply = client.raw_reply("GET", "/api/find/users/absent", None).await?;
    /// println!("{}: {}", reply.status, String::from_utf8_lossy(&reply.body));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) as for `raw_request`; else the kinds
    /// of the transport and of a token request that fails.
    pub fn raw_reply(
        &self,
        method: impl Into<String>,
        path: impl Into<String>,
        body: Option<Value>,
    ) -> Request<RawReply> {
        let (method, path) = (method.into(), path.into());
        Request::new(self, move |call| async move {
            let outgoing = prepare(&call, &method, &path, body)?;
            let reply = call.send_once(&outgoing).await?;
            Ok(RawReply {
                operation: outgoing.operation().id,
                status: reply.status.as_u16(),
                body: reply.body.into(),
            })
        })
        .identified()
    }
}

fn prepare(call: &Call, method: &str, path: &str, body: Option<Value>) -> Result<Outgoing, Error> {
    let body = body.map(|body| Bytes::from(body.to_string()));
    let prepared = call.api().prepare_raw(method, path, body);
    prepared.map_err(generated_error)
}

/// What the server sent for a [raw request](Client::raw_reply).
#[derive(Clone)]
#[non_exhaustive]
pub struct RawReply {
    /// The operation of the API's document that the request was; `raw` if it is none.
    pub operation: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The body, unpacked. It may hold secrets: those of newly registered keys, for example.
    pub body: Vec<u8>,
}

/// Without the body.
impl std::fmt::Debug for RawReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawReply")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
