//! Leads every request of the generated client to its transport.

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};

use crate::{Client, Operation, SharedTransport, path};

impl ClientHooks<SharedTransport> for Client {
    /// Refuses a request whose path arguments lead it to another resource than the operation's.
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        info: &OperationInfo,
    ) -> Result<(), Error<E>> {
        let Some(operation) = Operation::by_id(info.operation_id) else {
            return Err(Error::InvalidRequest(format!(
                "operation `{}` is not in the table of operations: run `cargo xtask codegen`",
                info.operation_id
            )));
        };
        let base = match reqwest::Url::parse(self.baseurl()) {
            Ok(base) => base,
            Err(error) => {
                return Err(Error::InvalidRequest(format!("base URL: {error}")));
            }
        };
        if path::matches_template(request.url().path(), base.path(), operation.path) {
            Ok(())
        } else {
            Err(Error::InvalidRequest(format!(
                "an argument of `{}` cannot stand in the path `{}`: it is empty or a dot segment",
                operation.id, operation.path
            )))
        }
    }

    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        match (self.inner().get(), Operation::by_id(info.operation_id)) {
            (Some(transport), Some(operation)) => {
                transport.send(self.client(), request, operation).await
            }
            _ => self.client().execute(request).await,
        }
    }
}
