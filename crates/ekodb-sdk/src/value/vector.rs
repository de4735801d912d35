//! Vectors, such as embeddings.

use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};

use super::kind::Kind;

/// A vector, such as an embedding. A plain list of numbers is stored as an Array, which a vector search does not see.
///
/// ```
/// use ekodb_client::value::Vector;
///
/// let face = Vector::from([0.1, 0.2, 0.3]);
/// assert_eq!(face.len(), 3);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
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
