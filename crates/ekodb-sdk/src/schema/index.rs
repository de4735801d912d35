//! The indexes over fields.

use serde_json::{Map, Value};

/// An index over a field. What is left out takes the server's default.
///
/// ```
/// use ekodb_client::Index;
///
/// let text = Index::text("english");
/// let vector = Index::vector(768).algorithm("hnsw").metric("cosine");
/// assert_eq!((vector.kind.as_str(), vector.dimension), ("vector", Some(768)));
/// # let _ = text;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Index {
    /// The kind: `text`, `vector`, `btree`, `hash`, or one that a newer server added.
    pub kind: String,
    /// Of a text index: the language, such as `english`.
    pub language: Option<String>,
    /// Of a text index: how text is taken apart.
    pub analyzer: Option<String>,
    /// Of a vector index: `flat` (the server's default), `hnsw` or `ivf`.
    pub algorithm: Option<String>,
    /// Of a vector index: `cosine` (the server's default), `euclidean` or `dotproduct`.
    pub metric: Option<String>,
    /// Of a vector index: how many numbers a vector has.
    pub dimension: Option<u64>,
    /// Of an HNSW index: the links of a node.
    pub m: Option<u64>,
    /// Of an HNSW index: the candidates looked at while it is built.
    pub ef_construction: Option<u64>,
    /// Of an HNSW index: the candidates looked at in a search.
    pub ef_search: Option<u64>,
    /// Members that a newer server added.
    pub extra: Map<String, Value>,
}

impl Index {
    /// An index of any kind, for one that this crate has no constructor for.
    pub fn new(kind: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            ..Self::default()
        }
    }

    /// A full-text index; `language` is a name such as `english`.
    pub fn text(language: impl Into<String>) -> Self {
        Self {
            language: Some(language.into()),
            ..Self::new("text")
        }
    }

    /// An index for similarity search over vectors of this many numbers.
    pub fn vector(dimension: u64) -> Self {
        Self {
            dimension: Some(dimension),
            ..Self::new("vector")
        }
    }

    /// An ordered index, for ranges and equality.
    pub fn btree() -> Self {
        Self::new("btree")
    }

    /// A hash index, for equality.
    pub fn hash() -> Self {
        Self::new("hash")
    }

    /// Sets how text is taken apart.
    pub fn analyzer(mut self, analyzer: impl Into<String>) -> Self {
        self.analyzer = Some(analyzer.into());
        self
    }

    /// Sets the algorithm of a vector index: `flat`, `hnsw` or `ivf`.
    pub fn algorithm(mut self, algorithm: impl Into<String>) -> Self {
        self.algorithm = Some(algorithm.into());
        self
    }

    /// Sets the metric of a vector index: `cosine`, `euclidean` or `dotproduct`.
    pub fn metric(mut self, metric: impl Into<String>) -> Self {
        self.metric = Some(metric.into());
        self
    }

    /// Sets the figures of an HNSW index: the links of a node, and the candidates looked at while
    /// it is built.
    pub fn hnsw(mut self, m: u64, ef_construction: u64) -> Self {
        self.m = Some(m);
        self.ef_construction = Some(ef_construction);
        self
    }

    /// Sets the candidates that a search of an HNSW index looks at.
    pub fn ef_search(mut self, ef_search: u64) -> Self {
        self.ef_search = Some(ef_search);
        self
    }
}
