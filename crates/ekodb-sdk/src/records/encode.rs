//! Writing records: any value that serde can write as a map or a struct becomes the members of a request.

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeMap, SerializeStruct},
};
use serde_json::{Error, Map, Value as Json};

use super::kind_probe::kind_of;
use crate::{ErrorKind, value::kind};

/// The members that say how a record is kept, and are no fields.
const RESERVED: [&str; 3] = ["id", "ttl", "ttl_update_on_access"];

/// The members of a record for a request: typed values with their type, and all else plain.
pub(crate) fn encode<T: Serialize + ?Sized>(record: &T) -> Result<Map<String, Json>, crate::Error> {
    let mut members = record.serialize(RecordSerializer).map_err(|error| {
        crate::Error::new(
            ErrorKind::InvalidArgument,
            format!("the record cannot be written: {error}"),
        )
    })?;
    // An id that is not known yet, as `Option` writes it, is no id.
    if members.get("id").is_some_and(Json::is_null) {
        members.remove("id");
    }
    Ok(members)
}

fn member<T: Serialize + ?Sized>(name: &str, value: &T) -> Result<Json, Error> {
    let in_field = |error: Error| Error::custom(format!("field `{name}`: {error}"));
    let json = serde_json::to_value(value).map_err(in_field)?;
    if RESERVED.contains(&name) {
        return Ok(json);
    }
    Ok(match kind_of(value) {
        Some(kind) => kind.wrap(json),
        // The user's own object that looks like a typed value would be taken for one.
        None if kind::kind_of(&json).is_some() => kind::Kind::Object.wrap(json),
        None => json,
    })
}

struct RecordSerializer;

/// The members so far, and the name of the one whose value comes next.
struct Members {
    members: Map<String, Json>,
    name: Option<String>,
}

impl Members {
    fn new() -> Self {
        Self {
            members: Map::new(),
            name: None,
        }
    }
}

impl SerializeMap for Members {
    type Ok = Map<String, Json>;
    type Error = Error;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), Error> {
        match serde_json::to_value(key)? {
            Json::String(name) => self.name = Some(name),
            _ => return Err(Error::custom("the name of a field must be a text")),
        }
        Ok(())
    }

    fn serialize_value<V: Serialize + ?Sized>(&mut self, value: &V) -> Result<(), Error> {
        let Some(name) = self.name.take() else {
            return Err(Error::custom("a value came before its name"));
        };
        let json = member(&name, value)?;
        self.members.insert(name, json);
        Ok(())
    }

    fn end(self) -> Result<Self::Ok, Error> {
        Ok(self.members)
    }
}

impl SerializeStruct for Members {
    type Ok = Map<String, Json>;
    type Error = Error;

    fn serialize_field<V: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &V,
    ) -> Result<(), Error> {
        self.members.insert(name.to_owned(), member(name, value)?);
        Ok(())
    }

    fn end(self) -> Result<Self::Ok, Error> {
        Ok(self.members)
    }
}

fn no_record<T>() -> Result<T, Error> {
    Err(Error::custom("a record must be a struct or a map"))
}

macro_rules! refuse {
    ($($method:ident($($argument:ty),*);)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<Self::Ok, Error> {
            no_record()
        }
    )*};
}

impl Serializer for RecordSerializer {
    type Ok = Map<String, Json>;
    type Error = Error;
    type SerializeSeq = Impossible<Self::Ok, Error>;
    type SerializeTuple = Impossible<Self::Ok, Error>;
    type SerializeTupleStruct = Impossible<Self::Ok, Error>;
    type SerializeTupleVariant = Impossible<Self::Ok, Error>;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Impossible<Self::Ok, Error>;

    fn serialize_map(self, _: Option<usize>) -> Result<Members, Error> {
        Ok(Members::new())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, Error> {
        Ok(Members::new())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Self::Ok, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<Self::Ok, Error> {
        let mut members = Members::new();
        SerializeStruct::serialize_field(&mut members, name, value)?;
        SerializeStruct::end(members)
    }

    refuse! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        no_record()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        no_record()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        no_record()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        no_record()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        no_record()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde_json::json;

    use super::*;
    use crate::{
        Record,
        value::{Decimal, Vector},
    };

    fn encoded(record: &impl Serialize) -> Json {
        Json::Object(encode(record).unwrap())
    }

    fn price() -> Decimal {
        "1.5".parse().unwrap()
    }

    #[test]
    fn typed_values_keep_their_type_through_options_newtypes_and_flattened_parts() {
        #[derive(Serialize)]
        struct Price(Decimal);
        #[derive(Serialize)]
        struct Part {
            face: Vector,
        }
        #[derive(Serialize)]
        struct Product {
            price: Price,
            old: Option<Price>,
            #[serde(flatten)]
            part: Part,
            #[serde(flatten)]
            rest: BTreeMap<String, Decimal>,
        }
        let product = Product {
            price: Price(price()),
            old: Some(Price(price())),
            part: Part {
                face: Vector::from([1.0]),
            },
            rest: [("more".to_owned(), price())].into(),
        };
        let decimal = json!({"type": "Decimal", "value": "1.5"});
        assert_eq!(
            encoded(&product),
            json!({
                "price": decimal, "old": decimal, "more": decimal,
                "face": {"type": "Vector", "value": [1.0]},
            })
        );
    }

    #[test]
    fn typed_values_inside_objects_and_lists_are_plain() {
        let record = HashMap::from([("prices", [price()])]);
        assert_eq!(encoded(&record), json!({"prices": ["1.5"]}));
        let record = HashMap::from([("price", HashMap::from([("net", price())]))]);
        assert_eq!(encoded(&record), json!({"price": {"net": "1.5"}}));
    }

    #[test]
    fn enums_are_records_where_serde_writes_them_as_maps() {
        #[derive(Serialize)]
        #[serde(tag = "kind")]
        enum Event {
            Paid { price: Decimal },
            Nested(Inner),
        }
        #[derive(Serialize)]
        struct Inner {
            price: Decimal,
        }
        let decimal = json!({"type": "Decimal", "value": "1.5"});
        for (event, kind) in [
            (Event::Paid { price: price() }, "Paid"),
            (Event::Nested(Inner { price: price() }), "Nested"),
        ] {
            assert_eq!(encoded(&event), json!({"kind": kind, "price": decimal}));
        }
    }

    #[test]
    fn the_id_and_the_time_to_live_are_never_wrapped() {
        let record = json!({"id": null, "ttl": {"type": "String", "value": "1h"}});
        let expected = json!({"ttl": {"type": "String", "value": "1h"}});
        assert_eq!(encoded(&record), expected);
    }

    #[test]
    fn what_is_no_map_is_refused() {
        for record in [json!(1), json!("a"), json!([1]), json!(null)] {
            let error = encode(&record).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        }
    }

    #[test]
    fn an_untyped_record_is_plain_for_other_serializers() {
        let record = Record::new().with_id("a").with("price", price());
        let plain = serde_json::to_value(&record).unwrap();
        assert_eq!(plain, json!({"id": "a", "price": "1.5"}));
        let typed = json!({"id": "a", "price": {"type": "Decimal", "value": "1.5"}});
        assert_eq!(encoded(&record), typed);
    }
}
