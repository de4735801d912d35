//! One comparison of a field with a value.

use std::cmp::Ordering;

use ekodb_api::types::FilterOperator as Operator;
use serde_json::Value;

use super::error::{QueryError, refuse_unknown};
use crate::engine::input::UnknownMembers;
use crate::engine::value::Operand;

/// Returns the operator of a name, which may be one of the long forms.
fn operator(name: &str) -> Option<Operator> {
    Some(match name {
        "Equal" | "Equals" => Operator::Eq,
        "NotEqual" | "NotEquals" => Operator::Ne,
        "GreaterThan" => Operator::Gt,
        "GreaterThanOrEqual" => Operator::Gte,
        "LessThan" => Operator::Lt,
        "LessThanOrEqual" => Operator::Lte,
        short => return short.parse().ok(),
    })
}

/// A field, an operator and a plain value.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) field: String,
    pub(crate) operator: Operator,
    pub(crate) value: Value,
}

impl Condition {
    pub(super) fn parse(content: &Value, unknown: UnknownMembers) -> Result<Self, QueryError> {
        let text = |name: &str| content.get(name).and_then(Value::as_str);
        let field = text("field").filter(|field| !field.is_empty());
        let Some(field) = field else {
            return Err(QueryError::new("Invalid filter: a Condition needs a field"));
        };
        let name = text("operator").unwrap_or_default();
        let Some(operator) = operator(name) else {
            return Err(QueryError::new(format!(
                "Invalid filter: unknown operator '{name}' for field '{field}'"
            )));
        };
        let Some(value) = content.get("value") else {
            return Err(QueryError::new(format!(
                "Invalid filter: the Condition on field '{field}' has no value"
            )));
        };
        if matches!(operator, Operator::In | Operator::NotIn) && !value.is_array() {
            return Err(QueryError::new(format!(
                "Invalid filter: operator '{name}' for field '{field}' needs an array"
            )));
        }
        let known = ["field", "operator", "value"];
        refuse_unknown(&known, content, "a Condition", unknown)?;
        Ok(Self {
            field: field.to_owned(),
            operator,
            value: value.clone(),
        })
    }

    pub(crate) fn matches(&self, operand: Operand<'_>) -> bool {
        let order = || operand.against(&self.value);
        match self.operator {
            Operator::Eq => operand.equals(&self.value),
            Operator::Ne => !operand.equals(&self.value),
            Operator::Gt => order() == Some(Ordering::Greater),
            Operator::Gte => order().is_some_and(Ordering::is_ge),
            Operator::Lt => order() == Some(Ordering::Less),
            Operator::Lte => order().is_some_and(Ordering::is_le),
            Operator::In => self.lists(operand),
            Operator::NotIn => !self.lists(operand),
            Operator::Contains => contains(operand, &self.value),
            Operator::StartsWith => {
                texts(operand, &self.value).is_some_and(|(text, part)| text.starts_with(part))
            }
            Operator::EndsWith => {
                texts(operand, &self.value).is_some_and(|(text, part)| text.ends_with(part))
            }
        }
    }

    fn lists(&self, operand: Operand<'_>) -> bool {
        let values = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        values.iter().any(|value| operand.equals(value))
    }
}

/// A part of a text, or an item of a list.
fn contains(operand: Operand<'_>, value: &Value) -> bool {
    match operand {
        Operand::Other(Value::Array(items)) => {
            items.iter().any(|item| Operand::plain(item).equals(value))
        }
        _ => texts(operand, value).is_some_and(|(text, part)| text.contains(part)),
    }
}

fn texts<'a>(operand: Operand<'a>, value: &'a Value) -> Option<(&'a str, &'a str)> {
    match operand {
        Operand::Text(text) => Some((text, value.as_str()?)),
        _ => None,
    }
}
