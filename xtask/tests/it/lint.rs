//! What is wrong with a document is said with its place and its mend, all at once.

use crate::{GOOD, repository, stderr, xtask};

/// The report of `codegen`, which then generates nothing, on the good document with one thing changed.
fn report(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the good document has no {from:?}");
    let root = repository(&GOOD.replacen(from, to, 1));
    let output = xtask(root.path(), &["codegen"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "nothing was found wrong with {to:?}"
    );
    assert!(
        !root.path().join("crates").exists(),
        "something was generated"
    );
    stderr(&output)
}

/// The report of `spec lint`, which asks for more, on the good document with one thing changed.
fn review(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the good document has no {from:?}");
    let root = repository(&GOOD.replacen(from, to, 1));
    let output = xtask(root.path(), &["spec", "lint"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "nothing was found wrong with {to:?}"
    );
    assert!(
        xtask(root.path(), &["codegen"]).status.success(),
        "it keeps nobody from generating"
    );
    stderr(&output)
}

/// One snapshot for each thing that can be wrong.
macro_rules! snapshots {
    ($how:ident; $($name:ident: $from:expr => $to:expr;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!($how($from, $to));
        }
    )*};
}

snapshots! { report;
    another_version_of_openapi: "openapi: 3.0.3" => "openapi: 3.1.0";
    a_misspelt_method: "    patch:\n" => "    ptach:\n";
    a_key_that_openapi_does_not_have: "      operationId: get_thing" => "      operationID: get_thing\n      operationId: get_thing";
    a_vendor_extension_that_nobody_reads: "x-ekodb-idempotent" => "x-ekodb-idempotant";
    a_schema_keyword_that_openapi_does_not_have: "name: { type: string, description" => "name: { type: string, min_length: 1, description";
    a_reference_that_leads_nowhere: "schemas/Thing'" => "schemas/Thingy'";
    a_missing_operation_id: "      operationId: get_thing\n" => "";
    the_same_operation_id_twice: "patch_thing" => "get_thing";
    an_operation_id_that_the_client_uses_itself: "get_thing" => "exec";
    an_operation_id_in_another_case: "get_thing" => "getThing";
    no_word_on_security: "      security: [{ bearerAuth: [] }]\n" => "";
    no_privilege: "      x-ekodb-privilege: read\n" => "";
    an_unknown_privilege: "x-ekodb-privilege: read" => "x-ekodb-privilege: root";
    an_idempotence_that_is_no_boolean: "x-ekodb-idempotent: true" => "x-ekodb-idempotent: 'yes, mostly'";
    a_path_parameter_that_is_not_declared: "name: thing, in: path" => "name: think, in: path";
    an_optional_path_parameter: "in: path, required: true" => "in: path";
    a_cookie: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: crumb, in: cookie, schema: { type: string } }\n    get";
    a_default_response: "        4XX: { $ref: '#/components/responses/Error' }" => "        default: { $ref: '#/components/responses/Error' }";
    two_responses_of_success: "        '204': { description: Changed. }" => "        '204': { description: Changed. }\n        '200': { description: Changed. }";
    no_response_of_success: "        '204': { description: Changed. }\n" => "";
    errors_with_different_bodies: "        4XX: { $ref: '#/components/responses/Error' }" => "        4XX: { description: Nothing. }";
    a_body_without_a_schema: "              schema: { $ref: '#/components/schemas/Thing' }" => "              example: {}";
    a_body_of_another_type: "            application/json:\n              schema: { $ref: '#/components/schemas/Thing' }" => "            text/csv:\n              schema: { $ref: '#/components/schemas/Thing' }";
    a_type_that_is_none: "name: { type: string, d" => "name: { type: text, d";
    an_array_of_nothing: "name: { type: string, d" => "name: { type: array, d";
    a_closed_object: "additionalProperties: {}" => "additionalProperties: false";
    an_object_that_drops_members: "additionalProperties: {}" => "additionalProperties: true";
}

snapshots! { review;
    no_summary: "      summary: Describe a thing\n" => "";
    a_summary_that_is_a_sentence: "summary: Describe a thing" => "summary: Describes a thing.";
    an_operation_without_a_description: "      description: Says what is known of a thing.\n" => "";
    a_parameter_without_a_description: ", description: Which thing." => "";
    a_schema_without_a_description: "      description: A thing.\n" => "";
    a_property_without_a_description: ", description: Its name." => "";
    a_tag_that_is_not_declared: "      tags: [Things]" => "      tags: [Objects]";
    a_tag_without_a_description: "{ name: Things, description: What there is. }" => "{ name: Things }";
    two_tags: "      tags: [Things]" => "      tags: [Things, Things]";
    no_evidence: "      x-ekodb-evidence: documented\n" => "";
    a_body_without_an_example: "              example: { name: a }\n" => "";
    an_example_that_does_not_fit: "example: { name: a }" => "example: { name: 1 }";
    a_request_example_that_does_not_fit: "value: { tags: [a] }" => "value: { tags: a }";
    a_component_that_nobody_uses: "  schemas:\n" => "  schemas:\n    Spare: { type: string, description: Spare. }\n";
    errors_that_are_not_told: "        5XX: { $ref: '#/components/responses/Error' }\n" => "";
    a_secret_that_is_not_marked: "error: { type: string, description" => "api_key: { type: string, description";
}

#[test]
fn a_good_document_passes() {
    let root = repository(GOOD);
    let output = xtask(root.path(), &["spec", "lint"]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn the_contract_itself_passes() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = xtask(&root, &["spec", "lint"]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn all_problems_are_reported_at_once() {
    let broken = GOOD
        .replace("      operationId: get_thing\n", "")
        .replace("      x-ekodb-privilege: write\n", "");
    let root = repository(&broken);
    let shown = stderr(&xtask(root.path(), &["codegen"]));
    assert!(
        shown.contains("operation-id-missing") && shown.contains("privilege"),
        "{shown}"
    );
    assert!(shown.contains("2 problems"), "{shown}");
}
