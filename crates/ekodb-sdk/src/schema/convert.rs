//! Between the schema of this crate and the wire's.

use std::time::SystemTime;

use ekodb_api::types;

use super::{CollectionSchema, Field, FieldConstraints, FieldType, Index, SchemaUpdate};

pub(crate) fn to_api(schema: &CollectionSchema) -> types::CollectionSchema {
    types::CollectionSchema {
        fields: schema
            .fields
            .iter()
            .map(|(name, field)| (name.clone(), field_to_api(field)))
            .collect(),
        version: None,
        created_at: None,
        last_modified: None,
        bypass_ripple: schema.bypass_ripple,
        primary_key_alias: schema.primary_key_alias.clone(),
        extra: schema.extra.clone(),
    }
}

pub(crate) fn from_api(schema: types::CollectionSchema) -> CollectionSchema {
    CollectionSchema {
        fields: schema
            .fields
            .into_iter()
            .map(|(name, field)| (name, field_from_api(field)))
            .collect(),
        version: schema.version.map(u64::from),
        created_at: schema.created_at.map(SystemTime::from),
        last_modified: schema.last_modified.map(SystemTime::from),
        bypass_ripple: schema.bypass_ripple,
        primary_key_alias: schema.primary_key_alias,
        extra: schema.extra,
    }
}

pub(crate) fn update_to_api(update: &SchemaUpdate) -> types::SchemaUpdate {
    types::SchemaUpdate {
        constraints: update
            .constraints
            .iter()
            .map(|(name, constraints)| (name.clone(), constraints_to_api(constraints)))
            .collect(),
    }
}

fn field_to_api(field: &Field) -> types::FieldSchema {
    types::FieldSchema {
        field_type: type_to_api(&field.field_type),
        default: field.default.clone(),
        unique: field.unique,
        required: field.required,
        enums: field.enums.clone(),
        max: field.max.clone(),
        min: field.min.clone(),
        regex: field.regex.clone(),
        index: field.index.as_ref().map(index_to_api),
        extra: field.extra.clone(),
    }
}

fn field_from_api(field: types::FieldSchema) -> Field {
    Field {
        field_type: FieldType::from(field.field_type.as_str()),
        default: field.default,
        unique: field.unique,
        required: field.required,
        enums: field.enums,
        max: field.max,
        min: field.min,
        regex: field.regex,
        index: field.index.map(index_from_api),
        extra: field.extra,
    }
}

fn constraints_to_api(constraints: &FieldConstraints) -> types::FieldConstraints {
    types::FieldConstraints {
        field_type: constraints.field_type.as_ref().map(type_to_api),
        default: constraints.default.clone(),
        unique: constraints.unique,
        required: constraints.required,
        enums: constraints.enums.clone(),
        max: constraints.max.clone(),
        min: constraints.min.clone(),
        regex: constraints.regex.clone(),
    }
}

fn type_to_api(field_type: &FieldType) -> types::FieldType {
    types::FieldType(field_type.as_str().to_owned())
}

fn index_to_api(index: &Index) -> types::FieldIndex {
    types::FieldIndex {
        type_: index.kind.clone(),
        language: index.language.clone(),
        analyzer: index.analyzer.clone(),
        algorithm: index.algorithm.clone(),
        metric: index.metric.clone(),
        dimension: index.dimension,
        m: index.m,
        ef_construction: index.ef_construction,
        ef_search: index.ef_search,
        extra: index.extra.clone(),
    }
}

fn index_from_api(index: types::FieldIndex) -> Index {
    Index {
        kind: index.type_,
        language: index.language,
        analyzer: index.analyzer,
        algorithm: index.algorithm,
        metric: index.metric,
        dimension: index.dimension,
        m: index.m,
        ef_construction: index.ef_construction,
        ef_search: index.ef_search,
        extra: index.extra,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::FieldConstraints;

    #[test]
    fn types_indexes_and_members_of_a_newer_server_are_kept() {
        let sent = json!({
            "fields": {
                "shape": {
                    "field_type": "Polygon",
                    "index": {"type": "spatial", "precision": 7},
                    "encrypted": true
                }
            },
            "retention": "P30D"
        });
        let read = from_api(serde_json::from_value(sent.clone()).unwrap());
        let written = serde_json::to_value(to_api(&read)).unwrap();
        assert_eq!(written["retention"], sent["retention"]);
        let (written, sent): (&Value, &Value) =
            (&written["fields"]["shape"], &sent["fields"]["shape"]);
        assert_eq!(written["field_type"], sent["field_type"]);
        assert_eq!(written["index"], sent["index"]);
        assert_eq!(written["encrypted"], sent["encrypted"]);
    }

    #[test]
    fn a_constraint_that_is_named_is_sent_and_no_other() {
        let update = SchemaUpdate::new().field("code", FieldConstraints::new().regex("^[a-z]+$"));
        assert_eq!(
            serde_json::to_value(update_to_api(&update)).unwrap(),
            json!({"constraints": {"code": {"regex": "^[a-z]+$"}}})
        );
    }
}
