//! The objects of OpenAPI 3.0.3, with every member that the specification gives them.

use super::{Grammar, Ignored, Kind, Shape, Type};
use Shape::{List, Map, One};
use Type::{Any, Flag, Mapping, Mappings, Number, Text, Texts};

const NOTHING: Grammar = Grammar {
    name: "",
    anchor: "",
    component: None,
    required: &[],
    plain: &[],
    ignored: &[],
    children: &[],
};

const CALLBACKS: Ignored = (
    "callbacks",
    "no code is generated for requests that the server makes",
    "describe them in a text",
);
const SERVERS: Ignored = (
    "servers",
    "the client sends every call to its base URL",
    "give the other server a document of its own",
);

const READ_ONLY: Ignored = one_direction("readOnly");
const WRITE_ONLY: Ignored = one_direction("writeOnly");

const fn one_direction(keyword: &'static str) -> Ignored {
    (
        keyword,
        "a generated type has the same members in requests and in responses",
        "write one schema for what is sent and one for what comes back",
    )
}

impl Kind {
    /// What it may hold.
    pub fn grammar(self) -> &'static Grammar {
        match self {
            Self::Document => &Grammar {
                name: "the document",
                anchor: "openapi-object",
                required: &["info", "paths"],
                plain: &[(Text, "openapi"), (Mappings, "security")],
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
                ..NOTHING
            },
            Self::Info => &Grammar {
                name: "`info`",
                anchor: "info-object",
                required: &["title", "version"],
                plain: &[(Text, "title description termsOfService version")],
                children: &[
                    ("contact", One, Self::Contact),
                    ("license", One, Self::License),
                ],
                ..NOTHING
            },
            Self::Contact => &Grammar {
                name: "`contact`",
                anchor: "contact-object",
                plain: &[(Text, "name url email")],
                ..NOTHING
            },
            Self::License => &Grammar {
                name: "`license`",
                anchor: "license-object",
                required: &["name"],
                plain: &[(Text, "name url")],
                ..NOTHING
            },
            Self::Server => &Grammar {
                name: "a server",
                anchor: "server-object",
                required: &["url"],
                plain: &[(Text, "url description")],
                children: &[("variables", Map, Self::ServerVariable)],
                ..NOTHING
            },
            Self::ServerVariable => &Grammar {
                name: "a variable of a server",
                anchor: "server-variable-object",
                required: &["default"],
                plain: &[(Type::List, "enum"), (Text, "default description")],
                ..NOTHING
            },
            Self::Tag => &Grammar {
                name: "a tag",
                anchor: "tag-object",
                required: &["name"],
                plain: &[(Text, "name description")],
                children: &[("externalDocs", One, Self::ExternalDocs)],
                ..NOTHING
            },
            Self::ExternalDocs => &Grammar {
                name: "`externalDocs`",
                anchor: "external-documentation-object",
                required: &["url"],
                plain: &[(Text, "description url")],
                ..NOTHING
            },
            Self::Components => &Grammar {
                name: "`components`",
                anchor: "components-object",
                plain: &[(Mapping, "callbacks")],
                ignored: &[CALLBACKS],
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
                ..NOTHING
            },
            Self::SecurityScheme => &Grammar {
                name: "a security scheme",
                anchor: "security-scheme-object",
                component: Some("securitySchemes"),
                required: &["type"],
                plain: &[(
                    Text,
                    "type description name in scheme bearerFormat openIdConnectUrl",
                )],
                children: &[("flows", One, Self::Flows)],
                ..NOTHING
            },
            Self::Flows => &Grammar {
                name: "`flows`",
                anchor: "oauth-flows-object",
                children: &[
                    ("implicit", One, Self::Flow),
                    ("password", One, Self::Flow),
                    ("clientCredentials", One, Self::Flow),
                    ("authorizationCode", One, Self::Flow),
                ],
                ..NOTHING
            },
            Self::Flow => &Grammar {
                name: "a flow",
                anchor: "oauth-flow-object",
                required: &["scopes"],
                plain: &[
                    (Text, "authorizationUrl tokenUrl refreshUrl"),
                    (Mapping, "scopes"),
                ],
                ..NOTHING
            },
            Self::Path => &Grammar {
                name: "a path",
                anchor: "path-item-object",
                plain: &[(Text, "$ref summary description")],
                ignored: &[SERVERS],
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
                ..NOTHING
            },
            Self::Operation => &Grammar {
                name: "an operation",
                anchor: "operation-object",
                plain: &[
                    (Texts, "tags"),
                    (Mappings, "security"),
                    (Text, "summary description operationId"),
                    (Flag, "deprecated"),
                    (Mapping, "callbacks"),
                ],
                ignored: &[CALLBACKS, SERVERS],
                children: &[
                    ("servers", List, Self::Server),
                    ("externalDocs", One, Self::ExternalDocs),
                    ("parameters", List, Self::Parameter),
                    ("requestBody", One, Self::RequestBody),
                    ("responses", Map, Self::Response),
                ],
                ..NOTHING
            },
            Self::Parameter => &Grammar {
                name: "a parameter",
                anchor: "parameter-object",
                component: Some("parameters"),
                required: &["name"],
                plain: &[
                    (Text, "name in description style"),
                    (
                        Flag,
                        "required deprecated explode allowEmptyValue allowReserved",
                    ),
                    (Any, "example"),
                ],
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
                    (
                        "content",
                        "the generated client writes the text of a value, whatever its media type",
                        "write `schema`",
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
                plain: &[(Text, "description"), (Flag, "required")],
                children: &[("content", Map, Self::Media)],
                ..NOTHING
            },
            Self::Response => &Grammar {
                name: "a response",
                anchor: "response-object",
                component: Some("responses"),
                required: &["description"],
                plain: &[(Text, "description")],
                ignored: &[(
                    "links",
                    "no code is generated that follows them",
                    "describe them in a text",
                )],
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
                plain: &[
                    (Text, "description style"),
                    (Flag, "required deprecated explode"),
                    (Any, "example"),
                ],
                children: &[
                    ("schema", One, Self::Schema),
                    ("content", Map, Self::Media),
                    ("examples", Map, Self::Example),
                ],
                ..NOTHING
            },
            Self::Media => &Grammar {
                name: "a body of one type",
                anchor: "media-type-object",
                plain: &[(Any, "example")],
                children: &[
                    ("encoding", Map, Self::Encoding),
                    ("schema", One, Self::Schema),
                    ("examples", Map, Self::Example),
                ],
                ..NOTHING
            },
            Self::Encoding => &Grammar {
                name: "the encoding of a part",
                anchor: "encoding-object",
                plain: &[(Text, "contentType style"), (Flag, "explode allowReserved")],
                children: &[("headers", Map, Self::Header)],
                ..NOTHING
            },
            Self::Example => &Grammar {
                name: "an example",
                anchor: "example-object",
                component: Some("examples"),
                plain: &[(Text, "summary description externalValue"), (Any, "value")],
                ignored: &[(
                    "externalValue",
                    "no test reads it",
                    "write the value here, under `value:`",
                )],
                ..NOTHING
            },
            Self::Link => &Grammar {
                name: "a link",
                anchor: "link-object",
                component: Some("links"),
                plain: &[
                    (Text, "operationRef operationId description"),
                    (Mapping, "parameters"),
                    (Any, "requestBody"),
                ],
                children: &[("server", One, Self::Server)],
                ..NOTHING
            },
            Self::Schema => &Grammar {
                name: "a schema",
                anchor: "schema-object",
                component: Some("schemas"),
                plain: &[
                    (Text, "title pattern type description format"),
                    (
                        Number,
                        "multipleOf maximum minimum maxLength minLength maxItems minItems maxProperties minProperties",
                    ),
                    (
                        Flag,
                        "exclusiveMaximum exclusiveMinimum uniqueItems nullable deprecated readOnly writeOnly",
                    ),
                    (Type::List, "enum"),
                    (Texts, "required"),
                    (Any, "default example"),
                ],
                ignored: &[
                    READ_ONLY,
                    WRITE_ONLY,
                    ("xml", "bodies are JSON", "remove it"),
                    (
                        "not",
                        "a generated type cannot exclude values",
                        "describe what is excluded",
                    ),
                    (
                        "discriminator",
                        "the generated type tells its forms apart by their members, whatever the mapping says",
                        "remove it, and give each form a required member with an `enum` of one value",
                    ),
                ],
                children: &[
                    ("discriminator", One, Self::Discriminator),
                    ("xml", One, Self::Xml),
                    ("externalDocs", One, Self::ExternalDocs),
                    ("allOf", List, Self::Schema),
                    ("oneOf", List, Self::Schema),
                    ("anyOf", List, Self::Schema),
                    ("not", One, Self::Schema),
                    ("items", One, Self::Schema),
                    ("properties", Map, Self::Schema),
                    ("additionalProperties", One, Self::Schema),
                ],
                ..NOTHING
            },
            Self::Discriminator => &Grammar {
                name: "`discriminator`",
                anchor: "discriminator-object",
                required: &["propertyName"],
                plain: &[(Text, "propertyName"), (Mapping, "mapping")],
                ..NOTHING
            },
            Self::Xml => &Grammar {
                name: "`xml`",
                anchor: "xml-object",
                plain: &[(Text, "name namespace prefix"), (Flag, "attribute wrapped")],
                ..NOTHING
            },
        }
    }
}
