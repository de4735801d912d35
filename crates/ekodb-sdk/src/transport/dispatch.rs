//! The way of one call: hands the requests of the generated client to an exchange, and makes one error of all that can fail.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ekodb_api::{Operation, ResponseValue, Transport, TransportFuture, types::ErrorReply};

use super::{
    connection,
    exchange::{Deadline, Exchange, Exposure},
    failure,
    reply::{Arrived, Reply},
    session::Session,
    wire::Wire,
};
use crate::error::Error;

/// What a caller may choose for one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    /// The deadline of the whole call; the client's if it is `None`.
    pub(crate) timeout: Option<Duration>,
    /// Whether a token is sent where one is welcome but not needed.
    pub(crate) identify: bool,
    /// Whether a failed attempt is final.
    pub(crate) no_retry: bool,
}

/// One call, which may take several operations within one deadline.
#[derive(Debug)]
pub(crate) struct Dispatch {
    wire: Arc<Wire>,
    /// `None` at the token endpoint, which has no token yet.
    session: Option<Arc<Session>>,
    options: CallOptions,
    until: Deadline,
    exposure: Exposure,
}

impl Dispatch {
    /// A call whose deadline begins to run now.
    pub(crate) fn new(
        wire: Arc<Wire>,
        session: Option<Arc<Session>>,
        options: CallOptions,
    ) -> Self {
        let limit = options.timeout.unwrap_or(wire.limits.deadline);
        Self {
            wire,
            session,
            options,
            until: Deadline::after(limit),
            exposure: Exposure::default(),
        }
    }

    pub(crate) fn until(&self) -> Deadline {
        self.until
    }

    /// The error of a call that was cut off at its deadline.
    pub(crate) fn timed_out(&self) -> Error {
        connection::call_timed_out(self.until.limit)
            .with_no_side_effects(!self.exposure.is_possible())
    }

    /// Runs one operation of the generated client.
    pub(crate) async fn run<T, F, Fut>(
        self: &Arc<Self>,
        operation: F,
    ) -> Result<ResponseValue<T>, Error>
    where
        F: FnOnce(ekodb_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, ekodb_api::Error<ErrorReply>>>,
    {
        let way = Arc::new(Way {
            call: Arc::clone(self),
            note: Mutex::default(),
        });
        let transport: Arc<dyn Transport> = Arc::clone(&way) as _;
        let outcome = operation(self.wire.client(transport)).await;
        outcome.map_err(|error| {
            let note = way.note();
            note.failure.unwrap_or_else(|| {
                let error = failure::of_the_generated_code(error)
                    .with_no_side_effects(!self.exposure.is_possible());
                match (note.operation, note.status) {
                    (Some(operation), Some(status)) => {
                        error.with_operation(operation).with_status(status)
                    }
                    (Some(operation), None) => error.with_operation(operation),
                    (None, _) => error,
                }
            })
        })
    }

    /// Sends one request of the generated client. A failure comes as a reply that stands for it.
    #[cfg(feature = "raw-api")]
    pub(crate) async fn reply(
        &self,
        request: reqwest::Request,
        operation: &'static Operation,
    ) -> Reply {
        self.exchange(request, operation)
            .await
            .unwrap_or_else(|error| failure::as_reply(&error))
    }

    async fn exchange(
        &self,
        request: reqwest::Request,
        operation: &'static Operation,
    ) -> Result<Reply, Error> {
        let exchange = Exchange {
            wire: &self.wire,
            session: self.session.as_deref(),
            operation,
            identify: self.options.identify,
            retry: !self.options.no_retry,
            until: self.until,
            exposure: &self.exposure,
        };
        exchange.run(request).await
    }
}

/// The transport of one operation of a call.
///
/// The generated code cannot carry our error, so it is noted here, where the call finds it again.
struct Way {
    call: Arc<Dispatch>,
    note: Mutex<Note>,
}

#[derive(Clone, Default)]
struct Note {
    operation: Option<&'static str>,
    status: Option<u16>,
    failure: Option<Error>,
}

impl Way {
    fn note(&self) -> Note {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Note> {
        self.note.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Way {
    fn send<'a>(
        &'a self,
        _http: &'a reqwest::Client,
        request: reqwest::Request,
        operation: &'static Operation,
    ) -> TransportFuture<'a> {
        self.lock().operation = Some(operation.id);
        Box::pin(async move {
            match self.call.exchange(request, operation).await {
                Ok(reply) => {
                    let arrived = reply.extensions().get::<Arrived>();
                    self.lock().status = arrived.map(|arrived| arrived.0.as_u16());
                    Ok(reply.into())
                }
                Err(error) => {
                    let reply = failure::as_reply(&error);
                    self.lock().failure = Some(error);
                    Ok(reply.into())
                }
            }
        })
    }
}
