//! Vectors, such as embeddings.

use std::{fmt, ops::Deref};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Map, Value as Json};

use super::{content, kind::Kind};

/// A vector, such as an embedding. A plain list of numbers is stored as an Array, which a vector
/// search does not see.
///
/// ```
/// use ekodb_client::value::Vector;
///
/// let face = Vector::from([0.1, 0.2, 0.3]);
/// assert_eq!(face.len(), 3);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vector(Vec<f64>);

impl Vector {
    /// The numbers.
    pub fn into_vec(self) -> Vec<f64> {
        self.0
    }
}

impl From<Vec<f64>> for Vector {
    fn from(numbers: Vec<f64>) -> Self {
        Self(numbers)
    }
}

impl From<&[f32]> for Vector {
    fn from(numbers: &[f32]) -> Self {
        Self(numbers.iter().copied().map(f64::from).collect())
    }
}

impl<const N: usize> From<[f64; N]> for Vector {
    fn from(numbers: [f64; N]) -> Self {
        Self(numbers.to_vec())
    }
}

impl Deref for Vector {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.0
    }
}

impl Serialize for Vector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Kind::Vector.newtype(), &self.0)
    }
}

impl<'de> Deserialize<'de> for Vector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_newtype_struct(Kind::Vector.newtype(), VectorVisitor)
        } else {
            Vec::deserialize(deserializer).map(Self)
        }
    }
}

/// Reads the numbers one by one: there can be thousands.
struct VectorVisitor;

impl<'de> Visitor<'de> for VectorVisitor {
    type Value = Vector;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Vector, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Vector, A::Error> {
        let mut list = Vec::new();
        while let Some(number) = numbers.next_element()? {
            list.push(number);
        }
        Ok(Vector(list))
    }

    /// With its type, as a target has it that takes anything.
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Vector, A::Error> {
        let members = Map::deserialize(MapAccessDeserializer::new(members))?;
        let content = content::unwrapped(Kind::Vector, Json::Object(members));
        Vec::deserialize(content)
            .map(Vector)
            .map_err(de::Error::custom)
    }
}
