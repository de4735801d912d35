//! An operation of the document, and what it inherits.

use indexmap::IndexMap;
use serde_json::Value;

use super::node::Node;

/// The methods of an OpenAPI path item.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation of the document.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    /// The path template.
    pub path: &'a str,
    /// The method, in small letters.
    pub method: &'static str,
    /// The operation itself.
    pub node: Node<'a>,
    /// The path item that holds it.
    pub item: Node<'a>,
}

impl<'a> Operation<'a> {
    /// The `operationId`; empty if it has none.
    pub fn id(&self) -> &'a str {
        self.text("operationId")
    }

    /// How to refer to it in a message: by its id, or by method and path.
    pub fn name(&self) -> String {
        match self.id() {
            "" => format!("`{}`", self.request()),
            id => format!("`{id}`"),
        }
    }

    /// The method and the path, as in the first line of a request.
    pub fn request(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// The text under `key`; empty if there is none.
    pub fn text(&self, key: &str) -> &'a str {
        self.node.text(key).unwrap_or_default()
    }

    /// What the key of a caller must be allowed to do.
    pub fn privilege(&self) -> &'a str {
        self.text("x-ekodb-privilege")
    }

    /// Whether the operation can be repeated after an unclear failure.
    pub fn is_idempotent(&self) -> bool {
        is_idempotent(self.method, self.node.value)
    }

    /// Whether it has this tag.
    pub fn is_tagged(&self, tag: &str) -> bool {
        let tags = self.node.raw("tags");
        tags.is_some_and(|tags| tags.elements().any(|one| one.value == tag))
    }

    /// The ways to authenticate, its own or else those of the document.
    pub fn security(&self) -> Option<Node<'a>> {
        let own = self.node.raw("security");
        own.or_else(|| {
            Node {
                root: self.node.root,
                value: self.node.root,
                pointer: String::new(),
            }
            .raw("security")
        })
    }

    /// Whether it can be called without a token.
    pub fn is_open(&self) -> bool {
        self.security().is_some_and(|ways| {
            let mut ways = ways.elements().peekable();
            ways.peek().is_none() || ways.any(|way| way.members().next().is_none())
        })
    }

    /// Its parameters as they are written, by place and name: those of the path, and its own, which
    /// replace them.
    pub fn parameters(&self) -> IndexMap<(&'a str, &'a str), Node<'a>> {
        let mut found = IndexMap::new();
        for holder in [&self.item, &self.node] {
            for parameter in holder.raw("parameters").iter().flat_map(Node::elements) {
                let resolved = parameter.resolved();
                let text = |key| resolved.text(key).unwrap_or_default();
                found.insert((text("in"), text("name")), parameter);
            }
        }
        found
    }

    /// The names of the parameters in the path.
    pub fn path_parameters(&self) -> Vec<&'a str> {
        let all = self.parameters().into_keys();
        all.filter(|(place, _)| *place == "path")
            .map(|(_, name)| name)
            .collect()
    }

    /// The request body, as it is written.
    pub fn body(&self) -> Option<Node<'a>> {
        self.node.raw("requestBody")
    }

    /// The responses by status, as they are written.
    pub fn responses(&self) -> IndexMap<&'a str, Node<'a>> {
        let responses = self.node.raw("responses");
        let all = responses.iter().flat_map(Node::members);
        all.filter(|(status, _)| !status.starts_with("x-"))
            .collect()
    }

    /// The first response of success, with its status.
    pub fn success(&self) -> Option<(&'a str, Node<'a>)> {
        let mut all = self.responses().into_iter();
        all.find(|(status, _)| status.starts_with('2'))
    }

    /// The response that describes a status: its own, that of its class, or the default.
    pub fn response(&self, status: u16) -> Option<Node<'a>> {
        let responses = self.responses();
        let keys = [
            status.to_string(),
            format!("{}XX", status / 100),
            "default".to_owned(),
        ];
        keys.iter()
            .find_map(|key| responses.get(key.as_str()))
            .map(Node::resolved)
    }

    /// The examples of the request's JSON, by name.
    pub fn request_examples(&self) -> Vec<(&'a str, &'a Value)> {
        self.body()
            .map(|body| example_values(&body))
            .unwrap_or_default()
    }
}

/// The examples of the JSON of a body or a response, by name; a single one is called `example`.
pub fn example_values<'a>(body: &Node<'a>) -> Vec<(&'a str, &'a Value)> {
    let Some(media) = body
        .resolved()
        .raw("content")
        .and_then(|all| all.raw("application/json"))
    else {
        return Vec::new();
    };
    let all = media.raw("examples");
    let single = media
        .raw("example")
        .map(|example| ("example", example.value));
    let named = all
        .iter()
        .flat_map(Node::members)
        .filter_map(|(name, example)| {
            let value = example.resolved().value.get("value")?;
            Some((name, value))
        });
    single.into_iter().chain(named).collect()
}

/// Whether an operation can be repeated: what the extension says, or else what the method says.
pub fn is_idempotent(method: &str, operation: &Value) -> bool {
    let declared = operation.get("x-ekodb-idempotent").and_then(Value::as_bool);
    declared.unwrap_or(["get", "head", "put", "delete", "options", "trace"].contains(&method))
}
