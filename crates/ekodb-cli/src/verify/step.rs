//! A request of a probe: `admin insert_record $c {"id":"a"} => id /id`.

use ekodb_client::raw_api::Operation;
use serde::Deserialize;
use serde_json::Value as Json;

/// One request, with placeholders.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Step {
    /// Whether it must be refused for the probe to go on.
    pub(crate) refused: bool,
    /// Whose token is sent: `admin`, a key of the probe, or `nobody`.
    pub(crate) who: String,
    pub(crate) operation: &'static Operation,
    /// The path, with a query string if there is one.
    pub(crate) path: String,
    pub(crate) body: Option<Json>,
    /// A placeholder, and where its value is in the reply.
    pub(crate) save: Option<(String, String)>,
}

impl Step {
    /// Whether a placeholder is in the request.
    pub(crate) fn mentions(&self, placeholder: &str) -> bool {
        let body = self.body.as_ref().map(Json::to_string).unwrap_or_default();
        self.path.contains(placeholder) || body.contains(placeholder)
    }
}

impl TryFrom<String> for Step {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (request, save) = match text.split_once(" => ") {
            None => (text.as_str(), None),
            Some((request, save)) => {
                let (name, place) = save
                    .split_once(' ')
                    .ok_or_else(|| format!("`{save}` is not a name and a place"))?;
                (request, Some((name.to_owned(), place.to_owned())))
            }
        };
        let (refused, request) = match request.strip_prefix('!') {
            Some(request) => (true, request),
            None => (false, request),
        };
        let (request, body) = match request.find(" {").or_else(|| request.find(" [")) {
            None => (request, None),
            Some(at) => {
                let body = serde_json::from_str(&request[at..])
                    .map_err(|error| format!("the body of `{text}` is not valid JSON: {error}"))?;
                (&request[..at], Some(body))
            }
        };
        let words: Vec<&str> = request.split(' ').collect();
        let (who, id, arguments) = match words[..] {
            [who, id] => (who, id, ""),
            [who, id, arguments] => (who, id, arguments),
            _ => {
                return Err(format!(
                    "`{request}` is not a key, an operation and its path"
                ));
            }
        };
        let operation = Operation::all()
            .iter()
            .find(|operation| operation.id == id)
            .ok_or_else(|| format!("the contract has no operation `{id}`"))?;
        Ok(Self {
            refused,
            who: who.to_owned(),
            operation,
            path: path(operation, arguments)?,
            body,
            save,
        })
    }
}

/// The path of an operation, with a segment for each of its parameters.
fn path(operation: &Operation, arguments: &str) -> Result<String, String> {
    let (segments, query) = match arguments.split_once('?') {
        Some((segments, query)) => (segments, format!("?{query}")),
        None => (arguments, String::new()),
    };
    let mut segments = segments.split('/').filter(|segment| !segment.is_empty());
    let mut path = String::new();
    for part in operation.path.split('/').skip(1) {
        let part = match part.starts_with('{') {
            true => segments
                .next()
                .ok_or_else(|| format!("{} needs a segment for `{part}`", operation.id))?,
            false => part,
        };
        path.extend(["/", part]);
    }
    match segments.next() {
        Some(segment) => Err(format!("{} has no place for `{segment}`", operation.id)),
        None => Ok(path + &query),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read() {
        let step = Step::try_from(
            r#"!limited find_records $c?bypass_ripple=true {"limit":1} => id /0/id"#.to_owned(),
        )
        .expect("it is valid");
        assert!(step.refused);
        assert_eq!(step.who, "limited");
        assert_eq!(step.operation.id, "find_records");
        assert_eq!(step.path, "/api/find/$c?bypass_ripple=true");
        assert_eq!(step.body, Some(serde_json::json!({"limit": 1})));
        assert_eq!(step.save, Some(("id".to_owned(), "/0/id".to_owned())));
        assert!(step.mentions("$c") && !step.mentions("$d"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "admin",
            "admin no_such_operation",
            "admin get_record $c",
            "admin get_health x",
            "admin find_records $c {",
            "admin find_records $c {} => id",
        ] {
            assert!(Step::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
