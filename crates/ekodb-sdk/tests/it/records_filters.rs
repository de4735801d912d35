//! Every filter that can be built: the server takes it, and it selects what a naive evaluation
//! selects.

use std::cmp::Ordering;

use ekodb_client::{
    Record,
    query::{FieldPath, Filter, field},
};
use futures::TryStreamExt;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value as Json, json};

use crate::stage::Stage;

const FIELDS: [&str; 4] = ["n", "text", "list", "address.city"];
const OPERATORS: [&str; 11] = [
    "Eq",
    "Ne",
    "Gt",
    "Gte",
    "Lt",
    "Lte",
    "In",
    "NotIn",
    "Contains",
    "StartsWith",
    "EndsWith",
];

/// The records that are looked at.
fn records() -> Vec<Json> {
    let mut records = Vec::new();
    for n in [json!(-1), json!(0), json!(1), json!(1.5), Json::Null] {
        for text in ["", "a", "ab", "B"] {
            records.push(json!({
                "id": format!("r{}", records.len()),
                "n": n,
                "text": text,
                "list": [n, text],
                "address": {"city": text},
            }));
        }
    }
    records.push(json!({"id": "bare"}));
    records
}

/// What filters are built from, and what they are judged by.
#[derive(Clone, Debug)]
enum Plan {
    Condition(&'static str, &'static str, Json),
    And(Box<Plan>, Box<Plan>),
    Or(Box<Plan>, Box<Plan>),
    Not(Box<Plan>),
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        prop::sample::select(vec![
            json!(-1),
            json!(0),
            json!(0.0),
            json!(1),
            json!(1.5),
            json!(true)
        ]),
        prop::sample::select(vec!["", "a", "ab", "b", "B"]).prop_map(Json::from),
    ]
}

fn condition() -> impl Strategy<Value = Plan> {
    let operand = prop::sample::select(OPERATORS.to_vec()).prop_flat_map(|operator| {
        let value = match operator {
            "In" | "NotIn" => prop::collection::vec(scalar(), 0..4)
                .prop_map(Json::from)
                .boxed(),
            "StartsWith" | "EndsWith" => "[abB]{0,2}".prop_map(Json::from).boxed(),
            _ => scalar().boxed(),
        };
        (Just(operator), value)
    });
    (prop::sample::select(FIELDS.to_vec()), operand)
        .prop_map(|(field, (operator, value))| Plan::Condition(field, operator, value))
}

fn plan() -> impl Strategy<Value = Plan> {
    condition().prop_recursive(4, 24, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone()
                .prop_map(|(a, b)| Plan::And(a.into(), b.into())),
            pair.prop_map(|(a, b)| Plan::Or(a.into(), b.into())),
            inner.prop_map(|a| Plan::Not(a.into())),
        ]
    })
}

impl Plan {
    fn build(&self) -> Filter {
        match self {
            Self::And(a, b) => a.build() & b.build(),
            Self::Or(a, b) => a.build() | b.build(),
            Self::Not(a) => !a.build(),
            Self::Condition(name, operator, value) => {
                let list = || value.as_array().unwrap().clone();
                let text = || value.as_str().unwrap();
                let field: FieldPath = field(*name);
                match *operator {
                    "Eq" => field.eq(value.clone()),
                    "Ne" => field.ne(value.clone()),
                    "Gt" => field.gt(value.clone()),
                    "Gte" => field.gte(value.clone()),
                    "Lt" => field.lt(value.clone()),
                    "Lte" => field.lte(value.clone()),
                    "In" => field.is_in(list()),
                    "NotIn" => field.not_in(list()),
                    "Contains" => field.contains(value.clone()),
                    "StartsWith" => field.starts_with(text()),
                    "EndsWith" => field.ends_with(text()),
                    other => panic!("no such operator: {other}"),
                }
            }
        }
    }

