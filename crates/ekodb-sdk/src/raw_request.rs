//! Requests that this client has no call for.

use bytes::Bytes;
use serde_json::Value;

use crate::{Client, request::Request, transport::generated_error};

impl Client {
    /// Sends a request of any path, with the authentication and the bounds of all calls: for what this client has no
    /// call for. A failure is retried only where that is safe: where the path is an operation of the API as its
    /// document says, else for a GET.
    ///
    /// `method` is GET, POST, PUT, PATCH or DELETE, and `path` such as `/api/collections?exclude_internal=true`. A
    /// success without a body returns `{}`.
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
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for another method, or a path that does not begin with
    /// a slash or has a segment `.` or `..`; else the kinds of the status, and the transport's.
    pub fn raw_request(
        &self,
        method: impl Into<String>,
        path: impl Into<String>,
        body: Option<Value>,
    ) -> Request<Value> {
        let (method, path) = (method.into(), path.into());
        let body = body.map(|body| Bytes::from(body.to_string()));
        Request::new(self, move |call| async move {
            let outgoing = call
                .api()
                .prepare_raw(&method, &path, body)
                .map_err(generated_error)?;
            let reply = call.send(&outgoing).await?;
            if reply.body.is_empty() {
                return Ok(Value::Object(serde_json::Map::new()));
            }
            crate::transport::decode(reply, outgoing.operation())
        })
        .identified()
    }
}
