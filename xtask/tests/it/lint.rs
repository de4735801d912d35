//! What is wrong with a document is said with its place and its fix, all at once.

use crate::{GOOD, Repository, xtask};

/// The report of `codegen`, which then generates nothing, on the good document with one thing
/// changed.
fn report(from: &str, to: &str) -> String {
    let shown = said(from, to);
    // Else the change is a slip of this test, and hides the rule that it means.
    assert!(!shown.contains("no valid YAML"), "{to:?}: {shown}");
    shown
}

/// The same for any change, even one that leaves no YAML.
fn said(from: &str, to: &str) -> String {
    let root = with(from, to);
    let said = root.ends("codegen", 1).stderr;
    assert!(!root.path("crates").exists(), "something was generated");
    said
}

/// The report of `spec lint`, which asks for more, on the good document with one thing changed.
fn review(from: &str, to: &str) -> String {
    let root = with(from, to);
    let said = root.ends("spec lint", 1).stderr;
    // It keeps nobody from generating.
    root.ok("codegen");
    said
}

/// The good document with one thing changed.
fn with(from: &str, to: &str) -> Repository {
    assert!(GOOD.contains(from), "the good document has no {from:?}");
    Repository::new(&GOOD.replacen(from, to, 1))
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
    a_body_without_a_schema: "              schema: { $ref: '#/components/schemas/Thing' }\n" => "";
    a_body_of_another_type: "            application/json:\n              schema: { $ref: '#/components/schemas/Thing' }" => "            text/csv:\n              schema: { $ref: '#/components/schemas/Thing' }";
    a_type_that_is_none: "name: { type: string, d" => "name: { type: text, d";
    an_array_of_nothing: "name: { type: string, d" => "name: { type: array, d";
    a_document_that_is_no_mapping: GOOD => "hello\n";
    a_document_without_info: "info: { title: Good, version: 0.1.0 }\n" => "";
    a_misspelt_section: "paths:\n" => "pahts:\n";
    a_member_of_another_shape: "title: Good" => "title: [Good]";
    a_key_of_a_parameter_that_openapi_does_not_have: "in: path, required: true" => "in: path, require: true, required: true";
    a_vendor_extension_in_the_wrong_place: "    ThingPatch:\n" => "    ThingPatch:\n      x-ekodb-privilege: read\n";
    a_response_without_a_description: "{ description: Changed. }" => "{}";
    a_reference_to_another_kind_of_thing: "schemas/Thing'" => "responses/Error'";
    a_reference_with_something_beside_it: "schemas/Thing' }" => "schemas/Thing', nullable: true }";
    a_schema_made_of_itself: "    ThingPatch:\n" => "    Loop: { allOf: [{ $ref: '#/components/schemas/Loop' }] }\n    ThingPatch:\n";
    a_path_described_elsewhere: "  /api/things/{thing}:\n" => "  /api/others: { $ref: 'others.yaml' }\n  /api/things/{thing}:\n";
    a_path_without_a_slash: "  /api/things" => "  api/things";
    a_parameter_that_is_part_of_a_segment: "/{thing}:" => "/{thing}.json:";
    a_parameter_twice_in_a_path: "/{thing}:" => "/{thing}/of/{thing}:";
    two_paths_that_servers_cannot_tell_apart: "components:\n" => "  /api/things/{name}: {}\ncomponents:\n";
    two_operation_ids_with_one_name_in_rust: "patch_thing" => "get__thing";
    an_operation_id_that_the_client_imports: "get_thing" => "response_value";
    a_method_that_cannot_be_sent: "    patch:\n" => "    trace:\n";
    two_schemas_with_one_name_in_rust: "    ThingPatch:\n" => "    thing: { type: object }\n    ThingPatch:\n";
    a_schema_named_as_a_type_of_rust: "    ThingPatch:\n" => "    Vec: { type: object }\n    ThingPatch:\n";
    two_members_with_one_name_in_rust: "        name: { type" => "        Name: { type: string }\n        name: { type";
    a_member_where_unknown_members_are_kept: "        name: { type" => "        extra: { type: string }\n        name: { type";
    a_parameter_named_as_the_builder_names_its_own: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: send, in: query, schema: { type: string } }\n    get";
    two_parameters_with_one_name_in_rust: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: Thing, in: query, schema: { type: string } }\n    get";
    a_parameter_twice: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: thing, in: path, required: true, schema: { type: string } }\n    get";
    a_parameter_without_a_schema: ", schema: { type: string } }\n    get" => " }\n    get";
    a_parameter_that_may_be_an_object: "schema: { type: string } }\n    get" => "schema: { oneOf: [{ type: string }, { $ref: '#/components/schemas/Thing' }] } }\n    get";
    a_parameter_that_may_be_null: "schema: { type: string } }\n    get" => "schema: { oneOf: [{ type: string }, { enum: [null] }] } }\n    get";
    a_parameter_that_may_be_a_list: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: x, in: query, schema: { oneOf: [{ type: string }, { type: array, items: { type: string } }] } }\n    get";
    a_parameter_with_a_form_of_anything: "schema: { type: string } }\n    get" => "schema: { oneOf: [{ type: string }, {}] } }\n    get";
    a_title_that_is_a_type_of_rust: "name: { type: string, description: Its name. }" => "name: { title: Vec, type: object, description: Its name., additionalProperties: {}, properties: {} }";
    parts_that_nothing_fits: "name: { type: string, description: Its name. }" => "name: { allOf: [{ type: string }, { type: integer }], description: Its name. }";
    a_format_of_a_boolean: "name: { type: string, d" => "name: { type: boolean, format: x, d";
    a_parameter_that_is_an_object: "schema: { type: string } }\n    get" => "schema: { type: object } }\n    get";
    a_parameter_with_a_style: "in: path, required: true" => "in: path, style: matrix, required: true";
    a_security_scheme_that_is_not_declared: "bearerAuth: [] }" => "keyAuth: [] }";
    a_token_needed_for_no_privilege: "x-ekodb-privilege: read" => "x-ekodb-privilege: none";
    an_assumption_that_is_no_text: "x-ekodb-privilege: read" => "x-ekodb-assumption: [1]\n      x-ekodb-privilege: read";
    an_evidence_of_no_kind: "x-ekodb-evidence: documented" => "x-ekodb-evidence: rumour";
    a_status_that_is_none: "        '204'" => "        '2O4'";
    a_redirect: "        '204': { description: Changed. }" => "        '204': { description: Changed. }\n        '302': { description: Elsewhere. }";
    a_body_of_several_types: "              schema: { $ref: '#/components/schemas/Thing' }" => "              schema: { $ref: '#/components/schemas/Thing' }\n            text/plain:\n              schema: { type: string }";
    a_body_with_an_encoding: "            schema: { $ref: '#/components/schemas/ThingPatch' }" => "            schema: { $ref: '#/components/schemas/ThingPatch' }\n            encoding: { tags: { style: form } }";
    a_header_without_a_schema: "{ description: Changed. }" => "{ description: Changed., headers: { ETag: { description: Its version. } } }";
    a_pattern_that_is_none: "name: { type: string, d" => "name: { type: string, pattern: '(', d";
    a_pattern_that_no_type_checks: "name: { type: string, d" => "name: { type: string, pattern: '^a', d";
    an_exclusive_bound_of_nothing: "name: { type: string, d" => "name: { type: integer, exclusiveMinimum: true, d";
    an_enum_of_nothing: "name: { type: string, d" => "name: { type: string, enum: [], d";
    a_negative_length: "name: { type: string, d" => "name: { type: string, minLength: -1, d";
    a_required_member_that_is_none: "required: [name]" => "required: [name, nmae]";
    a_secret_that_debug_would_print: "name: { type: string, d" => "name: { type: string, format: password, d";
    a_reply_that_drops_members: "      additionalProperties: {}\n    ThingPatch" => "    ThingPatch";
    a_default_that_does_not_fit: "name: { type: string, d" => "name: { type: integer, default: many, d";
    a_value_of_another_type: "name: { type: string, d" => "name: { type: string, enum: [1, a], d";
    two_values_with_one_name_in_rust: "name: { type: string, d" => "name: { type: string, enum: [a-b, a_b], d";
    a_value_that_yaml_readers_take_for_a_boolean: "name: { type: string, d" => "name: { type: string, enum: [SE, NO], d";
    a_letter_that_yaml_readers_take_for_a_boolean: "name: { type: string, d" => "name: { type: string, enum: [X, Y], d";
    a_schema_that_the_generator_refuses: "name: { type: string, d" => "name: { type: integer, enum: [a], d";
    an_operation_that_the_generator_refuses: "schema: { type: string } }\n    get" => "schema: { type: integer, enum: [a] } }\n    get";
    a_schema_in_another_case: "    ThingPatch:\n" => "    My.Thing: { type: object }\n    ThingPatch:\n";
    an_inline_schema_named_as_a_component: "    ThingPatch:\n" => "    Other: { type: object, properties: { name: { type: object, properties: { a: { type: string } } } } }\n    OtherName: { type: object }\n    ThingPatch:\n";
    an_inline_body_named_as_a_component: "            schema: { $ref: '#/components/schemas/ThingPatch' }" => "            schema: { title: Thing, type: object, properties: { tags: { type: string } } }";
    an_operation_id_that_is_a_keyword: "get_thing" => "type";
    an_operation_id_that_is_a_type_of_rust: "get_thing" => "option";
    a_list_in_a_header: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: x, in: header, schema: { type: array, items: { type: string } } }\n    get";
    a_header_that_may_be_null: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: x, in: header, schema: { type: string, nullable: true } }\n    get";
    a_list_that_is_not_exploded: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: x, in: query, explode: false, schema: { type: array, items: { type: string } } }\n    get";
    reserved_letters_in_a_parameter: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: x, in: query, allowReserved: true, schema: { type: string } }\n    get";
    an_optional_body: "        required: true\n" => "";
    servers_of_an_operation: "      operationId: get_thing\n" => "      operationId: get_thing\n      servers: [{ url: 'https://other' }]\n";
    servers_of_a_path: "    get:\n" => "    servers: [{ url: 'https://other' }]\n    get:\n";
    callbacks: "      operationId: get_thing\n" => "      operationId: get_thing\n      callbacks: { done: {} }\n";
    a_parameter_named_as_a_binding_of_the_generator: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: url, in: query, schema: { type: string } }\n    get";
    a_parameter_named_as_a_method_of_ours: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: prepare, in: query, schema: { type: string } }\n    get";
    a_parameter_without_a_letter: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: '--', in: query, schema: { type: string } }\n    get";
    a_parameter_that_is_a_list_of_lists: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: x, in: query, schema: { type: array, items: { type: array, items: { type: string } } } }\n    get";
    a_parameter_that_may_be_anything: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: x, in: query, schema: {} }\n    get";
    a_path_with_a_query: "/api/things/{thing}:" => "/api/things/{thing}?deep=1:";
    a_path_with_dots: "/api/things/{thing}:" => "/api/../{thing}:";
    bounds_that_nothing_fits: "name: { type: string, d" => "name: { type: string, minLength: 2, maxLength: 1, d";
    a_choice_beside_members: "additionalProperties: {}\n    ThingPatch" => "additionalProperties: {}\n      anyOf: [{ required: [name] }]\n    ThingPatch";
    a_body_of_get: "      operationId: get_thing\n" => "      operationId: get_thing\n      requestBody: { required: true, content: { application/json: { schema: {} } } }\n";
    a_body_where_http_has_none: "{ description: Changed. }" => "{ description: Changed., content: { application/json: { schema: {} } } }";
    an_operation_id_that_ends_with_an_underscore: "get_thing" => "get_thing_";
    an_operation_id_that_is_a_keyword_of_newer_rust: "get_thing" => "gen";
    an_operation_id_that_the_table_of_operations_has: "get_thing" => "operations";
    two_members_of_which_one_begins_with_a_digit: "name: { type: string, d" => "1st: { type: string }\n        x1st: { type: string }\n        name: { type: string, d";
    a_discriminator: "name: { type: string, d" => "name: { oneOf: [{ type: string }, { type: integer }], discriminator: { propertyName: kind }, d";
    a_link: "{ description: Changed. }" => "{ description: Changed., links: { next: { operationId: get_thing } } }";
    a_key_of_a_server_variable_that_openapi_does_not_have: "paths:\n" => "servers: [{ url: 'https://{host}', variables: { host: { defualt: a } } }]\npaths:\n";
    a_key_of_a_flow_that_openapi_does_not_have: "bearerAuth: { type: http, scheme: bearer }" => "bearerAuth: { type: http, scheme: bearer }\n    oauth: { type: oauth2, flows: { implicit: { authorisationUrl: 'https://a', scopes: {} } } }";
    a_member_for_one_direction: "name: { type: string, d" => "name: { type: string, readOnly: true, d";
    a_response_that_is_itself: "    Error:\n      description: Why it failed.\n" => "    Loop: { $ref: '#/components/responses/Loop' }\n    Error:\n      description: Why it failed.\n";
    a_schema_made_of_itself_in_parts: "    ThingPatch:\n" => "    Own: { allOf: [{ type: object }, { oneOf: [{ $ref: '#/components/schemas/Own' }] }] }\n    ThingPatch:\n";
    a_reference_of_a_member_called_example: "        name: { type" => "        example: { $ref: '#/components/schemas/Nope' }\n        name: { type";
    a_schema_that_a_type_written_by_hand_does_not_fit: "format: password, description: A secret. }" => "format: password, nullable: true, description: A secret. }";
    no_schema_of_errors: "ErrorReply:" => "Reason:";
    an_exclusion: "name: { type: string, d" => "name: { type: string, not: { enum: [a] }, d";
    a_parameter_with_a_media_type: "schema: { type: string } }\n    get" => "schema: { type: string } }\n      - { name: x, in: query, content: { application/json: { schema: { type: string } } } }\n    get";
    values_of_several_types: "name: { type: string, d" => "name: { enum: [a, 1], d";
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
    a_list_of_values_in_a_reply: "name: { type: string, description: Its name. }" => "name: { type: string, description: Its name., enum: [a, b] }";
    a_body_without_an_example: "              example: { name: a }\n" => "";
    an_example_that_does_not_fit: "example: { name: a }" => "example: { name: 1 }";
    a_request_example_that_does_not_fit: "value: { tags: [a] }" => "value: { tags: a }";
    a_component_that_nobody_uses: "  schemas:\n" => "  schemas:\n    Spare: { type: string, description: Spare. }\n";
    errors_that_are_not_told: "        5XX: { $ref: '#/components/responses/Error' }\n" => "";
    a_secret_that_is_not_marked: "error: { type: string, description" => "api_key: { type: string, description";
}

