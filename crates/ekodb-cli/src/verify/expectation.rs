//! What a reply must be like: `2xx; /id = "a"; /tags has "x"`.

use serde::Deserialize;
use serde_json::Value as Json;

use super::placeholders::Names;

/// A status, and conditions that all must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Expectation {
    pub(crate) text: String,
    /// `None` is any success.
    status: Option<u16>,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
struct Condition {
    /// A JSON pointer; empty for the whole body.
    place: String,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Is(IsOfKind),
    Equals(Json),
    Has(Json),
    Lacks(Json),
}

/// Whether a value, or none, is of a kind.
type IsOfKind = fn(Option<&Json>) -> bool;

const KINDS: [(&str, IsOfKind); 8] = [
    ("any", |found| found.is_some()),
    ("absent", |found| found.is_none_or(Json::is_null)),
    ("null", |found| found.is_some_and(Json::is_null)),
    ("boolean", |found| found.is_some_and(Json::is_boolean)),
    ("number", |found| found.is_some_and(Json::is_number)),
    ("string", |found| found.is_some_and(Json::is_string)),
    ("array", |found| found.is_some_and(Json::is_array)),
    ("object", |found| found.is_some_and(Json::is_object)),
];

impl Expectation {
    /// Whether a reply is as expected.
    pub(crate) fn holds(&self, status: u16, body: &Json, names: &Names) -> bool {
        let status_fits = match self.status {
            Some(expected) => expected == status,
            None => (200..300).contains(&status),
        };
        let fits = |condition: &Condition| condition.holds(body, names);
        status_fits && self.conditions.iter().all(fits)
    }
}

impl Condition {
    fn holds(&self, body: &Json, names: &Names) -> bool {
        let found = body.pointer(&self.place).map(plain);
        match (&self.test, found) {
            (Test::Is(is_of_kind), found) => is_of_kind(found),
            (Test::Equals(expected), Some(found)) => names.fill(expected) == *found,
            (Test::Has(expected), Some(found)) => has(found, &names.fill(expected)),
            (Test::Lacks(expected), Some(Json::Array(found))) => {
                !has_element(found, &names.fill(expected))
            }
            _ => false,
        }
    }
}

/// The value of `{"type": T, "value": V}`; anything else is as it is.
fn plain(value: &Json) -> &Json {
    match value {
        Json::Object(members) if members.len() == 2 && members.contains_key("type") => {
            members.get("value").unwrap_or(value)
        }
        _ => value,
    }
}

fn has(found: &Json, expected: &Json) -> bool {
    found
        .as_array()
        .is_some_and(|elements| has_element(elements, expected))
}

fn has_element(elements: &[Json], expected: &Json) -> bool {
    elements.iter().any(|element| match (element, expected) {
        (Json::Object(element), Json::Object(expected)) => expected
            .iter()
            .all(|(name, value)| element.get(name).map(plain) == Some(value)),
        _ => element == expected,
    })
}

impl TryFrom<String> for Expectation {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = text.split("; ");
        let status = match parts.next().unwrap_or_default() {
            "2xx" => None,
            status => Some(
                status
                    .parse()
                    .map_err(|_| format!("`{status}` is neither a status nor 2xx"))?,
            ),
        };
        let conditions = parts.map(condition).collect::<Result<_, _>>()?;
        Ok(Self {
            text,
            status,
            conditions,
        })
    }
}

fn condition(text: &str) -> Result<Condition, String> {
    let mut words = text.splitn(3, ' ');
    let (Some(place), Some(verb), Some(rest)) = (words.next(), words.next(), words.next()) else {
        return Err(format!(
            "`{text}` is not a condition: a place, a verb and a value"
        ));
    };
    let json = || {
        serde_json::from_str(rest).map_err(|error| format!("`{rest}` is not valid JSON: {error}"))
    };
    let test = match verb {
        "is" => Test::Is(kind(rest)?),
        "=" => Test::Equals(json()?),
        "has" => Test::Has(json()?),
        "lacks" => Test::Lacks(json()?),
        other => {
            return Err(format!(
                "there is no verb `{other}`: use is, =, has or lacks"
            ));
        }
    };
    let place = match place {
        "." => String::new(),
        pointer => pointer.to_owned(),
    };
    Ok(Condition { place, test })
}

fn kind(name: &str) -> Result<IsOfKind, String> {
    let kind = KINDS.iter().find(|(known, _)| *known == name);
    kind.map(|(_, is)| *is)
        .ok_or_else(|| format!("there is no kind of value `{name}`"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(text: &str, status: u16, body: Json) -> bool {
        let expectation = Expectation::try_from(text.to_owned()).expect("it is valid");
        expectation.holds(status, &body, &Names::new("p", "probe"))
    }

    #[test]
    fn a_status_is_one_or_any_success() {
        assert!(holds("2xx", 207, json!(null)) && holds("404", 404, json!("text")));
        assert!(!holds("2xx", 302, json!(null)) && !holds("200", 201, json!(null)));
    }

    #[test]
    fn conditions_look_at_places_and_through_types() {
        let body = json!({"id": "a", "n": {"type": "Integer", "value": 1}, "none": null});
        assert!(holds(
            r#"200; /id = "a"; /n = 1; /none is null"#,
            200,
            body.clone()
        ));
        assert!(holds(
            "200; /absent is absent; . is object",
            200,
            body.clone()
        ));
        assert!(!holds("200; /n = 2", 200, body.clone()));
        assert!(!holds("200; /id is number", 200, body.clone()));
        assert!(!holds("200; /absent is any", 200, body));
    }

    #[test]
    fn an_array_has_an_element_or_an_object_with_members() {
        let body = json!([{"id": "a", "name": {"type": "String", "value": "Ada"}}, "x"]);
        assert!(holds(
            r#"200; . has {"id":"a","name":"Ada"}; . has "x""#,
            200,
            body.clone()
        ));
        assert!(holds(r#"200; . lacks "y""#, 200, body.clone()));
        assert!(!holds(r#"200; . has {"id":"b"}"#, 200, body.clone()));
        assert!(!holds(r#"200; . lacks "x""#, 200, body));
        assert!(!holds(r#"200; . lacks "x""#, 200, json!({"list": []})));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "",
            "ok",
            "200; /a",
            "200; /a is odd",
            "200; /a = x",
            "200; /a like 1",
        ] {
            assert!(Expectation::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
