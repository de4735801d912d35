//! Changes that the server makes to a record by itself.

use ekodb_api::types::{self, RecordAction};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use crate::{
    Collection, Error, argument,
    codec::{self, WriteError, operand},
    request::Request,
};

/// What the server can do to a field by itself, without the record being read first.
///
/// ```no_run
/// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
/// use ekodb_client::Action;
///
/// let users = client.collection("users");
/// let user = users.act("user-1", Action::increment("visits", 1)).await?;
/// let user = users
///     .act_all("user-1", [Action::push("tags", "staff"), Action::clear("draft")])
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// A Float field needs a float: `Action::increment("score", 1.0)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    name: RecordAction,
    field: String,
    /// Or why it cannot be written.
    operand: Result<Option<Json>, WriteError>,
}

/// A number that a field is changed by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// A whole number.
    Integer(i64),
    /// A number with a fraction. One that is not finite is refused when the action is sent.
    Float(f64),
}

impl From<i64> for Amount {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for Amount {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for Amount {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<f64> for Amount {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl Action {
    /// Adds to a number.
    pub fn increment(field: impl Into<String>, by: impl Into<Amount>) -> Self {
        Self::number(RecordAction::Increment, field, by)
    }

    /// Subtracts from a number.
    pub fn decrement(field: impl Into<String>, by: impl Into<Amount>) -> Self {
        Self::number(RecordAction::Decrement, field, by)
    }

    /// Multiplies a number.
    pub fn multiply(field: impl Into<String>, by: impl Into<Amount>) -> Self {
        Self::number(RecordAction::Multiply, field, by)
    }

    /// Divides a number.
    pub fn divide(field: impl Into<String>, by: impl Into<Amount>) -> Self {
        Self::number(RecordAction::Divide, field, by)
    }

    /// Makes a number the remainder of its division.
    pub fn modulo(field: impl Into<String>, by: impl Into<Amount>) -> Self {
        Self::number(RecordAction::Modulo, field, by)
    }

    /// Adds an item at the end of a list.
    pub fn push(field: impl Into<String>, item: impl Serialize) -> Self {
        Self::value(RecordAction::Push, field, item)
    }

    /// Takes the item at the end out of a list.
    pub fn pop(field: impl Into<String>) -> Self {
        Self::new(RecordAction::Pop, field, Ok(None))
    }

    /// Takes the item at the beginning out of a list.
    pub fn shift(field: impl Into<String>) -> Self {
        Self::new(RecordAction::Shift, field, Ok(None))
    }

    /// Adds an item at the beginning of a list.
    pub fn unshift(field: impl Into<String>, item: impl Serialize) -> Self {
        Self::value(RecordAction::Unshift, field, item)
    }

    /// Takes an item out of a list, by its value.
    pub fn remove(field: impl Into<String>, item: impl Serialize) -> Self {
        Self::value(RecordAction::Remove, field, item)
    }

    /// Lengthens a text.
    pub fn append(field: impl Into<String>, text: impl Serialize) -> Self {
        Self::value(RecordAction::Append, field, text)
    }

    /// Empties a field.
    pub fn clear(field: impl Into<String>) -> Self {
        Self::new(RecordAction::Clear, field, Ok(None))
    }

    fn new(
        name: RecordAction,
        field: impl Into<String>,
        operand: Result<Option<Json>, WriteError>,
    ) -> Self {
        Self {
            name,
            field: field.into(),
            operand,
        }
    }

    fn number(name: RecordAction, field: impl Into<String>, by: impl Into<Amount>) -> Self {
        match by.into() {
            Amount::Integer(number) => Self::value(name, field, number),
            Amount::Float(number) => Self::value(name, field, number),
        }
    }

    fn value(name: RecordAction, field: impl Into<String>, value: impl Serialize) -> Self {
        Self::new(name, field, operand(&value).map(Some))
    }

    /// The action, its field and its operand, checked.
    fn into_parts(self) -> Result<(RecordAction, String, Option<Json>), Error> {
        argument::field_names("field", [&self.field])?;
        match self.operand {
            Ok(operand) => Ok((self.name, self.field, operand)),
            Err(refused) => Err(Error::invalid_argument(format!(
                "the operand of `{}` on `{}` cannot be written: {refused}",
                self.name, self.field
            ))),
        }
    }
}

/// Actions of the server on one record.
impl<T: DeserializeOwned + Send + 'static> Collection<T> {
    /// Lets the server change one field by itself, and gives the record after it:
    /// `PUT /api/update/{collection}/{id}/action/{action}`.
    ///
    /// Not repeated by itself after an unclear failure, so that nothing is added twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is no such record,
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for an action that does not
    /// fit the type of the field, and as for [`update`](Self::update).
    #[doc(alias = "update_with_action")]
    pub fn act(&self, id: impl Into<String>, action: Action) -> Request<T> {
        let (id, name) = (id.into(), self.name().to_owned());
        Request::new(self.client(), move |call| async move {
            argument::record(&name, &id)?;
            let (action, field, value) = action.into_parts()?;
            let body = types::RecordActionRequest { field, value };
            let request = call.api().apply_record_action().collection(name).id(id);
            let prepared = request.action(action).body(body).prepare();
            call.read(prepared, None, codec::decode).await
        })
    }

    /// Lets the server do several actions on one record, in their order, and gives the record after
    /// them: `PUT /api/update/sequence/{collection}/{id}`.
    ///
    /// Not repeated by itself after an unclear failure, so that nothing is added twice.
    ///
    /// # Errors
    ///
    /// As for [`act`](Self::act). No source says whether the actions before one that fails stay.
    #[doc(alias = "update_with_action_sequence")]
    pub fn act_all(
        &self,
        id: impl Into<String>,
        actions: impl IntoIterator<Item = Action>,
    ) -> Request<T> {
        let (id, name) = (id.into(), self.name().to_owned());
        let steps: Result<Vec<_>, Error> = actions.into_iter().map(step).collect();
        Request::new(self.client(), move |call| async move {
            argument::record(&name, &id)?;
            let body = types::RecordActionSequence(steps?);
            let request = call.api().apply_record_sequence().collection(name).id(id);
            call.read(request.body(body).prepare(), None, codec::decode)
                .await
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