#[test]
fn a_key_of_the_kv_store_is_not_a_secret_and_any_other_key_is() {
    let kv_key = "    KvKey: { type: string, description: A key. }\n    Thing:\n";
    let with = |schema: &str| {
        let good = GOOD.replace("    Thing:\n", kv_key);
        let member = format!("        key: {schema}\n        secret:\n");
        let root = Repository::new(&good.replace("        secret:\n", &member));
        root.run("spec lint")
    };
    let named = with("{ $ref: '#/components/schemas/KvKey' }");
    assert_eq!(named.code, Some(0), "{named:?}");
    let plain = with("{ type: string, description: A key. }");
    assert!(plain.stderr.contains("secret-unmarked"), "{plain:?}");
}

#[test]
fn a_good_document_passes() {
    Repository::new(GOOD).ok("spec lint");
}

#[test]
fn the_contract_itself_passes() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let run = xtask(&root, "spec lint");
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_problem_of_a_parameter_that_operations_share_is_reported_once() {
    let shown = report(
        "schema: { type: string } }\n    get",
        "schema: { type: string } }\n      - { name: Thing, in: query, schema: { type: string } }\n    get",
    );
    assert!(shown.contains("1 problem in"), "{shown}");
}

#[test]
fn no_document_makes_the_tool_panic() {
    for (from, to) in [
        (
            "name: { type: string, d",
            "name: { type: string, enum: [a-b, a_b], d",
        ),
        ("paths:\n", "paths: []\nx-paths:\n"),
        ("components:\n", "components: none\nx-components:\n"),
        ("      operationId: get_thing\n", "      operationId: [1]\n"),
        (
            "    parameters:\n",
            "    parameters: {}\n    x-parameters:\n",
        ),
        ("required: [name]", "required: name"),
        (GOOD, ""),
        (GOOD, "- 1\n"),
        (GOOD, "openapi: 3.0.3\npaths: {}\na: &a [*a]\n"),
    ] {
        let shown = said(from, to);
        for trace in ["panicked", "RUST_BACKTRACE", ".rs:"] {
            assert!(!shown.contains(trace), "{to:?}: {shown}");
        }
    }
}

