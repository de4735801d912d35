//! Schemas as JSON of a request: what exports and seeds hold.

use serde_json::{Map, Value};

use super::{CollectionSchema, convert};
use crate::Error;

impl CollectionSchema {
    /// Returns the schema as the JSON of a request that creates a collection. What the server sets
    /// itself, such as the version, is not in it.
    pub fn to_request_json(&self) -> Map<String, Value> {
        // Texts, numbers and JSON: nothing in it fails to be written.
        match serde_json::to_value(convert::to_api(self)) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// Reads a schema from the JSON of a request, or of a reply.
    ///
    /// ```
    /// use ekodb_client::{CollectionSchema, FieldType};
    /// use serde_json::json;
    ///
    /// # fn main() -> Result<(), ekodb_client::Error> {
    /// let schema = CollectionSchema::from_request_json(json!({
    ///     "fields": {"title": {"field_type": "String", "required": true}}
    /// }))?;
    /// assert_eq!(schema.fields["title"].field_type, FieldType::String);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if it is not a schema; the text names
    /// the place.
    pub fn from_request_json(json: Value) -> Result<Self, Error> {
        serde_path_to_error::deserialize(json)
            .map(convert::from_api)
            .map_err(|error| {
                let (place, problem) = (error.path(), error.inner());
                Error::invalid_argument(format!("not a schema: at `{place}`: {problem}"))
            })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Field, Index};

    #[test]
    fn a_schema_goes_into_the_json_of_a_request_and_back() {
        let schema = CollectionSchema::new()
            .field("title", Field::string().required().unique())
            .field("embedding", Field::vector().index(Index::vector(3)));
        let json = schema.to_request_json();
        assert_eq!(
            json["fields"]["embedding"],
            json!({
                "field_type": "Vector",
                "required": false,
                "unique": false,
                "index": {"type": "vector", "dimension": 3}
            })
        );
        let read = CollectionSchema::from_request_json(json.into());
        assert_eq!(read.unwrap(), schema);
    }

    #[test]
    fn what_is_no_schema_is_refused_with_its_place() {
        let json = json!({"fields": {"a": {"field_type": 1}}});
        let error = CollectionSchema::from_request_json(json).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("at `fields.a.field_type`"), "{text}");
    }
}
