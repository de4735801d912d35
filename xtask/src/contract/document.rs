//! The OpenAPI document.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{
    node::{Node, members, step},
    operation::{METHODS, Operation},
    yaml,
};

/// The OpenAPI document, with the line of every member.
#[derive(Debug)]
pub struct Document {
    /// Its path as given, for messages.
    pub path: PathBuf,
    /// Its content.
    pub value: Value,
    lines: HashMap<String, u64>,
    booleans: Vec<(u64, String)>,
}

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// The reason, if the file cannot be read or is not YAML.
    pub fn load(root: &Path, path: &Path) -> Result<Self, String> {
        let file = root.join(path);
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        Self::parse(path, &text)
    }

    /// Reads a text; the path is for messages.
    ///
    /// # Errors
    ///
    /// The reason, if the text is not YAML.
    pub fn parse(path: &Path, text: &str) -> Result<Self, String> {
        let read = yaml::read(text)
            .map_err(|error| format!("{} is not valid YAML: {error}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            value: read.value,
            lines: read.lines,
            booleans: read.booleans,
        })
    }

    /// The document with this content; nothing is known of its lines.
    pub fn new(value: Value) -> Self {
        Self {
            path: PathBuf::new(),
            value,
            lines: HashMap::new(),
            booleans: Vec::new(),
        }
    }

    /// The line of a JSON pointer, or of the nearest place around it.
    pub fn line(&self, pointer: &str) -> u64 {
        let mut pointer = pointer;
        loop {
            if let Some(line) = self.lines.get(pointer) {
                return *line;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return 1,
            }
        }
    }

    /// Plain words that readers of YAML 1.1 take for booleans, each with a place on its line.
    pub fn booleans(&self) -> impl Iterator<Item = (&str, &str)> {
        self.booleans.iter().map(|(line, word)| {
            let places = self.lines.iter().filter(|(_, other)| *other == line);
            let is = |pointer: &str| {
                let value = self.value.pointer(pointer).and_then(Value::as_str);
                value == Some(word) || pointer.rsplit('/').next() == Some(word)
            };
            let place = places
                .map(|(pointer, _)| pointer.as_str())
                .max_by_key(|pointer| (is(pointer), *pointer));
            (place.unwrap_or_default(), word.as_str())
        })
    }

    /// The whole document as a place.
    pub fn root(&self) -> Node<'_> {
        Node {
            root: &self.value,
            value: &self.value,
            pointer: String::new(),
        }
    }

    /// What a `$ref` leads to, through further ones; any other value is itself.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let node = Node {
            root: &self.value,
            value,
            pointer: String::new(),
        };
        node.resolved().value
    }

    /// Every operation, in the order of the document.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in members(self.value.get("paths")) {
            let item = Node {
                root: &self.value,
                value: item,
                pointer: step("/paths", path),
            }
            .resolved();
            for method in METHODS {
                if let Some(node) = item.raw(method) {
                    operations.push(Operation {
                        path,
                        method,
                        node,
                        item: item.clone(),
                    });
                }
            }
        }
        operations
    }

    /// How to refer to the operation that a JSON pointer leads into: by its id, or by method and
    /// path.
    pub fn operation_at(&self, pointer: &str) -> Option<String> {
        let mut steps = pointer.strip_prefix("/paths/")?.split('/');
        let (path, method) = (steps.next()?, steps.next()?);
        let operation = self.value.pointer(&format!("/paths/{path}/{method}"))?;
        // Beside operations a path has parameters and texts; a method may be misspelt.
        operation.get("responses")?;
        Some(match operation.get("operationId").and_then(Value::as_str) {
            Some(id) => format!("`{id}`"),
            None => {
                let path = path.replace("~1", "/").replace("~0", "~");
                format!("`{} {path}`", method.to_uppercase())
            }
        })
    }
}
