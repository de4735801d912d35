//! Calls that let the server change a record by itself.

use ekodb_api::types;
use serde::{Serialize, de::DeserializeOwned};

use super::{Action, decode, single};
use crate::{Collection, Error, request::Request};

/// Actions of the server on one record.
impl<T: Serialize + DeserializeOwned + Send + 'static> Collection<T> {
    /// Lets the server change one field by itself, and gives the record after it:
    /// `PUT /api/update/{collection}/{id}/action/{action}`.
    ///
    /// Not repeated by itself after an unclear failure, so that nothing is added twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is no such record, [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for an action that does not fit the type of
    /// the field, and as for [`update`](Self::update).
    pub fn act(&self, id: impl Into<String>, action: Action) -> Request<T> {
        let (id, name) = (id.into(), self.name().to_owned());
        Request::new(self.client(), move |call| async move {
            single::checked(&name, &id)?;
            let (action, field, value) = action.into_parts()?;
            let body = types::RecordActionRequest { field, value };
            let reply = call
                .run({
                    let api = call.api();
                    let request = api.apply_record_action().collection(name).id(id);
                    request.action(action).body(body).prepare()
                })
                .await?;
            decode(reply.0, None, "apply_record_action")
        })
    }

    /// Lets the server do several actions on one record, in their order, and gives the record after them:
    /// `PUT /api/update/sequence/{collection}/{id}`.
    ///
    /// Not repeated by itself after an unclear failure, so that nothing is added twice.
    ///
    /// # Errors
    ///
    /// As for [`act`](Self::act). No source says whether the actions before one that fails stay.
    pub fn act_all(
        &self,
        id: impl Into<String>,
        actions: impl IntoIterator<Item = Action>,
    ) -> Request<T> {
        let (id, name) = (id.into(), self.name().to_owned());
        let steps: Result<Vec<_>, Error> = actions.into_iter().map(step).collect();
        Request::new(self.client(), move |call| async move {
            single::checked(&name, &id)?;
            let body = types::RecordActionSequence(steps?);
            let reply = call
                .run({
                    let api = call.api();
                    let request = api.apply_record_sequence().collection(name).id(id);
                    request.body(body).prepare()
                })
                .await?;
            decode(reply.0, None, "apply_record_sequence")
        })
    }
}

fn step(action: Action) -> Result<types::RecordActionStep, Error> {
    let (name, field, value) = action.into_parts()?;
    let operand = value.unwrap_or_default();
    Ok(types::RecordActionStep([
        name.to_string().into(),
        field.into(),
        operand,
    ]))
}
