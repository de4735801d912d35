//! Why the database refuses something, or fails.

use super::input::{InputError, UnknownMember};
use super::key::PermissionDenied;
use super::names::NameError;
use super::query::QueryError;
use super::record::DraftError;
use super::schema::{SchemaError, Violation};
use super::store::StoreError;
use super::transactions::TransactionError;
use super::value::{DEEPEST, Mismatch};

/// Why the database refuses something, or fails. The texts are the server's where they are known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    // What was asked for is invalid.
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Violation(#[from] Violation),
    #[error("a value is nested deeper than {DEEPEST}")]
    TooDeep,
    #[error("The id of a record cannot be changed")]
    IdChange,
    #[error("Invalid configuration: it names neither use_typed_values nor durable_operations")]
    NoSwitch,
    #[error("Unknown action '{0}'")]
    UnknownAction(String),
    #[error("Field '{0}' cannot be changed by an action")]
    ReservedField(String),
    #[error("Failed to apply action '{action}': {reason}")]
    Action { action: String, reason: String },
    #[error("The actions move more than {limit} list items; send fewer at once")]
    TooManyItemsMoved { limit: usize },
    #[error("Invalid join: it needs collections and as_field")]
    Join,
    #[error("Invalid join: at most {limit} collections can be joined")]
    TooManyJoins { limit: usize },
    #[error(
        "The records joined to one record take more than {limit} bytes of memory; join fewer, or find them by themselves"
    )]
    JoinTooLarge { limit: usize },
    #[error("The sort holds more than {limit} bytes of memory; give the query a limit")]
    SortTooLarge { limit: usize },
    #[error("The values take more than {limit} bytes of memory; give the query a filter")]
    TooManyValues { limit: usize },
    #[error("A schema has at most {limit} bytes")]
    SchemaTooLarge { limit: usize },
    #[error("A record takes at most {limit} bytes of memory")]
    RecordTooLarge { limit: usize },
    #[error("A batch has at most {limit} items; this one has {items}")]
    BatchTooLong { items: usize, limit: usize },
    #[error("A batch has as many values as keys; this one has {keys} keys and {values} values")]
    BatchLengths { keys: usize, values: usize },
    #[error("The values of the keys take more than {limit} bytes of memory; read fewer at once")]
    KvValuesTooLarge { limit: usize },
    #[error("A KV key has at most {links} links of {bytes} bytes together")]
    TooManyKvLinks { links: usize, bytes: usize },
    #[error(
        "An index, or uniqueness, can be added to a collection of at most {records} records and {bytes} bytes; create \
         a collection that has it, and copy the records"
    )]
    CollectionTooLarge { records: u64, bytes: u64 },
    #[error("Invalid value: expected {}, got {}", .0.expected, .0.got)]
    KvValue(Mismatch),
    #[error("Invalid ttl: it must be a number of seconds, or a text such as 30s, 5m, 1h or 2d")]
    KvTtl,
    #[error("Invalid pattern: {0}")]
    KvPattern(#[from] regex::Error),
    #[error("The key is too weak: it needs at least 32 characters, 8 of them different")]
    WeakKey,
    #[error("The key may only have visible ASCII characters")]
    KeyCharacters,
    #[error("Invalid {0}: a field name is blank")]
    BlankFieldName(&'static str),
    #[error(
        "Invalid {restriction}: '{field}' has a dot, and a restriction names whole fields; name the field before \
         the dot"
    )]
    DottedFieldName {
        restriction: &'static str,
        field: String,
    },
    #[error("A grant on a prefix needs read or write; delete it to take both away")]
    EmptyKvGrant,

    // A key may not do it.
    #[error("Invalid API key")]
    InvalidApiKey,
    #[error(transparent)]
    Denied(#[from] PermissionDenied),

    // Something is not there.
    #[error("Record not found")]
    RecordNotFound,
    #[error("Record not found (expired)")]
    RecordExpired,
    #[error("Record has been deleted")]
    RecordDeleted,
    #[error("Record '{0}' is not in the trash")]
    NotInTrash(String),
    #[error("Collection '{0}' not found")]
    CollectionNotFound(String),
    #[error("Key not found")]
    KvKeyNotFound,
    #[error("API key not found")]
    ApiKeyNotFound,
    #[error("This key has no grant on {subject} '{name}'")]
    GrantNotFound { subject: &'static str, name: String },

    // Something is in the way.
    #[error("Record '{0}' already exists")]
    RecordExists(String),
    #[error("Record '{0}' exists again")]
    RecordExistsAgain(String),
    #[error("Collection '{0}' already exists")]
    CollectionExists(String),
    #[error(
        "Collection '{0}' has another schema already; delete it first, or leave the schema out (a schema comes \
         before the collection's records)"
    )]
    OtherSchema(String),
    #[error("Unique constraint violation for field '{0}'")]
    NotUnique(String),
    #[error("This key already exists")]
    ApiKeyExists,

    // A transaction is in the way, or gone.
    #[error(transparent)]
    Transaction(TransactionError),

    // A seed cannot be stored, or an emulator not be started.
    #[error("cannot seed from {place}: {problem}; nothing of this seed was stored")]
    Seed { place: String, problem: String },
    #[error("the admin key is a limited key in this data directory")]
    LimitedAdminKey,

    // The database fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the system returned no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

impl Error {
    /// An action that does not apply to a field or an operand.
    pub(crate) fn action(action: &str, reason: impl Into<String>) -> Self {
        Self::Action {
            action: action.to_owned(),
            reason: reason.into(),
        }
    }

    pub(crate) fn seed(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Seed {
            place: place.into(),
            problem: problem.into(),
        }
    }

    /// Whether an id or a unique value is in use already.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(
            self,
            Self::RecordExists(_) | Self::RecordExistsAgain(_) | Self::NotUnique(_)
        )
    }
}

/// A failure of the store is the same in a transaction and outside.
impl From<TransactionError> for Error {
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Store(error) => Self::Store(error),
            error => Self::Transaction(error),
        }
    }
}

impl From<UnknownMember> for Error {
    fn from(error: UnknownMember) -> Self {
        Self::Input(error.into())
    }
}

/// An operand of an action that is not of the type it says.
impl From<(&str, Mismatch)> for Error {
    fn from((action, mismatch): (&str, Mismatch)) -> Self {
        let Mismatch { expected, got } = mismatch;
        Self::action(action, format!("expected {expected}, got {got}"))
    }
}
