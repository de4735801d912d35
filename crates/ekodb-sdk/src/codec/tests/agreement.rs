//! The codec agrees with a plain and slow one that goes through `serde_json::Value`.

use std::fmt::Debug;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{
    super::{Target, decode, encode},
    family::{self, Check, Member},
    replies::{self, Ask, Rng},
};

/// How a reply writes its members.
#[derive(Clone, Copy, Debug)]
enum Style {
    Typed,
    Plain,
    Mixed,
}

/// What a reply has in its members, in the type that each has.
fn contents(members: &[Member], rng: &mut Rng) -> Vec<(&'static str, &'static str, Json)> {
    let mut contents = Vec::new();
    for member in members {
        let (kind, content) = match rng.u8(..12) {
            0 => replies::any_value(rng),
            1 => continue,
            _ => (member.make)(rng),
        };
        contents.push((member.name, kind, content));
    }
    contents
}

fn reply(
    contents: &[(&'static str, &'static str, Json)],
    style: Style,
    rng: &mut Rng,
) -> Map<String, Json> {
    let mut reply = Map::new();
    reply.insert("id".to_owned(), "a".into());
    for (name, kind, content) in contents {
        let wrapped = match style {
            Style::Typed => *name != "id",
            Style::Plain => false,
            Style::Mixed => rng.bool(),
        };
        let member = match wrapped {
            true => replies::wrapper((kind, content.clone())),
            false => content.clone(),
        };
        reply.insert((*name).to_owned(), member);
    }
    reply
}

/// The reply as the documented rules have it, to be read by serde_json.
fn meant(members: &[Member], reply: &Map<String, Json>, kept: bool) -> String {
    let is_typed = replies::is_typed(reply);
    let ask = |name: &str| {
        let member = members.iter().find(|member| member.name == name);
        member.map_or(Ask::Any, |member| member.ask)
    };
    let meant: Map<_, _> = reply
        .iter()
        .map(|(name, member)| {
            (
                name.clone(),
                replies::meant(ask(name), member, is_typed, kept),
            )
        })
        .collect();
    Json::Object(meant).to_string()
}

/// Reads replies of each style.
struct Reading<'r>(&'r mut Rng);

impl Check for Reading<'_> {
    fn check<T>(&mut self, name: &'static str, members: &[Member])
    where
        T: Serialize + for<'de> Deserialize<'de> + PartialEq + Debug,
    {
        let contents = contents(members, self.0);
        for style in [Style::Typed, Style::Plain, Style::Mixed] {
            let reply = reply(&contents, style, self.0);
            // Content that is not of its type is kept in a form that only `Value` has.
            if matches!(name, "Values" | "Record") && reply.values().any(replies::is_unknown_form) {
                continue;
            }
            let slow = serde_json::from_str::<T>(&meant(members, &reply, true))
                .or_else(|_| serde_json::from_str::<T>(&meant(members, &reply, false)));
            let mut text = String::new();
            replies::render(&Json::Object(reply), self.0, &mut text);
            let fast = decode::<T>(text.clone().into());
            match (&fast, &slow) {
                (Ok(fast), Ok(slow)) => assert_eq!(fast, slow, "{name}, {style:?}: {text}"),
                (Err(_), Err(_)) => {}
                _ => panic!("{name}, {style:?}: {text}\nfast: {fast:?}\nslow: {slow:?}"),
            }
        }
    }
}

/// Reads replies, writes back what was read, and reads again what a server makes of it.
struct Writing<'r>(&'r mut Rng);

/// Whether a field asks for values of one type.
fn is_narrow(ask: Ask) -> bool {
    match ask {
        Ask::OrNull(ask) => is_narrow(*ask),
        ask => !matches!(ask, Ask::Any | Ask::Value),
    }
}

/// The types with fields that take values of any type.
const LOSSLESS: [&str; 7] = [
    "Json", "a map", "Anything", "Dynamics", "Values", "FlatMap", "Record",
];

impl Check for Writing<'_> {
    fn check<T>(&mut self, name: &'static str, members: &[Member])
    where
        T: Serialize + for<'de> Deserialize<'de> + PartialEq + Debug,
    {
        let contents = contents(members, self.0);
        let before = reply(&contents, Style::Typed, self.0);
        let text = Json::Object(before.clone()).to_string();
        let Ok(read) = decode::<T>(text.clone().into()) else {
            return;
        };
        let changes = encode(&read, Target::Update).unwrap().into_body();
        let changes: Map<String, Json> = serde_json::from_slice(&changes).unwrap();
        let mut after = before.clone();
        after.extend(
            changes
                .into_iter()
                .map(|(name, member)| match name.as_str() {
                    "id" => (name, member),
                    _ => (name, replies::stored(member)),
                }),
        );
        let again = decode::<T>(Json::Object(after.clone()).to_string().into());
        assert_eq!(again.unwrap(), read, "{name}: {text}");
        for member in members.iter().filter(|_| LOSSLESS.contains(&name)) {
            let before = before.get(member.name).filter(|_| !is_narrow(member.ask));
            // A null has no other type.
            if let Some((_, content)) = before.and_then(replies::unwrapped)
                && !content.is_null()
            {
                assert_eq!(after.get(member.name), before, "{name}: {text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 900,
        // A smaller seed is no simpler case.
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_type_is_read_as_the_rules_say(seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let types = family::all(&mut Reading(&mut rng));
        assert!(types >= 30);
    }

    #[test]
    fn every_type_is_written_back_as_it_was_read(seed: u64) {
        let mut rng = Rng::with_seed(seed);
        family::all(&mut Writing(&mut rng));
    }
}