/// Without a bound, each of these documents would keep the tool busy for hours, or end it.
#[test]
fn every_document_is_answered() {
    let schemas =
        |text: &str| GOOD.replacen("    ThingPatch:\n", &format!("{text}    ThingPatch:\n"), 1);
    let levels = |of: &dyn Fn(usize) -> String| (0..24).map(of).collect::<String>();
    let reference = |level: usize| format!("{{ $ref: '#/components/schemas/D{}' }}", level + 1);
    let diamond = levels(&|level| {
        let next = reference(level);
        format!("    D{level}: {{ allOf: [{next}, {next}] }}\n")
    });
    let members = levels(&|level| {
        let next = reference(level);
        format!(
            "    D{level}: {{ type: object, description: d, additionalProperties: {{}}, properties: {{ a: {next}, b: {next} }} }}\n"
        )
    });
    let last = "    D24: { type: object, description: d, additionalProperties: {}, properties: { a: { type: string, description: d } } }\n";
    let chain: String = (0..3000)
        .map(|level| {
            format!(
                "    C{level}: {{ $ref: '#/components/schemas/C{}' }}\n",
                (level + 1) % 3000
            )
        })
        .collect();
    for (document, expected) in [
        (schemas(&(diamond + last)), "schema-size"),
        (schemas(&(members + last)), "component-unused"),
        (schemas(&chain), "reference-cycle"),
        (
            format!("openapi: 3.0.3\na: {}", "[".repeat(1_000_000)),
            "nested more than 128 levels deep",
        ),
        (
            format!("openapi: 3.0.3\na: {}{}", "[".repeat(200), "]".repeat(200)),
            "nested more than 128 levels deep",
        ),
        (
            "openapi: 3.0.3\nopenapi: 3.0.3\n".to_owned(),
            "duplicate mapping key",
        ),
    ] {
        let shown = Repository::new(&document).run("spec lint").stderr;
        assert!(shown.contains(expected), "{expected}: {shown:.2000}");
        assert!(!shown.contains("Options"), "{shown:.2000}");
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let broken = GOOD
        .replace("      operationId: get_thing\n", "")
        .replace("      x-ekodb-privilege: write\n", "");
    let shown = Repository::new(&broken).run("codegen").stderr;
    assert!(
        shown.contains("operation-id-missing") && shown.contains("privilege"),
        "{shown}"
    );
    assert!(shown.contains("2 problems"), "{shown}");
}
