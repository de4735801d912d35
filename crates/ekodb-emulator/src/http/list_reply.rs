//! Replies that are lists. They are sent while they are made: one piece at a time, the next one
//! when the client has taken the one before. No list is held whole, and the work ends when the
//! client has gone.

use std::io;
use std::ops::ControlFlow;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::stream::try_unfold;
use http::StatusCode;
use serde::Serialize;

use super::error::ApiError;
use super::wire::{Accepted, List};
use crate::engine::{Error, Progress};

/// How many bytes are sent at once. A list that is no longer is sent whole, with its length.
const PIECE: usize = 64 * 1024;

/// What makes the items of a list.
pub(super) trait Items: Send + 'static {
    /// Writes further items, or does a bounded amount of the work towards them.
    fn advance(&mut self, list: &mut List) -> Result<Progress, ApiError>;

    /// How many items are not written yet.
    fn rest(&self) -> Result<usize, ApiError>;
}

/// Writes the items that `advance` hands out, until there is a piece to send.
pub(super) fn fill<T: Serialize>(
    list: &mut List,
    advance: impl FnOnce(&mut dyn FnMut(T) -> ControlFlow<()>) -> Result<Progress, Error>,
) -> Result<Progress, ApiError> {
    let mut written = Ok(());
    let progress = advance(&mut |item| {
        written = list.push(&item);
        match written.is_err() || list.len() >= PIECE {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })?;
    written?;
    Ok(progress)
}

/// Sends a list. A failure before the first piece is complete is answered with its status. A later
/// failure cuts the body off, so that it has no end.
///
/// MessagePack says first how many items there are: for a list of more than a piece the rest is
/// counted.
pub(super) async fn reply(items: impl Items, accepted: Accepted) -> Result<Response, ApiError> {
    let list = accepted.list();
    let (mut making, progress) = Making { items, list }.piece().await?;
    if progress == Progress::Done {
        let mut whole = making.list.head(making.list.items())?;
        whole.extend(making.list.take());
        whole.extend(making.list.tail());
        return Ok(accepted.reply_written(StatusCode::OK, whole));
    }
    let promised = if making.list.is_counted() {
        let (counted, rest) = blocking(move || {
            let rest = making.items.rest()?;
            Ok((making, rest))
        })
        .await?;
        making = counted;
        Some(making.list.items() + rest)
    } else {
        None
    };
    let mut first = making.list.head(promised.unwrap_or_default())?;
    first.extend(making.list.take());
    let pieces = try_unfold(Next::Ready(first, making), move |next| async move {
        match next {
            Next::Ready(piece, making) => Ok(Some((Bytes::from(piece), Next::ToMake(making)))),
            Next::ToMake(making) => {
                let (mut making, progress) = making.piece().await.map_err(|_| broken_off())?;
                let mut piece = making.list.take();
                if progress == Progress::Underway {
                    return Ok(Some((Bytes::from(piece), Next::ToMake(making))));
                }
                if promised.is_some_and(|promised| promised != making.list.items()) {
                    return Err(broken_off());
                }
                piece.extend(making.list.tail());
                Ok(Some((Bytes::from(piece), Next::Nothing)))
            }
            Next::Nothing => Ok::<_, io::Error>(None),
        }
    });
    Ok(accepted.reply_written(StatusCode::OK, Body::from_stream(pieces)))
}

enum Next<I> {
    Ready(Vec<u8>, Making<I>),
    ToMake(Making<I>),
    Nothing,
}

/// A list and what makes it.
struct Making<I> {
    items: I,
    list: List,
}

impl<I: Items> Making<I> {
    /// Continues until there is a piece to send, or there are no further items. Nothing runs
    /// between two steps, so that dropping the future ends the work.
    async fn piece(mut self) -> Result<(Self, Progress), ApiError> {
        loop {
            let (made, progress) = blocking(move || {
                let progress = self.items.advance(&mut self.list)?;
                Ok((self, progress))
            })
            .await?;
            if progress == Progress::Done || made.list.len() >= PIECE {
                return Ok((made, progress));
            }
            self = made;
        }
    }
}

fn broken_off() -> io::Error {
    tracing::error!("a reply was cut off");
    io::Error::other("the reply could not be finished")
}

/// Runs work that looks at many records, off the threads that serve connections.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(ApiError::internal("The query ended unexpectedly", &error)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::extract::FromRequestParts;
    use http::Request;
    use http::header::{ACCEPT, CONTENT_LENGTH};
    use http_body_util::BodyExt;

    use super::*;

    /// One item of a thousand bytes a step.
    struct Steps {
        made: Arc<AtomicUsize>,
        end: usize,
        /// The step that fails.
        fails: usize,
        /// What is wrongly added to the count.
        miscounted: usize,
    }

    impl Steps {
        fn to(end: usize) -> Self {
            Self {
                made: Arc::default(),
                end,
                fails: usize::MAX,
                miscounted: 0,
            }
        }

        fn made(&self) -> usize {
            self.made.load(Ordering::Relaxed)
        }
    }

    impl Items for Steps {
        fn advance(&mut self, list: &mut List) -> Result<Progress, ApiError> {
            if self.made() == self.end {
                return Ok(Progress::Done);
            }
            if self.made() == self.fails {
                return Err(ApiError::Internal("this step fails"));
            }
            self.made.fetch_add(1, Ordering::Relaxed);
            list.push(&"x".repeat(1000))?;
            Ok(Progress::Underway)
        }

        fn rest(&self) -> Result<usize, ApiError> {
            Ok(self.end - self.made() + self.miscounted)
        }
    }

    async fn accepting(format: &str) -> Accepted {
        let (mut parts, ()) = Request::builder()
            .header(ACCEPT, format)
            .body(())
            .unwrap()
            .into_parts();
        Accepted::from_request_parts(&mut parts, &()).await.unwrap()
    }

    async fn read(steps: Steps, format: &str) -> Result<Vec<String>, axum::Error> {
        let response = reply(steps, accepting(format).await).await.unwrap();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(match format {
            "application/json" => serde_json::from_slice(&body).unwrap(),
            _ => rmp_serde::from_slice(&body).unwrap(),
        })
    }

    #[tokio::test]
    async fn a_list_of_any_length_arrives_whole() {
        for format in ["application/json", "application/msgpack"] {
            for count in [0, 1, 65, 66, 67, 1000] {
                let read = read(Steps::to(count), format).await.unwrap();
                assert_eq!(read.len(), count, "{format}");
            }
        }
    }

    #[tokio::test]
    async fn a_list_of_less_than_a_piece_says_its_length() {
        for (count, says) in [(10, true), (100, false)] {
            let response = reply(Steps::to(count), accepting("application/json").await);
            let body = response.await.unwrap().into_body();
            let length = axum::body::HttpBody::size_hint(&body).exact();
            assert_eq!(length.is_some(), says, "{CONTENT_LENGTH} of {count} items");
        }
    }

    #[tokio::test]
    async fn nothing_more_is_made_for_a_client_that_does_not_take_it() {
        let steps = Steps::to(usize::MAX);
        let made = Arc::clone(&steps.made);
        let response = reply(steps, accepting("application/json").await).await;
        let mut body = response.unwrap().into_body();
        for _ in 0..3 {
            assert!(body.frame().await.unwrap().unwrap().is_data());
        }
        assert_eq!(made.load(Ordering::Relaxed), 3 * PIECE.div_ceil(1003));
        drop(body);
        assert_eq!(
            Arc::strong_count(&made),
            1,
            "what made the items is let go of"
        );
    }

    #[tokio::test]
    async fn a_failure_before_the_first_piece_has_its_status() {
        let steps = Steps {
            fails: 5,
            ..Steps::to(10)
        };
        let failed = reply(steps, accepting("application/json").await).await;
        assert_eq!(failed.unwrap_err().text(), "this step fails");
    }

    #[tokio::test]
    async fn a_failure_behind_the_first_piece_breaks_the_body_off() {
        for format in ["application/json", "application/msgpack"] {
            let steps = Steps {
                fails: 500,
                ..Steps::to(1000)
            };
            assert!(read(steps, format).await.is_err(), "{format}");
        }
    }

    #[tokio::test]
    async fn a_count_that_was_wrong_breaks_the_body_off() {
        let steps = Steps {
            miscounted: 1,
            ..Steps::to(1000)
        };
        assert!(read(steps, "application/msgpack").await.is_err());
    }
}
