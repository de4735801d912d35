//! What the server can do to a field by itself.

use ekodb_api::types::RecordAction;
use serde::Serialize;
use serde_json::Value as Json;

use crate::{Error, ErrorKind, argument};

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
    operand: Operand,
}

/// The operand, or that it cannot be written.
#[derive(Clone, Debug, PartialEq)]
enum Operand {
    None,
    Json(Json),
    Unwritable,
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
        Self::new(RecordAction::Pop, field, Operand::None)
    }

    /// Takes the item at the beginning out of a list.
    pub fn shift(field: impl Into<String>) -> Self {
        Self::new(RecordAction::Shift, field, Operand::None)
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
        Self::new(RecordAction::Clear, field, Operand::None)
    }

    fn new(name: RecordAction, field: impl Into<String>, operand: Operand) -> Self {
        Self {
            name,
            field: field.into(),
            operand,
        }
    }

    fn number(name: RecordAction, field: impl Into<String>, by: impl Into<Amount>) -> Self {
        let operand = match by.into() {
            Amount::Integer(number) => Operand::Json(number.into()),
            Amount::Float(number) if number.is_finite() => Operand::Json(number.into()),
            Amount::Float(_) => Operand::Unwritable,
        };
        Self::new(name, field, operand)
    }

    fn value(name: RecordAction, field: impl Into<String>, value: impl Serialize) -> Self {
        let operand = serde_json::to_value(value).map_or(Operand::Unwritable, Operand::Json);
        Self::new(name, field, operand)
    }

    /// The action, its field and its operand, checked.
    pub(super) fn into_parts(self) -> Result<(RecordAction, String, Option<Json>), Error> {
        argument::field_names("field", std::slice::from_ref(&self.field))?;
        let operand = match self.operand {
            Operand::None => None,
            Operand::Json(json) => Some(json),
            Operand::Unwritable => {
                return Err(Error::new(
                    ErrorKind::InvalidArgument,
                    format!(
                        "the operand of `{}` on `{}` cannot be written: it is not finite, or serde refused it",
                        self.name, self.field
                    ),
                ));
            }
        };
        Ok((self.name, self.field, operand))
    }
}
