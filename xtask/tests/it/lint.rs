//! What is wrong with a document is said with its place and its mend, all at once, and nothing is generated.

use crate::{GOOD, repository, stderr, xtask};

/// The report on the good document with one thing changed.
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

/// One snapshot for each thing that can be wrong.
macro_rules! reports {
    ($($name:ident: $from:expr => $to:expr;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(report($from, $to));
        }
    )*};
}

reports! {
    another_version_of_openapi: "openapi: 3.0.3" => "openapi: 3.1.0";
    a_misspelt_method: "    patch:\n" => "    ptach:\n";
    a_key_that_openapi_does_not_have: "      operationId: get_thing" => "      operationID: get_thing\n      operationId: get_thing";
    a_vendor_extension_that_nobody_reads: "x-ekodb-idempotent" => "x-ekodb-idempotant";
    a_schema_keyword_that_openapi_does_not_have: "name: { type: string }" => "name: { type: string, min_length: 1 }";
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
    a_cookie: "in: path, required: true, schema: { type: string } }" => "in: path, required: true, schema: { type: string } }\n      - { name: crumb, in: cookie, schema: { type: string } }";
    a_default_response: "        4XX: { $ref: '#/components/responses/Error' }" => "        default: { $ref: '#/components/responses/Error' }";
    two_responses_of_success: "        '204': { description: Changed. }" => "        '204': { description: Changed. }\n        '200': { description: Changed. }";
    no_response_of_success: "        '204': { description: Changed. }\n" => "";
    errors_with_different_bodies: "        4XX: { $ref: '#/components/responses/Error' }" => "        4XX: { description: Nothing. }";
    a_body_without_a_schema: "              schema: { $ref: '#/components/schemas/Thing' }" => "              example: {}";
    a_body_of_another_type: "            application/json:\n              schema: { $ref: '#/components/schemas/Thing' }" => "            text/csv:\n              schema: { $ref: '#/components/schemas/Thing' }";
    a_type_that_is_none: "name: { type: string }" => "name: { type: text }";
    an_array_of_nothing: "name: { type: string }" => "name: { type: array }";
    a_closed_object: "additionalProperties: {}" => "additionalProperties: false";
    an_object_that_drops_members: "additionalProperties: {}" => "additionalProperties: true";
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
