//! What OpenAPI 3.0 allows where.

/// A kind of object in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Document,
    Info,
    Server,
    Tag,
    ExternalDocs,
    Components,
    SecurityScheme,
    Path,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    Media,
    Schema,
}

/// How a member holds objects.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// It is one.
    One,
    /// It is a list of them.
    List,
    /// It is a mapping from names to them.
    Map,
}

/// What an object of a kind may hold.
pub(super) struct Grammar {
    /// How to speak of it.
    pub(super) name: &'static str,
    /// Its heading in the specification of OpenAPI.
    pub(super) anchor: &'static str,
    /// Where it stands under `components`; a kind without a place there cannot be referred to.
    pub(super) component: Option<&'static str>,
    /// The members that it must have, as far as no other rule asks for them.
    pub(super) required: &'static [&'static str],
    /// The members that hold no objects of a kind, or none that we look into; spaces between them.
    pub(super) plain: &'static str,
    /// The members that do.
    pub(super) children: &'static [(&'static str, Shape, Kind)],
}

impl Grammar {
    /// The names of all its members.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let reference = self.component.map(|_| "$ref");
        let children = self.children.iter().map(|(name, _, _)| *name);
        self.plain
            .split_whitespace()
            .chain(children)
            .chain(reference)
            .collect()
    }
}

use Shape::{List, Map, One};

impl Kind {
    pub(super) fn grammar(self) -> &'static Grammar {
        match self {
            Self::Document => &Grammar {
                name: "the document",
                anchor: "openapi-object",
                component: None,
                required: &["info", "paths"],
                plain: "openapi security",
                children: &[
                    ("info", One, Self::Info),
                    ("servers", List, Self::Server),
                    ("paths", Map, Self::Path),
                    ("components", One, Self::Components),
                    ("tags", List, Self::Tag),
                    ("externalDocs", One, Self::ExternalDocs),
                ],
            },
            Self::Info => &Grammar {
                name: "`info`",
                anchor: "info-object",
                component: None,
                required: &["title", "version"],
                plain: "title description termsOfService contact license version",
                children: &[],
            },
            Self::Server => &Grammar {
                name: "a server",
                anchor: "server-object",
                component: None,
                required: &["url"],
                plain: "url description variables",
                children: &[],
            },
            Self::Tag => &Grammar {
                name: "a tag",
                anchor: "tag-object",
                component: None,
                required: &["name"],
                plain: "name description",
                children: &[("externalDocs", One, Self::ExternalDocs)],
            },
            Self::ExternalDocs => &Grammar {
                name: "`externalDocs`",
                anchor: "external-documentation-object",
                component: None,
                required: &["url"],
                plain: "description url",
                children: &[],
            },
            Self::Components => &Grammar {
                name: "`components`",
                anchor: "components-object",
                component: None,
                required: &[],
                plain: "examples links callbacks",
                children: &[
                    ("schemas", Map, Self::Schema),
                    ("responses", Map, Self::Response),
                    ("parameters", Map, Self::Parameter),
                    ("requestBodies", Map, Self::RequestBody),
                    ("headers", Map, Self::Header),
                    ("securitySchemes", Map, Self::SecurityScheme),
                ],
            },
            Self::SecurityScheme => &Grammar {
                name: "a security scheme",
                anchor: "security-scheme-object",
                component: Some("securitySchemes"),
                required: &["type"],
                plain: "type description name in scheme bearerFormat flows openIdConnectUrl",
                children: &[],
            },
            Self::Path => &Grammar {
                name: "a path",
                anchor: "path-item-object",
                component: None,
                required: &[],
                plain: "$ref summary description",
                children: &[
                    ("servers", List, Self::Server),
                    ("parameters", List, Self::Parameter),
                    ("get", One, Self::Operation),
                    ("put", One, Self::Operation),
                    ("post", One, Self::Operation),
                    ("delete", One, Self::Operation),
                    ("options", One, Self::Operation),
                    ("head", One, Self::Operation),
                    ("patch", One, Self::Operation),
                    ("trace", One, Self::Operation),
                ],
            },
            Self::Operation => &Grammar {
                name: "an operation",
                anchor: "operation-object",
                component: None,
                required: &[],
                plain: "tags summary description operationId callbacks deprecated security",
                children: &[
                    ("externalDocs", One, Self::ExternalDocs),
                    ("parameters", List, Self::Parameter),
                    ("requestBody", One, Self::RequestBody),
                    ("responses", Map, Self::Response),
                    ("servers", List, Self::Server),
                ],
            },
            Self::Parameter => &Grammar {
                name: "a parameter",
                anchor: "parameter-object",
                component: Some("parameters"),
                required: &["name"],
                plain: "name in description required deprecated allowEmptyValue style explode \
                        allowReserved example examples",
                children: &[("schema", One, Self::Schema), ("content", Map, Self::Media)],
            },
            Self::RequestBody => &Grammar {
                name: "a request body",
                anchor: "request-body-object",
                component: Some("requestBodies"),
                required: &["content"],
                plain: "description required",
                children: &[("content", Map, Self::Media)],
            },
            Self::Response => &Grammar {
                name: "a response",
                anchor: "response-object",
                component: Some("responses"),
                required: &["description"],
                plain: "description links",
                children: &[
                    ("headers", Map, Self::Header),
                    ("content", Map, Self::Media),
                ],
            },
            Self::Header => &Grammar {
                name: "a header",
                anchor: "header-object",
                component: Some("headers"),
                required: &[],
                plain: "description required deprecated style explode example examples",
                children: &[("schema", One, Self::Schema), ("content", Map, Self::Media)],
            },
            Self::Media => &Grammar {
                name: "a body of one type",
                anchor: "media-type-object",
                component: None,
                required: &[],
                plain: "example examples encoding",
                children: &[("schema", One, Self::Schema)],
            },
            Self::Schema => &Grammar {
                name: "a schema",
                anchor: "schema-object",
                component: Some("schemas"),
                required: &[],
                plain: "title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength \
                        minLength pattern maxItems minItems uniqueItems maxProperties minProperties \
                        required enum type description format default nullable discriminator readOnly \
                        writeOnly xml example deprecated",
                children: &[
                    ("externalDocs", One, Self::ExternalDocs),
                    ("allOf", List, Self::Schema),
                    ("oneOf", List, Self::Schema),
                    ("anyOf", List, Self::Schema),
                    ("not", One, Self::Schema),
                    ("items", One, Self::Schema),
                    ("properties", Map, Self::Schema),
                    ("additionalProperties", One, Self::Schema),
                ],
            },
        }
    }
}
