//! Places, sharing, and documents that cannot be compared.

use serde_json::{Value, json};

use super::{compare, document};
use crate::diff::{Comparison, Level};

/// Two operations that take the same component.
fn shared(component: &Value) -> Value {
    let body = json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } });
    json!({
        "paths": {
            "/a": { "post": { "operationId": "make_a", "requestBody": body, "responses": { "200": body } } },
            "/b": { "post": { "operationId": "make_b", "requestBody": body } },
        },
        "components": { "schemas": { "Thing": component } },
    })
}

#[test]
fn a_change_of_a_shared_component_is_one_change_for_each_side_and_names_its_operations() {
    let base = shared(&json!({ "properties": { "x/y": { "type": "integer" } } }));
    let revision = shared(&json!({ "properties": { "x/y": { "type": "number" } } }));
    let places: Vec<_> = compare(&base, &revision)
        .changes
        .iter()
        .map(|change| json!({ "rule": change.rule.name, "place": change.place }))
        .collect();
    let place = |side: &str, operations: &[&str]| {
        let pointer = "#/components/schemas/Thing/properties/x~1y";
        json!({ "document": "revision", "pointer": pointer, "side": side, "operations": operations })
    };
    assert_eq!(
        json!(places),
        json!([
            { "rule": "response-type-widened", "place": place("response", &["make_a"]) },
            { "rule": "request-type-widened", "place": place("request", &["make_a", "make_b"]) },
        ])
    );
}

#[test]
fn what_is_gone_is_placed_in_the_base() {
    let base = shared(&json!({ "properties": { "x": {} } }));
    let changes = compare(&base, &shared(&json!({ "type": "object" }))).changes;
    let place = json!(changes[0].place);
    assert_eq!(place["document"], "base");
    assert_eq!(place["pointer"], "#/components/schemas/Thing/properties/x");
}

#[test]
fn every_place_can_be_followed_in_its_document() {
    let base = shared(
        &json!({ "required": ["x"], "properties": { "x": { "type": "string", "enum": ["a"] } } }),
    );
    let revision = shared(
        &json!({ "properties": { "x": { "type": "string", "enum": ["b"], "maxLength": 1 }, "z": {} } }),
    );
    let (old, new) = (document("1.0.0", &base), document("1.0.0", &revision));
    let changes = compare(&base, &revision).changes;
    assert!(changes.len() >= 8, "{changes:?}");
    for change in changes {
        let place = json!(change.place);
        let whole = if place["document"] == "base" {
            &old
        } else {
            &new
        };
        let pointer = change.place.pointer.trim_start_matches('#');
        assert!(
            whole.value.pointer(pointer).is_some(),
            "{} leads nowhere",
            change.place.pointer
        );
    }
}

#[test]
fn components_that_hold_each_other_are_compared_once() {
    let ring = |kind: &str| {
        json!({
            "paths": { "/a": { "get": { "operationId": "a", "responses": { "200": { "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Left" } } } } } } } },
            "components": { "schemas": {
                "Left": { "properties": { "right": { "$ref": "#/components/schemas/Right" } } },
                "Right": { "properties": { "left": { "$ref": "#/components/schemas/Left" }, "v": { "type": kind } } },
            } },
        })
    };
    let comparison = compare(&ring("string"), &ring("integer"));
    assert_eq!(comparison.changes.len(), 1);
}

#[test]
fn every_operation_that_reaches_a_cycle_is_named() {
    let ring = |kind: &str| {
        let operation = |id: &str, name: &str| {
            let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
            json!({ "get": { "operationId": id, "responses": {
                "200": { "content": { "application/json": { "schema": schema } } } } } })
        };
        json!({
            "paths": {
                "/a": operation("get_left", "Left"),
                "/b": operation("get_right", "Right"),
                "/c": operation("get_other", "Other"),
            },
            "components": { "schemas": {
                "Left": { "properties": { "right": { "$ref": "#/components/schemas/Right" }, "v": { "type": kind } } },
                "Right": { "properties": { "left": { "$ref": "#/components/schemas/Left" } } },
                "Other": { "type": "string" },
            } },
        })
    };
    let changes = compare(&ring("string"), &ring("integer")).changes;
    let reached: Vec<_> = changes
        .iter()
        .map(|change| change.place.operations.clone())
        .collect();
    assert_eq!(reached, [["get_left", "get_right"]]);
}

#[test]
fn a_schema_that_is_made_of_itself_ends() {
    let own = json!({ "allOf": [{ "$ref": "#/components/schemas/Thing" }], "type": "string" });
    let other = json!({ "allOf": [{ "$ref": "#/components/schemas/Thing" }], "type": "integer" });
    assert_eq!(compare(&shared(&own), &shared(&other)).changes.len(), 2);
}

#[test]
fn breaking_changes_come_first() {
    let base =
        json!({ "info": { "title": "A" }, "paths": { "/a": { "get": { "operationId": "a" } } } });
    let revision =
        json!({ "info": { "title": "B" }, "paths": { "/b": { "get": { "operationId": "b" } } } });
    let levels: Vec<_> = compare(&base, &revision)
        .changes
        .iter()
        .map(|change| change.level.name())
        .collect();
    assert_eq!(levels, ["breaking", "compatible", "documentation"]);
}

