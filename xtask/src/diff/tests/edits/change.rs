//! Changes of one member of an object. Each says whether there was something to change.

use serde_json::Value;

pub(super) fn set(holder: &mut Value, key: &str, value: Value) -> bool {
    let before = holder.get(key).cloned();
    holder[key] = value;
    before.as_ref() != holder.get(key)
}

pub(super) fn drop_key(holder: &mut Value, key: &str) -> bool {
    holder
        .as_object_mut()
        .is_some_and(|members| members.remove(key).is_some())
}

pub(super) fn rename(holder: &mut Value, key: &str, other: &str) -> bool {
    let members = holder.as_object_mut().expect("an object");
    let value = members.remove(key);
    value.is_some_and(|value| members.insert(other.to_owned(), value).is_none())
}

pub(super) fn list<'a>(holder: &'a mut Value, key: &str) -> Option<&'a mut Vec<Value>> {
    holder.get_mut(key).and_then(Value::as_array_mut)
}

pub(super) fn push(holder: &mut Value, key: &str, value: Value) -> bool {
    list(holder, key).is_some_and(|all| {
        all.push(value);
        true
    })
}
