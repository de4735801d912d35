//! Actions on one field.

use ekodb_api::types::RecordAction as Action;
use serde_json::{Number, Value, json};

use crate::engine::value::{FieldType, Typed};

/// Why an action cannot be applied; the server's words where they are known.
pub(crate) type Refusal = &'static str;

const NOT_NUMERIC: Refusal = "field not numeric";
const NOT_A_LIST: Refusal = "field not an array";

/// The field's value after an action. An absent field is `None`: what adds to a list makes it.
pub(crate) fn apply(
    action: Action,
    field: Option<Typed>,
    operand: Typed,
) -> Result<Typed, Refusal> {
    match action {
        Action::Increment
        | Action::Decrement
        | Action::Multiply
        | Action::Divide
        | Action::Modulo => {
            let field = field.ok_or("field not found")?;
            let value = compute(action, &field, &operand)?;
            Ok(Typed { value, ..field })
        }
        Action::Append if is_text(field.as_ref(), &operand) => append_text(field, &operand),
        Action::Push | Action::Unshift | Action::Append => {
            let field = field.unwrap_or_else(|| Typed::inferred(json!([])));
            edit_list(field, |items| match (action, operand.value) {
                (Action::Append, Value::Array(more)) => items.extend(more),
                (Action::Unshift, value) => items.insert(0, value),
                (_, value) => items.push(value),
            })
        }
        Action::Pop => edit_list(field.ok_or("field not found")?, |items| {
            items.pop();
        }),
        Action::Shift => edit_list(field.ok_or("field not found")?, |items| {
            if !items.is_empty() {
                items.remove(0);
            }
        }),
        Action::Remove => edit_list(field.ok_or("field not found")?, |items| {
            items.retain(|item| *item != operand.value);
        }),
        Action::Clear => field.ok_or("field not found").map(cleared),
    }
}

/// Returns how many list items an action moves or looks at. A stretch of text counts as an item.
pub(crate) fn cost(action: Action, field: Option<&Typed>) -> usize {
    const STRETCH: usize = 32;

    let at_the_end = matches!(action, Action::Push | Action::Append | Action::Pop);
    match field.map(|field| (field.kind, &field.value)) {
        Some((FieldType::Set, Value::Array(items))) => 1 + items.len(),
        Some((_, Value::Array(items))) if !at_the_end => 1 + items.len(),
        Some((_, Value::String(text))) => 1 + text.len() / STRETCH,
        _ => 1,
    }
}

/// Integers stay integers and floats floats: the operand must be of the field's type.
fn compute(action: Action, field: &Typed, operand: &Typed) -> Result<Value, Refusal> {
    let (Value::Number(a), Value::Number(b)) = (&field.value, &operand.value) else {
        return Err(if field.value.is_number() {
            "operand not numeric"
        } else {
            NOT_NUMERIC
        });
    };
    match (field.kind, operand.kind) {
        (FieldType::Float, FieldType::Integer) => Err("a Float field needs a Float operand"),
        (FieldType::Integer, FieldType::Float) => Err("an Integer field needs an Integer operand"),
        _ => match (a.as_i128(), b.as_i128()) {
            (Some(a), Some(b)) => integers(action, a, b),
            _ => floats(action, a, b),
        },
    }
}

