//! Rules about the document as a whole.

super::rules! {
    DOCUMENTATION: "documentation-changed",
        documentation("only words changed, and no client reads them");
    TAGS: "operation-tags-changed",
        documentation("tags only sort the documentation");
    EVIDENCE: "operation-evidence-changed",
        documentation("what is known about the server changed, not what is promised");
    UNCLASSIFIED: "unclassified",
        breaking("no rule knows what this means to clients, so it may be anything",
            "judge it yourself; if it is compatible, add a rule to xtask/src/diff that says so");
    EXTENSION: "extension-changed",
        compatible("only readers that know the extension are affected");
    COMPONENT_UNUSED: "unused-component-changed",
        compatible("no operation refers to it");
    SCHEMA_REMOVED: "schema-removed",
        breaking("code written against a generated client names its types after the schemas, and no longer compiles",
            "keep the name; a schema that is renamed is removed and added");
    SCHEMA_ADDED: "schema-added",
        compatible("generated clients get one more type");
    SECURITY_SCHEME_REMOVED: "security-scheme-removed",
        breaking("clients that authenticate with it have no other way",
            "keep it until no client uses it");
    SECURITY_SCHEME_CHANGED: "security-scheme-changed",
        breaking("clients send their credential in the old way, and are refused",
            "add a second scheme, and let operations accept either");
    SECURITY_SCHEME_ADDED: "security-scheme-added",
        compatible("no operation asks for it by this alone");
}
