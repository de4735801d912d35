//! The types that the agreement is tested with: records with one field of each kind that serde
//! knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::replies::{Ask, Rng, any_value, moment, object, own_object, text};
use crate::{
    Record,
    value::{self, Value},
};

/// A type, what its fields ask for, and what a reply has in them.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) ask: Ask,
    /// The type and the content of a value that fits.
    pub(super) make: fn(&mut Rng) -> (&'static str, Json),
}

/// What is done with each type.
pub(super) trait Check {
    fn check<T>(&mut self, name: &'static str, members: &[Member])
    where
        T: Serialize + for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug;
}

macro_rules! family {
    ($($name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty, $ask:expr, $make:expr;)+ })+) => {
        $(
            #[derive(Debug, PartialEq, Serialize, Deserialize)]
            struct $name {
                $($(#[$attribute])* $field: $type,)+
            }
        )+

        fn structs(check: &mut impl Check) -> usize {
            $(check.check::<$name>(stringify!($name), &[$(
                Member { name: stringify!($field), ask: $ask, make: $make },
            )+]);)+
            [$(stringify!($name)),+].len()
        }
    };
}

pub(super) fn all(check: &mut impl Check) -> usize {
    let any = |name| Member {
        name,
        ask: Ask::Any,
        make: any_value,
    };
    let three = || [any("a"), any("b"), any("c")];
    check.check::<Json>("Json", &three());
    check.check::<BTreeMap<String, Json>>("a map", &three());
    let tagged = [
        Member {
            name: "kind",
            ask: Ask::Content,
            make: |rng| ("String", pick(rng, &["Paid", "Sent"])),
        },
        Member {
            name: "amount",
            ask: Ask::Any,
            make: |rng| ("Integer", rng.u8(..).into()),
        },
        Member {
            name: "price",
            ask: Ask::Any,
            make: decimal,
        },
    ];
    check.check::<Event>("Event", &tagged);
    check.check::<Box<Option<Event>>>("a boxed Event", &tagged);
    check.check::<Record>(
        "Record",
        &three().map(|member| Member {
            ask: Ask::Value,
            ..member
        }),
    );
    structs(check) + 5
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Event {
    Paid { amount: u8, price: value::Decimal },
    Sent { amount: Option<u8> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Address {
    zip: u32,
    city: Option<String>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Lenient {
    n: i32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Named {
    r#type: String,
    n: Option<i32>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Both {
    r#type: String,
    value: Json,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Outer {
    Unit,
    Number(i32),
    Fields { a: i32 },
    Pair(i32, String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value")]
enum Adjacent {
    Integer(i32),
    Text(String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    List(Vec<i64>),
}

/// A type of one's own that takes anything.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Dynamic {
    Null,
    Boolean(bool),
    Whole(i64),
    Number(f64),
    Text(String),
    List(Vec<Dynamic>),
    Object(BTreeMap<String, Dynamic>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(i64);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Part {
    price: String,
    n: Option<i64>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct TypedPart {
    price: value::Decimal,
    at: value::DateTime,
    face: Option<value::Vector>,
}

fn pick(rng: &mut Rng, names: &[&str]) -> Json {
    names[rng.usize(..names.len())].into()
}

fn decimal(rng: &mut Rng) -> (&'static str, Json) {
    ("Decimal", format!("{}.{}", rng.i32(..), rng.u8(..)).into())
}

fn integer(rng: &mut Rng) -> (&'static str, Json) {
    let number = match rng.u8(..4) {
        0 => rng.i64(..),
        _ => rng.i8(..).into(),
    };
    ("Integer", number.into())
}

fn float(rng: &mut Rng) -> (&'static str, Json) {
    ("Float", (f64::from(rng.i32(..)) / 8.0).into())
}

fn string(rng: &mut Rng) -> (&'static str, Json) {
    ("String", text(rng).into())
}

fn integers(rng: &mut Rng) -> (&'static str, Json) {
    let kind = ["Array", "Set", "Vector", "Bytes"][rng.usize(..4)];
    (kind, (0..rng.u8(..4)).map(|_| rng.u8(..)).collect())
}

fn uuid(rng: &mut Rng) -> (&'static str, Json) {
    (
        "UUID",
        uuid::Uuid::from_u128(rng.u128(..)).to_string().into(),
    )
}

fn date_time(rng: &mut Rng) -> (&'static str, Json) {
    ("DateTime", moment(rng).into())
}

fn duration(rng: &mut Rng) -> (&'static str, Json) {
    (
        "Duration",
        json!({"secs": rng.u32(..), "nanos": rng.u32(..1_000_000_000)}),
    )
}

fn vector(rng: &mut Rng) -> (&'static str, Json) {
    (
        "Vector",
        (0..rng.u8(..4)).map(|n| f64::from(n) / 4.0).collect(),
    )
}

fn address(rng: &mut Rng) -> (&'static str, Json) {
    ("Object", json!({"zip": rng.u8(..), "city": text(rng)}))
}

fn variant(rng: &mut Rng) -> (&'static str, Json) {
    match rng.u8(..4) {
        0 => ("String", "Unit".into()),
        1 => ("Object", json!({"Number": rng.i8(..)})),
        2 => ("Object", json!({"Fields": {"a": rng.i8(..)}})),
        _ => ("Object", json!({"Pair": [rng.i8(..), text(rng)]})),
    }
}

family! {
    I64 { a: i64, Ask::Content, integer; }
    U8 { a: u8, Ask::Content, |rng| ("Integer", rng.u8(..).into()); }
    Wide { a: i128, Ask::Content, integer; b: u128, Ask::Content, |rng| ("Integer", rng.u64(..).into()); }
    F64 { a: f64, Ask::Content, float; b: f32, Ask::Content, |rng| ("Float", rng.i8(..).into()); }
    Bool { a: bool, Ask::Content, |rng| ("Boolean", rng.bool().into()); }
    Char { a: char, Ask::Content, |_| ("String", "ä".into()); }
    Text { a: String, Ask::Content, string; b: String, Ask::Content, date_time; }
    Maybe { a: Option<i32>, Ask::OrNull(&Ask::Content), integer; b: Option<String>, Ask::OrNull(&Ask::Content), string; }
    Unit { a: (), Ask::Content, |_| ("Null", Json::Null); }
    List { a: Vec<i64>, Ask::Content, integers; }
    Texts { a: Vec<Option<String>>, Ask::Content, |rng| ("Array", json!([text(rng), null])); }
    Tuple { a: (i32, String), Ask::Content, |rng| ("Array", json!([rng.i8(..), text(rng)])); }
    Fixed { a: [u8; 2], Ask::Content, |rng| ("Vector", json!([rng.u8(..), 1])); }
    Map { a: BTreeMap<String, i64>, Ask::Object, |rng| ("Object", json!({"x": rng.i8(..), "y": 1})); }
    Numbered { a: BTreeMap<u32, String>, Ask::Object, |rng| ("Object", json!({"1": text(rng)})); }
    Nested { a: Address, Ask::Content, address; }
    Addresses { a: Vec<Address>, Ask::Content, |rng| ("Array", json!([address(rng).1])); }
    AllDefault { a: Lenient, Ask::Content, |rng| ("Object", json!({"n": rng.i8(..)})); }
    HasType { a: Named, Ask::AnyObject, |rng| ("Object", json!({"type": text(rng), "n": 1})); }
    HasBoth { a: Both, Ask::ObjectOfObject, own_object; }
    MaybeBoth { a: Option<Both>, Ask::OrNull(&Ask::ObjectOfObject), own_object; }
    Enum { a: Outer, Ask::Content, variant; b: Option<Outer>, Ask::OrNull(&Ask::Content), variant; }
    AdjacentlyTagged { a: Adjacent, Ask::ObjectOfObject, |rng| ("Object", json!({"type": "Integer", "value": rng.i8(..)})); }
    OneOf { a: Untagged, Ask::Any, integer; b: Untagged, Ask::Any, decimal; c: Untagged, Ask::Any, integers; }
    Anything { a: Json, Ask::Any, any_value; b: Option<Json>, Ask::OrNull(&Ask::Any), any_value; }
    Dynamics { a: Dynamic, Ask::Any, any_value; b: Dynamic, Ask::Any, any_value; #[serde(flatten)] c: BTreeMap<String, Dynamic>, Ask::Any, any_value; }
    MapOfAnything { a: BTreeMap<String, Json>, Ask::Object, object; }
    MapOfTexts { a: BTreeMap<String, String>, Ask::ObjectOfTexts, |rng| ("Object", json!({"type": "Decimal", "value": decimal(rng).1})); }
    Newtype { a: Wrapped, Ask::Content, integer; b: Option<Wrapped>, Ask::OrNull(&Ask::Content), integer; }
    Decimals { a: value::Decimal, Ask::Content, decimal; b: Option<value::Decimal>, Ask::OrNull(&Ask::Content), decimal; }
    Moments { a: value::DateTime, Ask::Content, date_time; b: value::Duration, Ask::Content, duration; }
    Ids { a: value::Uuid, Ask::Content, uuid; b: uuid::Uuid, Ask::Content, uuid; }
    Blobs { a: value::Bytes, Ask::Content, |_| ("Bytes", "AQI=".into()); b: value::Vector, Ask::Content, vector; }
    Pause { a: std::time::Duration, Ask::Content, duration; }
    FlatMap { a: i64, Ask::Content, integer; b: i64, Ask::Content, integer; #[serde(flatten)] c: BTreeMap<String, Json>, Ask::Any, any_value; }
    FlatPart { a: i64, Ask::Content, integer; #[serde(flatten)] price: Part, Ask::Any, decimal; }
    FlatTyped { #[serde(flatten)] price: TypedPart, Ask::Any, decimal; #[serde(skip)] at: (), Ask::Any, date_time; #[serde(skip)] face: (), Ask::Any, vector; }
    Values { a: Value, Ask::Value, any_value; b: Option<Value>, Ask::OrNull(&Ask::Value), any_value; }
    Identified { id: Option<String>, Ask::OrNull(&Ask::Content), string; a: i64, Ask::Content, integer; }
}
