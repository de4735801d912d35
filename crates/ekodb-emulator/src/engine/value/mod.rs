//! Values of fields: their types, their JSON form, their order.

mod decimal;
mod depth;
mod field_type;
mod memory_size;
mod operand;
mod sort_key;
mod timestamp;
mod typed;

pub(crate) use decimal::Decimal;
pub(crate) use depth::{DEEPEST, is_too_deep};
pub(crate) use field_type::FieldType;
pub(crate) use memory_size::memory_size;
pub(crate) use operand::{Operand, filter_keys};
pub(crate) use sort_key::SortKey;
pub(crate) use timestamp::parse as parse_timestamp;
pub(crate) use typed::{Mismatch, Typed, unwrapped};
