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
    Example,
    Link,
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
    /// The members that the generator, the mocks and the table of operations pass over, what that means, and what to
    /// write instead. Spelt out as `false` or empty, they say nothing.
    pub(super) ignored: &'static [(&'static str, &'static str, &'static str)],
    /// The members that do.
    pub(super) children: &'static [(&'static str, Shape, Kind)],
}

impl Grammar {
    /// The names of all its members.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let reference = self.component.map(|_| "$ref");
        let children = self.children.iter().map(|(name, _, _)| *name);
        let ignored = self.ignored.iter().map(|(name, ..)| *name);
        self.plain
            .split_whitespace()
            .chain(children)
            .chain(ignored)
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
                plain: "openapi",
                ignored: &[(
                    "security",
                    "the generated table reads what each operation says of itself",
                    "write it at each operation",
                )],
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
                ignored: &[],
                children: &[],
            },
            Self::Server => &Grammar {
                name: "a server",
                anchor: "server-object",
                component: None,
                required: &["url"],
                plain: "url description variables",
                ignored: &[],
                children: &[],
            },
            Self::Tag => &Grammar {
                name: "a tag",
                anchor: "tag-object",
                component: None,
                required: &["name"],
                plain: "name description",
                ignored: &[],
                children: &[("externalDocs", One, Self::ExternalDocs)],
            },
            Self::ExternalDocs => &Grammar {
                name: "`externalDocs`",
                anchor: "external-documentation-object",
                component: None,
                required: &["url"],
                plain: "description url",
                ignored: &[],
                children: &[],
            },
            Self::Components => &Grammar {
                name: "`components`",
                anchor: "components-object",
                component: None,
                required: &[],
                plain: "",
                ignored: &[(
                    "callbacks",
                    "no code is generated for requests that the server makes",
                    "describe them in a text",
                )],
                children: &[
                    ("schemas", Map, Self::Schema),
                    ("responses", Map, Self::Response),
                    ("parameters", Map, Self::Parameter),
                    ("requestBodies", Map, Self::RequestBody),
                    ("headers", Map, Self::Header),
                    ("examples", Map, Self::Example),
                    ("links", Map, Self::Link),
                    ("securitySchemes", Map, Self::SecurityScheme),
                ],
            },
            Self::SecurityScheme => &Grammar {
                name: "a security scheme",
                anchor: "security-scheme-object",
                component: Some("securitySchemes"),
                required: &["type"],
                plain: "type description name in scheme bearerFormat flows openIdConnectUrl",
                ignored: &[],
                children: &[],
            },
            Self::Path => &Grammar {
                name: "a path",
                anchor: "path-item-object",
                component: None,
                required: &[],
                plain: "$ref summary description",
                ignored: &[(
                    "servers",
                    "the client sends every call to its base URL",
                    "give the other server a document of its own",
                )],
                children: &[
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
                plain: "tags summary description operationId deprecated security",
                ignored: &[
                    (
                        "callbacks",
                        "no code is generated for requests that the server makes",
                        "describe them in a text",
                    ),
                    (
                        "servers",
                        "the client sends every call to its base URL",
                        "give the other server a document of its own",
                    ),
                ],
                children: &[
                    ("externalDocs", One, Self::ExternalDocs),
                    ("parameters", List, Self::Parameter),
                    ("requestBody", One, Self::RequestBody),
                    ("responses", Map, Self::Response),
                ],
            },
            Self::Parameter => &Grammar {
                name: "a parameter",
                anchor: "parameter-object",
                component: Some("parameters"),
                required: &["name"],
                plain: "name in description required deprecated style explode example",
                ignored: &[
                    (
                        "allowEmptyValue",
                        "the generated client always writes a value",
                        "remove it, and describe what an empty value means",
                    ),
                    (
                        "allowReserved",
                        "the generated client escapes reserved letters",
                        "remove it",
                    ),
                ],
                children: &[
                    ("schema", One, Self::Schema),
                    ("content", Map, Self::Media),
                    ("examples", Map, Self::Example),
                ],
            },
            Self::RequestBody => &Grammar {
                name: "a request body",
                anchor: "request-body-object",
                component: Some("requestBodies"),
                required: &["content"],
                plain: "description required",
                ignored: &[],
                children: &[("content", Map, Self::Media)],
            },
            Self::Response => &Grammar {
                name: "a response",
                anchor: "response-object",
                component: Some("responses"),
                required: &["description"],
                plain: "description",
                ignored: &[],
                children: &[
                    ("headers", Map, Self::Header),
                    ("content", Map, Self::Media),
                    ("links", Map, Self::Link),
                ],
            },
            Self::Header => &Grammar {
                name: "a header",
                anchor: "header-object",
                component: Some("headers"),
                required: &[],
                plain: "description required deprecated style explode example",
                ignored: &[],
                children: &[
                    ("schema", One, Self::Schema),
                    ("content", Map, Self::Media),
                    ("examples", Map, Self::Example),
                ],
            },
            Self::Media => &Grammar {
                name: "a body of one type",
                anchor: "media-type-object",
                component: None,
                required: &[],
                plain: "example encoding",
                ignored: &[],
                children: &[
                    ("schema", One, Self::Schema),
                    ("examples", Map, Self::Example),
                ],
            },
            Self::Example => &Grammar {
                name: "an example",
                anchor: "example-object",
                component: Some("examples"),
                required: &[],
                plain: "summary description value",
                ignored: &[(
                    "externalValue",
                    "no test reads it",
                    "write the value here, under `value:`",
                )],
                children: &[],
            },
            Self::Link => &Grammar {
                name: "a link",
                anchor: "link-object",
                component: Some("links"),
                required: &[],
                plain: "operationRef operationId parameters requestBody description server",
                ignored: &[],
                children: &[],
            },
            Self::Schema => &Grammar {
                name: "a schema",
                anchor: "schema-object",
                component: Some("schemas"),
                required: &[],
                plain: "title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength \
                        minLength pattern maxItems minItems uniqueItems maxProperties minProperties \
                        required enum type description format default nullable discriminator \
                        example deprecated",
                ignored: &[
                    (
                        "readOnly",
                        "a generated type has the same members whichever way it travels",
                        "write one schema for what is sent and one for what comes back",
                    ),
                    (
                        "writeOnly",
                        "a generated type has the same members whichever way it travels",
                        "write one schema for what is sent and one for what comes back",
                    ),
                    ("xml", "bodies are JSON", "remove it"),
                ],
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