    fn selects(&self, record: &Json) -> bool {
        match self {
            Self::And(a, b) => a.selects(record) && b.selects(record),
            Self::Or(a, b) => a.selects(record) || b.selects(record),
            Self::Not(a) => !a.selects(record),
            Self::Condition(name, operator, value) => {
                let path = name.split('.');
                let stored = path.fold(record, |json, part| &json[part]);
                let order = order(stored, value);
                let listed = || {
                    let values = value.as_array().unwrap();
                    values.iter().any(|value| equal(stored, value))
                };
                match *operator {
                    "Eq" => equal(stored, value),
                    "Ne" => !equal(stored, value),
                    "Gt" => order == Some(Ordering::Greater),
                    "Gte" => order.is_some_and(Ordering::is_ge),
                    "Lt" => order == Some(Ordering::Less),
                    "Lte" => order.is_some_and(Ordering::is_le),
                    "In" => listed(),
                    "NotIn" => !listed(),
                    "Contains" => match stored {
                        Json::Array(items) => items.iter().any(|item| equal(item, value)),
                        _ => texts(stored, value).is_some_and(|(text, part)| text.contains(part)),
                    },
                    "StartsWith" => {
                        texts(stored, value).is_some_and(|(text, part)| text.starts_with(part))
                    }
                    "EndsWith" => {
                        texts(stored, value).is_some_and(|(text, part)| text.ends_with(part))
                    }
                    other => panic!("no such operator: {other}"),
                }
            }
        }
    }
}

fn texts<'a>(stored: &'a Json, value: &'a Json) -> Option<(&'a str, &'a str)> {
    Some((stored.as_str()?, value.as_str()?))
}

/// Values of one kind have an order; a missing field is `null`.
fn order(a: &Json, b: &Json) -> Option<Ordering> {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Json::String(a), Json::String(b)) => Some(a.cmp(b)),
        (Json::Bool(a), Json::Bool(b)) => Some(a.cmp(b)),
        (Json::Null, Json::Null) => Some(Ordering::Equal),
        _ => None,
    }
}

fn equal(a: &Json, b: &Json) -> bool {
    order(a, b) == Some(Ordering::Equal)
}

/// Whether JSON is a filter by the recorded grammar.
fn is_filter(json: &Json) -> bool {
    let content = &json["content"];
    match json["type"].as_str() {
        Some("Condition") => {
            let operator = content["operator"].as_str().unwrap();
            let lists = matches!(operator, "In" | "NotIn");
            OPERATORS.contains(&operator)
                && !content["field"].as_str().unwrap().is_empty()
                && content.get("value").is_some()
                && (!lists || content["value"].is_array())
        }
        Some("Logical") => {
            let expressions = content["expressions"].as_array().unwrap();
            let fits = match content["operator"].as_str() {
                Some("Not") => expressions.len() == 1,
                Some("And" | "Or") => expressions.len() > 1,
                _ => false,
            };
            fits && expressions.iter().all(is_filter)
        }
        _ => false,
    }
}

#[tokio::test]
async fn every_filter_is_taken_and_selects_what_a_naive_evaluation_selects() {
    let stage = Stage::start().await;
    let collection = stage.admin.collection("things");
    let stored = records();
    let typed = collection.typed::<Json>();
    let outcome = typed.insert_many(&stored).await.unwrap();
    outcome.into_result().unwrap();

    let mut runner = TestRunner::new(Config::default());
    for _ in 0..400 {
        let plan = plan().new_tree(&mut runner).unwrap().current();
        let filter = plan.build();
        let query = collection.find().filter(filter.clone()).select(["id"]);
        let found: Vec<Record> = query.stream().try_collect().await.unwrap();
        let mut found: Vec<_> = found.iter().map(|record| record.id().unwrap()).collect();
        found.sort_unstable();
        let selected = stored.iter().filter(|record| plan.selects(record));
        let mut expected: Vec<_> = selected
            .map(|record| record["id"].as_str().unwrap())
            .collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", filter.to_json());
    }
}

proptest! {
    #[test]
    fn every_filter_is_of_the_recorded_grammar(plan in plan()) {
        let json = plan.build().to_json();
        prop_assert!(is_filter(&json), "{json}");
    }
}

#[test]
fn a_long_chain_stays_one_flat_group() {
    let filter = Filter::any((0..1000).map(|n| field("n").eq(n))).unwrap();
    let json = filter.to_json();
    let group = json["content"]["expressions"].as_array().unwrap();
    assert_eq!(group.len(), 1000);
    assert_eq!(Filter::all(Vec::<Filter>::new()), None);
}

#[test]
fn not_not_is_the_filter_itself() {
    let filter = field("n").eq(1) | field("n").eq(2);
    assert_eq!(!!filter.clone(), filter);
}
