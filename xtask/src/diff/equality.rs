//! When two values of the documents are the same.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Number, Value};
use xtask::contract::Node;

/// Whether two places hold the same, references followed and numbers taken by value.
pub(crate) fn same(base: &Node<'_>, revision: &Node<'_>) -> bool {
    within(base, revision, &mut BTreeSet::new())
}

fn within(base: &Node<'_>, revision: &Node<'_>, seen: &mut BTreeSet<(String, String)>) -> bool {
    let (base, revision) = (base.resolved(), revision.resolved());
    match (base.value, revision.value) {
        (Value::Object(old), Value::Object(new)) => {
            // A pair that holds itself differs only if something else in it does.
            if !seen.insert((base.pointer.clone(), revision.pointer.clone())) {
                return true;
            }
            old.len() == new.len()
                && base.members().all(|(key, old)| {
                    revision
                        .raw(key)
                        .is_some_and(|new| within(&old, &new, seen))
                })
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len()
                && base
                    .elements()
                    .zip(revision.elements())
                    .all(|(old, new)| within(&old, &new, seen))
        }
        (old, new) => equal(old, new),
    }
}

/// Whether two pieces of JSON are equal, numbers taken by value: 10 is 10.0.
pub(crate) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => order(one, other) == Some(Ordering::Equal),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, one)| other.get(key).is_some_and(|other| equal(one, other)))
        }
        (one, other) => one == other,
    }
}

/// Which of two numbers is greater.
pub(crate) fn order(one: &Number, other: &Number) -> Option<Ordering> {
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// The integer that a number is, if it is one: 10.0 is.
pub(crate) fn integer(number: &Number) -> Option<i128> {
    /// Beyond this a float no longer tells neighbouring integers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = number
        .as_i64()
        .map(i128::from)
        .or(number.as_u64().map(i128::from));
    whole.or_else(|| {
        let float = number.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is integral and within bounds"
        )]
        (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i128)
    })
}