#[test]
fn a_reference_that_leads_nowhere_is_named_with_its_place() {
    let broken = document(
        "1.0.0",
        &shared(&json!({ "items": { "$ref": "#/components/schemas/Lost" } })),
    );
    let error = Comparison::new(&broken, &broken).expect_err("the reference leads nowhere");
    insta::assert_snapshot!(error, @"the reference `#/components/schemas/Lost` at #/components/schemas/Thing/items leads nowhere in the document: correct it, or add the component");
}

#[test]
fn a_reference_in_an_example_or_a_default_is_data() {
    for key in ["example", "default"] {
        let schema = json!({ key: { "$ref": "#/nowhere" } });
        let sound = document("1.0.0", &shared(&schema));
        assert!(Comparison::new(&sound, &sound).is_ok(), "{key}");
    }
}

#[test]
fn a_reference_of_a_member_called_example_is_none_of_data() {
    let schema = json!({ "properties": { "example": { "$ref": "#/nowhere" } } });
    let broken = document("1.0.0", &shared(&schema));
    assert!(Comparison::new(&broken, &broken).is_err());
}

/// Read as if it was not there, such a value could change in silence.
#[test]
fn a_value_of_another_type_than_openapi_gives_it_is_refused_with_its_place() {
    for (schema, place, expected) in [
        (json!({ "type": ["string"] }), "/type", "a text"),
        (json!({ "required": "a" }), "/required", "a list of texts"),
        (json!({ "nullable": "yes" }), "/nullable", "a boolean"),
        (json!({ "enum": "a" }), "/enum", "a list"),
        (json!({ "minLength": "5" }), "/minLength", "a number"),
        (
            json!({ "minimum": 1, "exclusiveMinimum": 1 }),
            "/exclusiveMinimum",
            "a boolean",
        ),
        (json!({ "oneOf": { "a": {} } }), "/oneOf", "a list"),
        (json!({ "allOf": ["a"] }), "/allOf/0", "a mapping"),
        (json!({ "items": [{}] }), "/items", "a mapping"),
        (
            json!({ "additionalProperties": "a" }),
            "/additionalProperties",
            "a mapping",
        ),
        (
            json!({ "properties": { "a": true } }),
            "/properties/a",
            "a mapping",
        ),
    ] {
        let whole = document("1.0.0", &shared(&schema));
        let error = Comparison::new(&whole, &whole).expect_err("the schema cannot be read");
        let problem = format!(
            "the value at #/components/schemas/Thing{place} is not {expected}, which it is in OpenAPI 3.0: correct it"
        );
        assert_eq!(error, problem);
    }
    let whole = document("1.0.0", &json!({ "security": ["key"] }));
    let error = Comparison::new(&whole, &whole).expect_err("the security cannot be read");
    insta::assert_snapshot!(error, @"the value at #/security is not a list of mappings, which it is in OpenAPI 3.0: correct it");
}

/// Without bounds, each of these would take hours.
#[test]
fn schemas_that_share_their_parts_many_times_are_compared_once() {
    const LEVELS: usize = 24;
    let next = |level: usize| json!({ "$ref": format!("#/components/schemas/D{}", level + 1) });
    let shapes: [fn(Value) -> Value; 5] = [
        |next| json!({ "allOf": [next, next] }),
        |next| json!({ "oneOf": [next, next] }),
        |next| json!({ "not": { "allOf": [next, next] } }),
        |next| json!({ "properties": { "a": next, "b": next } }),
        |next| json!({ "anyOf": [{ "title": "A", "allOf": [next] }, { "title": "B", "anyOf": [next] }] }),
    ];
    for shape in shapes {
        let whole = |last: &Value| {
            let mut all = shared(&json!({ "$ref": "#/components/schemas/D0" }));
            let schemas = &mut all["components"]["schemas"];
            for level in 0..LEVELS {
                schemas[format!("D{level}")] = shape(next(level));
            }
            schemas[format!("D{LEVELS}")] = last.clone();
            all
        };
        let base = whole(&json!({ "type": "string" }));
        let revision = whole(&json!({ "type": "integer" }));
        assert_eq!(compare(&base, &revision).level(), Some(Level::Breaking));
    }
}

#[test]
fn long_lists_of_values_are_compared_in_one_pass() {
    let listed = |last: &str| {
        let values = (0..30_000).map(|n| json!(format!("v{n}")));
        let values: Vec<_> = values.chain([json!(last)]).collect();
        shared(&json!({ "type": "string", "enum": values }))
    };
    let comparison = compare(&listed("a"), &listed("b"));
    let rules: Vec<_> = comparison.changes.iter().map(|it| it.rule.name).collect();
    assert_eq!(rules.len(), 4, "{rules:?}");
}

#[test]
fn a_version_that_is_not_semantic_is_refused() {
    let whole = document("first", &json!({}));
    let error = Comparison::new(&whole, &whole).expect_err("the version is no version");
    insta::assert_snapshot!(error, @r#"info.version is "first", which is not a semantic version: write one such as `0.1.0`"#);
}

#[test]
fn only_a_breaking_change_without_a_new_version_breaks_silently() {
    let base = json!({ "paths": { "/a": { "get": { "operationId": "a" } } } });
    let breaks = |from: &str, to: &str, old: &Value, new: &Value| {
        Comparison::new(&document(from, old), &document(to, new))
            .expect("both are sound")
            .breaks_silently()
    };
    let none = json!({});
    assert!(breaks("0.1.0", "0.1.0", &base, &none));
    assert!(breaks("0.1.0", "0.1.1", &base, &none));
    assert!(!breaks("0.1.0", "0.2.0", &base, &none));
    assert!(!breaks("0.1.0", "0.1.0", &none, &base));
}
