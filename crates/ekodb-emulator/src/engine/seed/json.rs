//! Reading a JSON document of collections as a stream: no collection is in memory whole.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_json::{Map, Value};

use super::line::KvContent;
use super::loader::Loader;
use super::problem::Problem;

/// The member of a document that has keys of the key-value store. No collection of this name can be
/// seeded from a document.
const KV: &str = "$kv";

/// What is made of a document in one pass over it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Pass {
    /// Its collections, with their schemas.
    Schemas,
    /// Its records.
    Records,
}

pub(super) fn feed(
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
    let outcome = Node(&mut feed, Place::Document(named_after))
        .deserialize(&mut reader)
        .and_then(|()| reader.end());
    outcome.map_err(|error| match feed.refusal {
        Some(refusal) => Problem::at(error.line(), refusal),
        None => Problem::of_json(error.line(), &error),
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
        while let Some(()) = records.next_element_seed(Node(self, Place::Record(name)))? {}
        Ok(())
    }
}

/// A place in the document, with the name of the collection that it belongs to.
#[derive(Clone, Copy)]
enum Place<'n> {
    /// An object of collections, or the records of the collection that the file is named after.
    Document(Option<&'n str>),
    /// The document's keys of the key-value store. Each is stored while it is being read.
    Keys,
    /// What the document has of one collection: its records, or an object of its schema and its
    /// records.
    Collection(&'n str),
    Records(&'n str),
    /// One record. It is stored while it is being read, so that a refusal has its line.
    Record(&'n str),
}

/// What stands at a place. It is read into the loader, not into a value.
struct Node<'d, 'f, 'a>(&'d mut Feed<'f, 'a>, Place<'d>);

impl<'de> DeserializeSeed<'de> for Node<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.1 {
            Place::Document(_) | Place::Collection(_) => deserializer.deserialize_any(self),
            Place::Keys | Place::Record(_) => deserializer.deserialize_map(self),
            Place::Records(_) => deserializer.deserialize_seq(self),
        }
    }
}

impl<'de> Visitor<'de> for Node<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.1 {
            Place::Document(_) => "an object of collections, or an array of records",
            Place::Keys => "an object of KV keys, each an object with \"value\"",
            Place::Collection(_) => {
                "an array of records, or an object with \"schema\" and \"records\""
            }
            Place::Records(_) => "an array of records",
            Place::Record(_) => "a record, which is an object",
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, records: A) -> Result<(), A::Error> {
        let Self(feed, place) = self;
        match place {
            Place::Document(None) => Err(feed.refuse("the file has no name".to_owned())),
            Place::Document(Some(name)) | Place::Collection(name) => {
                feed.collection(name, None)?;
                feed.records(name, records)
            }
            Place::Records(name) => feed.records(name, records),
            Place::Keys | Place::Record(_) => {
                Err(A::Error::invalid_type(Unexpected::Seq, &Self(feed, place)))
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(feed, place) = self;
        match place {
            Place::Document(_) => {
                while let Some(name) = members.next_key::<String>()? {
                    let place = match name.as_str() {
                        KV => Place::Keys,
                        name => Place::Collection(name),
                    };
                    members.next_value_seed(Node(feed, place))?;
                }
                Ok(())
            }
            Place::Keys => {
                while let Some((key, content)) = members.next_entry::<String, KvContent>()? {
                    if feed.pass == Pass::Records {
                        let outcome = feed.loader.kv(&key, content);
                        outcome.map_err(|refusal| feed.refuse(refusal))?;
                    }
                }
                Ok(())
            }
            Place::Collection(name) => {
                let mut schema = None;
                while let Some(member) = members.next_key::<String>()? {
                    match member.as_str() {
                        "schema" => schema = members.next_value()?,
                        "records" => members.next_value_seed(Node(feed, Place::Records(name)))?,
                        _ => {
                            return Err(feed.refuse(format!(
                                "unknown member '{member}' of collection '{name}': there are 'schema' and 'records'"
                            )));
                        }
                    }
                }
                feed.collection(name, schema)
            }
            Place::Record(name) => {
                let record = Map::deserialize(MapAccessDeserializer::new(members))?;
                let outcome = feed.loader.record(name, record);
                outcome.map_err(|refusal| feed.refuse(refusal))
            }
            Place::Records(_) => Err(A::Error::invalid_type(Unexpected::Map, &Self(feed, place))),
        }
    }
}
