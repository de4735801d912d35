//! Reading what is left of a body before a refusal is sent.
//!
//! A client that is still sending does not read. If its connection were closed now, it would see a
//! reset and not the status.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONNECTION, EXPECT, HeaderValue};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};

/// How many bytes of a body are read and discarded. After more the connection is closed.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// How long that may take.
const LONGEST: Duration = Duration::from_secs(10);

/// Middleware around every request.
pub(crate) async fn drain(request: Request, next: Next) -> Response {
    // A client that waits for `100 Continue` has not sent its body yet.
    let waits = request.headers().contains_key(EXPECT);
    let rest = Arc::new(Mutex::new(None));
    let request = request.map(|body| {
        Body::new(Returned {
            body: Some(body),
            to: Arc::clone(&rest),
        })
    });
    let mut response = next.run(request).await;
    let rest = rest.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(body) = rest
        && (waits || !read_to_end(body).await)
    {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// Whether the end of a body came within the bounds.
async fn read_to_end(mut body: Body) -> bool {
    let mut left = MOST_BYTES;
    if usize::try_from(body.size_hint().lower()).map_or(true, |declared| declared > left) {
        return false;
    }
    let read = async {
        while let Some(frame) = body.frame().await {
            let length = frame.ok()?.data_ref().map_or(0, Bytes::len);
            left = left.checked_sub(length)?;
        }
        Some(())
    };
    matches!(tokio::time::timeout(LONGEST, read).await, Ok(Some(())))
}

/// A body that is put back when it is dropped before its end.
struct Returned {
    body: Option<Body>,
    to: Arc<Mutex<Option<Body>>>,
}

impl HttpBody for Returned {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(body).poll_frame(context);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::default, HttpBody::size_hint)
    }
}

impl Drop for Returned {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            *self.to.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}
