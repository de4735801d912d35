//! Waiting for one of two futures.

use std::{future::poll_fn, pin::pin, task::Poll};

use futures_util::future::Either;

/// Waits for the first of two futures and drops the other. If both are ready, `first` counts.
///
/// The macro of tokio does the same, but is all that the client would need a further procedural
/// macro for.
pub(super) async fn race<A, B>(
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> Either<A, B> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| match first.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Either::Left(outcome)),
        Poll::Pending => second.as_mut().poll(context).map(Either::Right),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn the_first_counts_where_both_are_ready() {
        let left = race(ready(1), ready(2)).now_or_never();
        assert!(matches!(left, Some(Either::Left(1))));
        let right = race(pending::<()>(), ready(2)).now_or_never();
        assert!(matches!(right, Some(Either::Right(2))));
        let neither = race(pending::<()>(), pending::<()>()).now_or_never();
        assert!(neither.is_none());
    }
}
