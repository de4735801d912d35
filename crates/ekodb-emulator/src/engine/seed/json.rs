//! Reading a JSON document of collections as a stream: no collection is in memory whole.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::line::KvContent;
use super::loader::Loader;
use super::problem::{Problem, words};

/// The member of a document that has keys of the key-value store. No collection of this name can be
/// seeded from a document.
const KV: &str = "$kv";

/// Makes the document's collections, with their schemas.
pub(super) fn feed_schemas(
    input: impl Read,
    named_after: Option<&str>,
    loader: &mut Loader<'_>,
) -> Result<(), Problem> {
    feed(input, named_after, Pass::Schemas, loader)
}

/// Stores the document's records.
pub(super) fn feed_records(
    input: impl Read,
    named_after: Option<&str>,
    loader: &mut Loader<'_>,
) -> Result<(), Problem> {
    feed(input, named_after, Pass::Records, loader)
}

#[derive(Clone, Copy, PartialEq)]
enum Pass {
    Schemas,
    Records,
}

fn feed(
    input: impl Read,
    named_after: Option<&str>,
    pass: Pass,
    loader: &mut Loader<'_>,
) -> Result<(), Problem> {
    let mut reader = serde_json::Deserializer::from_reader(input);
    let mut feed = Feed {
        pass,
        loader,
        refusal: None,
    };
    let outcome = Document(&mut feed, named_after)
        .deserialize(&mut reader)
        .and_then(|()| reader.end());
    outcome.map_err(|error| match feed.refusal {
        Some(refusal) => Problem {
            line: Some(error.line()).filter(|line| *line > 0),
            column: None,
            text: refusal,
        },
        None => Problem {
            line: Some(error.line()).filter(|line| *line > 0),
            column: Some(error.column()).filter(|column| *column > 0),
            text: words(&error),
        },
    })
}

/// One pass over a document. The reader's errors are texts of its own: what was refused is kept
/// beside them.
struct Feed<'f, 'a> {
    pass: Pass,
    loader: &'f mut Loader<'a>,
    refusal: Option<String>,
}

impl Feed<'_, '_> {
    fn refuse<E: Error>(&mut self, refusal: String) -> E {
        self.refusal = Some(refusal);
        E::custom("refused")
    }

    fn collection<E: Error>(&mut self, name: &str, schema: Option<Value>) -> Result<(), E> {
        if self.pass != Pass::Schemas {
            return Ok(());
        }
        let outcome = self.loader.collection(name, schema);
        outcome.map_err(|refusal| self.refuse(refusal))
    }

    fn records<'de, A: SeqAccess<'de>>(
        &mut self,
        name: &str,
        mut records: A,
    ) -> Result<(), A::Error> {
        if self.pass != Pass::Records {
            while records.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while records.next_element_seed(Record(self, name))?.is_some() {}
        Ok(())
    }
}

/// An object of collections, or the records of the collection that the file is named after.
struct Document<'d, 'f, 'a>(&'d mut Feed<'f, 'a>, Option<&'d str>);

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of collections, or an array of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut collections: A) -> Result<(), A::Error> {
        while let Some(name) = collections.next_key::<String>()? {
            match name.as_str() {
                KV => collections.next_value_seed(Keys(self.0))?,
                name => collections.next_value_seed(Content(self.0, name))?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, records: A) -> Result<(), A::Error> {
        let Some(name) = self.1 else {
            return Err(self.0.refuse("the file has no name".to_owned()));
        };
        self.0.collection(name, None)?;
        self.0.records(name, records)
    }
}

/// The document's keys of the key-value store. Each is stored while it is being read.
struct Keys<'k, 'f, 'a>(&'k mut Feed<'f, 'a>);

impl<'de> DeserializeSeed<'de> for Keys<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of KV keys, each an object with \"value\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut keys: A) -> Result<(), A::Error> {
        let Self(feed) = self;
        while let Some((key, content)) = keys.next_entry::<String, KvContent>()? {
            if feed.pass == Pass::Records {
                let outcome = feed.loader.kv(&key, content);
                outcome.map_err(|refusal| feed.refuse(refusal))?;
            }
        }
        Ok(())
    }
}

/// What the document has of one collection: its records, or an object of its schema and its
/// records.
struct Content<'c, 'f, 'a>(&'c mut Feed<'f, 'a>, &'c str);

impl<'de> DeserializeSeed<'de> for Content<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Content<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records, or an object with \"schema\" and \"records\"")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, records: A) -> Result<(), A::Error> {
        self.0.collection(self.1, None)?;
        self.0.records(self.1, records)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(feed, name) = self;
        let mut schema = None;
        while let Some(member) = members.next_key::<String>()? {
            match member.as_str() {
                "schema" => schema = members.next_value()?,
                "records" => members.next_value_seed(Records(feed, name))?,
                _ => {
                    return Err(feed.refuse(format!(
                        "unknown member '{member}' of collection '{name}': there are 'schema' and 'records'"
                    )));
                }
            }
        }
        feed.collection(name, schema)
    }
}

struct Records<'c, 'f, 'a>(&'c mut Feed<'f, 'a>, &'c str);

impl<'de> DeserializeSeed<'de> for Records<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, records: A) -> Result<(), A::Error> {
        self.0.records(self.1, records)
    }
}

/// One record. It is stored while it is being read, so that a refusal has its line.
struct Record<'c, 'f, 'a>(&'c mut Feed<'f, 'a>, &'c str);

impl<'de> DeserializeSeed<'de> for Record<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Record<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        let Self(feed, name) = self;
        let record = Map::<String, Value>::deserialize(MapAccessDeserializer::new(members))?;
        let outcome = feed.loader.record(name, record);
        outcome.map_err(|refusal| feed.refuse(refusal))
    }
}
