//! Records as JSON of a request: what exports, imports and seeds hold.

use serde_json::{Map, Value as Json};

use crate::{
    Error, ErrorKind, Record,
    codec::{Target, encode},
    value::Value,
};

impl Record {
    /// Returns the record as the JSON of a request: plain values, and `{"type", "value"}` where the
    /// server would infer another type from the plain one.
    /// [`from_request_json`](Self::from_request_json) reads it back, and a seed of the emulator may
    /// hold it. When the record expires is not in it.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if a float is not finite.
    pub fn to_request_json(&self) -> Result<Map<String, Json>, Error> {
        let body = encode(self, Target::Insert)?.into_body();
        serde_json::from_slice(&body).map_err(|error| {
            Error::new(ErrorKind::InvalidArgument, "the record is not JSON").with_source(error)
        })
    }

    /// Reads a record from the JSON of a request, in which every field is a plain value or
    /// `{"type", "value"}`.
    ///
    /// ```
    /// use ekodb_client::{Record, Value};
    /// use serde_json::json;
    ///
    /// let tea = json!({"name": "tea", "price": {"type": "Decimal", "value": "3.50"}});
    /// let record = Record::from_request_json(tea.as_object().cloned().unwrap_or_default());
    /// assert!(matches!(record.get("price"), Some(Value::Decimal(_))));
    /// ```
    pub fn from_request_json(members: Map<String, Json>) -> Self {
        members
            .into_iter()
            .map(|(name, member)| match member {
                Json::String(id) if name == "id" => (name, Value::String(id)),
                member => (name, Value::from_request(member)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_goes_into_the_json_of_a_request_and_back_with_its_types() {
        let written = json!({
            "id": "tea",
            "name": "tea",
            "stock": 3,
            "weight": 0.5,
            "price": {"type": "Decimal", "value": "3.50"},
            "code": {"type": "UUID", "value": "0123e456-e89b-12d3-a456-426614174000"},
            "text": {"type": "String", "value": "2026-01-01T00:00:00Z"},
            "nested": {"type": "Object", "value": {"type": "String", "value": "x"}},
            "tags": ["a", 1, null],
            "none": null
        });
        let members = written.as_object().unwrap();
        let record = Record::from_request_json(members.clone());
        assert_eq!(record.id(), Some("tea"));
        assert_eq!(record.to_request_json().unwrap(), *members);
    }
}
