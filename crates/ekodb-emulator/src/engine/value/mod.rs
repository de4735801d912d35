//! Values of fields: their types, their JSON form, their order.

mod decimal;
mod depth;
mod field_type;
mod operand;
mod sort_key;
mod timestamp;
mod typed;
mod weight;

pub(crate) use decimal::Decimal;
pub(crate) use depth::{DEEPEST, is_too_deep};
pub(crate) use field_type::FieldType;
pub(crate) use operand::{Operand, filter_keys};
pub(crate) use sort_key::SortKey;
pub(crate) use timestamp::parse as parse_timestamp;
pub(crate) use typed::{Mismatch, Typed, unwrapped};
pub(crate) use weight::weight;
