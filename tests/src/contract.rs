//! `spec/ekodb.yaml`, read for tests.

use std::path::Path;

use serde_json::{Value, json};
use xtask::json_schema;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The contract.
#[derive(Debug)]
pub struct Contract {
    document: Value,
}

/// One operation of the contract.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The `operationId`.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path template.
    pub path: String,
    operation: Value,
}

impl Endpoint {
    /// Whether the operation has this tag.
    pub fn is_tagged(&self, tag: &str) -> bool {
        let tags = self.operation["tags"].as_array();
        tags.is_some_and(|tags| tags.iter().any(|known| known == tag))
    }
}

impl Contract {
    /// Reads the contract of this repository.
    ///
    /// # Panics
    ///
    /// If the document cannot be read: nothing can be tested then.
    pub fn load() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/ekodb.yaml");
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let document: Value = serde_saphyr::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { document }
    }

    /// Every operation, in the order of the document.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        let mut endpoints = Vec::new();
        for (path, item) in self.document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    let mut operation = operation.clone();
                    let shared = item.get("parameters").and_then(Value::as_array);
                    let own = operation["parameters"]
                        .as_array()
                        .cloned()
                        .unwrap_or_default();
                    let all: Vec<Value> =
                        shared.into_iter().flatten().cloned().chain(own).collect();
                    operation["parameters"] = all.into();
                    endpoints.push(Endpoint {
                        id: operation["operationId"]
                            .as_str()
                            .unwrap_or_default()
                            .to_owned(),
                        method: method.to_uppercase(),
                        path: path.clone(),
                        operation,
                    });
                }
            }
        }
        endpoints
    }

    /// The JSON request examples of an operation, by name.
    pub fn request_examples(&self, endpoint: &Endpoint) -> Vec<(String, Value)> {
        let content = &self.resolve(&endpoint.operation["requestBody"])["content"];
        self.examples(&content["application/json"])
    }

    /// The names of an operation's parameters that stand in the path.
    pub fn path_parameters(&self, endpoint: &Endpoint) -> Vec<String> {
        endpoint.operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| self.resolve(parameter))
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
            .collect()
    }

    /// Whether the document lets the operation be called without a token.
    pub fn is_open(&self, endpoint: &Endpoint) -> bool {
        endpoint.operation["security"]
            .as_array()
            .is_some_and(|all| all.is_empty() || all.contains(&json!({})))
    }

    /// What the operation's key must be allowed to do.
    pub fn privilege<'a>(&self, endpoint: &'a Endpoint) -> &'a str {
        endpoint.operation["x-ekodb-privilege"]
            .as_str()
            .unwrap_or_default()
    }

    /// Checks a reply against the document: the status must be documented, and the body must be valid against the
    /// schema given for it, or empty where none is given.
    ///
    /// # Errors
    ///
    /// What the document says otherwise, in words.
    pub fn check_reply(&self, endpoint: &Endpoint, status: u16, body: &[u8]) -> Result<(), String> {
        let responses = &endpoint.operation["responses"];
        let response = [status.to_string(), format!("{}XX", status / 100)]
            .iter()
            .find_map(|key| responses.get(key))
            .ok_or_else(|| format!("status {status} is not documented"))?;
        let response = self.resolve(response);
        let Some(schema) = response["content"]["application/json"].get("schema") else {
            return if body.is_empty() {
                Ok(())
            } else {
                Err(format!(
                    "status {status} has a body, but none is documented"
                ))
            };
        };
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| format!("the body of status {status} is no JSON: {error}"))?;
        let errors: Vec<String> = json_schema::validator(&self.document, schema)?
            .iter_errors(&value)
            .map(|error| format!("{} at `{}`", error, error.instance_path()))
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(format!("status {status}: {} in {value}", errors.join("; ")))
        }
    }

    fn examples(&self, media: &Value) -> Vec<(String, Value)> {
        let named = media["examples"].as_object().into_iter().flatten();
        let single = media
            .get("example")
            .map(|value| ("example".to_owned(), value.clone()));
        named
            .map(|(name, example)| (name.clone(), self.resolve(example)["value"].clone()))
            .chain(single)
            .collect()
    }

    fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        match node.get("$ref").and_then(Value::as_str) {
            None => node,
            Some(reference) => self
                .document
                .pointer(reference.trim_start_matches('#'))
                .unwrap_or_else(|| panic!("the contract has no {reference}")),
        }
    }
}