fn integers(action: Action, a: i128, b: i128) -> Result<Value, Refusal> {
    if matches!(action, Action::Divide | Action::Modulo) && b == 0 {
        return Err("division by zero");
    }
    let result = match action {
        Action::Increment => a.checked_add(b),
        Action::Decrement => a.checked_sub(b),
        Action::Multiply => a.checked_mul(b),
        Action::Divide => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    result
        .and_then(|result| i64::try_from(result).ok())
        .map(Value::from)
        .ok_or("the result is out of range")
}

fn floats(action: Action, a: &Number, b: &Number) -> Result<Value, Refusal> {
    let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else {
        return Err(NOT_NUMERIC);
    };
    if matches!(action, Action::Divide | Action::Modulo) && b == 0.0 {
        return Err("division by zero");
    }
    let result = match action {
        Action::Increment => a + b,
        Action::Decrement => a - b,
        Action::Multiply => a * b,
        Action::Divide => a / b,
        _ => a % b,
    };
    Number::from_f64(result)
        .map(Value::Number)
        .ok_or("the result is out of range")
}

fn is_text(field: Option<&Typed>, operand: &Typed) -> bool {
    field.unwrap_or(operand).value.is_string()
}

fn append_text(field: Option<Typed>, operand: &Typed) -> Result<Typed, Refusal> {
    let more = operand.value.as_str().ok_or("operand not a text")?;
    let mut text = match field.map(|field| field.value) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    text.push_str(more);
    Ok(Typed::inferred(Value::String(text)))
}

fn edit_list(mut field: Typed, edit: impl FnOnce(&mut Vec<Value>)) -> Result<Typed, Refusal> {
    let Value::Array(items) = &mut field.value else {
        return Err(NOT_A_LIST);
    };
    edit(items);
    if field.kind == FieldType::Set {
        let mut seen = std::collections::BTreeSet::new();
        items.retain(|item| seen.insert(item.to_string()));
    }
    Ok(field)
}

/// Nothing of the field's own kind.
fn cleared(field: Typed) -> Typed {
    let value = match field.value {
        Value::String(_) => json!(""),
        Value::Array(_) => json!([]),
        Value::Object(_) => json!({}),
        _ => return Typed::inferred(Value::Null),
    };
    match field.kind {
        FieldType::DateTime | FieldType::Uuid | FieldType::Decimal => Typed::inferred(Value::Null),
        kind => Typed { kind, value },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(action: &str, field: Value, operand: Value) -> Result<Value, Refusal> {
        let field = (!field.is_null()).then(|| Typed::from_request(field).unwrap());
        let operand = Typed::from_request(operand).unwrap();
        apply(action.parse().unwrap(), field, operand).map(|typed| typed.value)
    }

    #[test]
    fn numbers_are_computed_within_their_type() {
        for (action, field, operand, expected) in [
            ("increment", json!(5), json!(2), Ok(json!(7))),
            ("decrement", json!(5), json!(7), Ok(json!(-2))),
            ("multiply", json!(5), json!(2), Ok(json!(10))),
            ("divide", json!(7), json!(2), Ok(json!(3))),
            ("modulo", json!(7), json!(4), Ok(json!(3))),
            ("increment", json!(1.5), json!(0.5), Ok(json!(2.0))),
            (
                "increment",
                json!(1.5),
                json!(1),
                Err("a Float field needs a Float operand"),
            ),
            (
                "increment",
                json!(1),
                json!(0.5),
                Err("an Integer field needs an Integer operand"),
            ),
            ("increment", json!("a"), json!(1), Err(NOT_NUMERIC)),
            (
                "increment",
                json!(1),
                json!("a"),
                Err("operand not numeric"),
            ),
            ("increment", json!(null), json!(1), Err("field not found")),
            ("divide", json!(1), json!(0), Err("division by zero")),
            ("modulo", json!(1.0), json!(0.0), Err("division by zero")),
            (
                "divide",
                json!(i64::MIN),
                json!(-1),
                Err("the result is out of range"),
            ),
            (
                "increment",
                json!(i64::MAX),
                json!(1),
                Err("the result is out of range"),
            ),
            (
                "multiply",
                json!(1e308),
                json!(1e308),
                Err("the result is out of range"),
            ),
        ] {
            assert_eq!(
                run(action, field.clone(), operand),
                expected,
                "{action} {field}"
            );
        }
    }

    #[test]
    fn lists_are_edited_at_both_ends() {
        for (action, field, operand, expected) in [
            ("push", json!([1]), json!(2), Ok(json!([1, 2]))),
            ("push", json!([1]), json!([2]), Ok(json!([1, [2]]))),
            ("push", json!(null), json!(2), Ok(json!([2]))),
            ("unshift", json!([1]), json!(0), Ok(json!([0, 1]))),
            ("append", json!([1]), json!([2, 3]), Ok(json!([1, 2, 3]))),
            ("append", json!([1]), json!(2), Ok(json!([1, 2]))),
            ("pop", json!([1, 2]), json!(null), Ok(json!([1]))),
            ("pop", json!([]), json!(null), Ok(json!([]))),
            ("shift", json!([1, 2]), json!(null), Ok(json!([2]))),
            ("shift", json!([]), json!(null), Ok(json!([]))),
            ("remove", json!([1, 2, 1]), json!(1), Ok(json!([2]))),
            ("push", json!(1), json!(2), Err(NOT_A_LIST)),
            ("pop", json!(null), json!(null), Err("field not found")),
        ] {
            assert_eq!(
                run(action, field.clone(), operand),
                expected,
                "{action} {field}"
            );
        }
    }

    #[test]
    fn an_action_costs_the_items_that_it_moves() {
        let list = Typed::inferred(json!([1, 2, 3]));
        let set = Typed::from_request(json!({ "type": "Set", "value": [1, 2] })).unwrap();
        for (action, field, expected) in [
            (Action::Push, Some(&list), 1),
            (Action::Pop, Some(&list), 1),
            (Action::Unshift, Some(&list), 4),
            (Action::Remove, Some(&list), 4),
            (Action::Push, Some(&set), 3),
            (Action::Push, None, 1),
        ] {
            assert_eq!(cost(action, field), expected, "{action:?}");
        }
    }

    #[test]
    fn a_set_keeps_each_value_once() {
        let set = json!({ "type": "Set", "value": [1] });
        assert_eq!(run("push", set, json!(1)), Ok(json!([1])));
    }

    #[test]
    fn texts_are_lengthened() {
        assert_eq!(run("append", json!("a"), json!("b")), Ok(json!("ab")));
        assert_eq!(run("append", json!(null), json!("b")), Ok(json!("b")));
        assert_eq!(
            run("append", json!("a"), json!(1)),
            Err("operand not a text")
        );
    }

    #[test]
    fn clearing_leaves_nothing_of_the_same_kind() {
        for (field, expected) in [
            (json!([1]), json!([])),
            (json!("a"), json!("")),
            (json!({ "a": 1 }), json!({})),
            (json!(5), json!(null)),
        ] {
            assert_eq!(run("clear", field, json!(null)), Ok(expected));
        }
    }
}
