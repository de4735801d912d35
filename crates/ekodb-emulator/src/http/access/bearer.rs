//! Extractors that let a handler run only for a caller with the right to it.
//!
//! A handler states its privilege in its signature: `Access<Admin>`, `Access<Any>`,
//! `Access<Reads>`. They stand before the body, so that nothing is read for somebody who may not do
//! it.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::tokens::Tokens;
use crate::engine::{ApiKey, Database, Error};
use crate::http::error::ApiError;
use crate::http::wire::{CollectionName, KvKey, RawKvKeys, has_parameter};

/// What a handler asks of its caller.
pub(crate) trait Privilege {
    const ON: Subject = Subject::Nothing;

    /// `subject` is the name of what the right is on, if the path has it.
    fn check(caller: &ApiKey, subject: Option<&str>) -> Result<(), Error>;
}

/// What a right is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Nothing,
    /// The collection in the path.
    Collection,
    /// The KV key in the path; without one, any KV key.
    KvKey,
}

/// Any valid key.
#[derive(Debug)]
pub(crate) struct Any;

/// An admin key.
#[derive(Debug)]
pub(crate) struct Admin;

/// `read` on the collection in the path.
#[derive(Debug)]
pub(crate) struct Reads;

/// `write` on the collection in the path.
#[derive(Debug)]
pub(crate) struct Writes;

/// `read` on a prefix of the KV key in the path.
#[derive(Debug)]
pub(crate) struct KvReads;

/// `write` on a prefix of the KV key in the path.
#[derive(Debug)]
pub(crate) struct KvWrites;

impl Privilege for Any {
    fn check(_caller: &ApiKey, _subject: Option<&str>) -> Result<(), Error> {
        Ok(())
    }
}

impl Privilege for Admin {
    fn check(caller: &ApiKey, _subject: Option<&str>) -> Result<(), Error> {
        Ok(caller.require_admin()?)
    }
}

impl Privilege for Reads {
    const ON: Subject = Subject::Collection;

    fn check(caller: &ApiKey, subject: Option<&str>) -> Result<(), Error> {
        Ok(caller.require_read(subject.unwrap_or_default())?)
    }
}

impl Privilege for Writes {
    const ON: Subject = Subject::Collection;

    fn check(caller: &ApiKey, subject: Option<&str>) -> Result<(), Error> {
        Ok(caller.require_write(subject.unwrap_or_default())?)
    }
}

impl Privilege for KvReads {
    const ON: Subject = Subject::KvKey;

    fn check(caller: &ApiKey, subject: Option<&str>) -> Result<(), Error> {
        Ok(caller.require_kv_read(subject)?)
    }
}

impl Privilege for KvWrites {
    const ON: Subject = Subject::KvKey;

    fn check(caller: &ApiKey, subject: Option<&str>) -> Result<(), Error> {
        Ok(caller.require_kv_write(subject)?)
    }
}

/// A caller who holds the privilege `P`.
#[derive(Debug)]
pub(crate) struct Access<P> {
    pub(crate) caller: ApiKey,
    privilege: PhantomData<P>,
}

impl<P, S> FromRequestParts<S> for Access<P>
where
    P: Privilege,
    S: Send + Sync,
    RawKvKeys: FromRef<S>,
    Arc<Database>: FromRef<S>,
    Arc<Tokens>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = caller(parts, state)?.ok_or(ApiError::InvalidToken)?;
        let subject = match P::ON {
            Subject::Collection => Some(CollectionName::from_request_parts(parts, state).await?.0),
            Subject::KvKey if has_parameter(parts, "key") => {
                Some(KvKey::from_request_parts(parts, state).await?.0)
            }
            Subject::KvKey | Subject::Nothing => None,
        };
        P::check(&caller, subject.as_deref())?;
        Ok(Self {
            caller,
            privilege: PhantomData,
        })
    }
}

/// The caller of an open route: `None` without a good token.
#[derive(Debug)]
pub(crate) struct MaybeBearer(pub(crate) Option<ApiKey>);

impl<S> FromRequestParts<S> for MaybeBearer
where
    S: Send + Sync,
    Arc<Database>: FromRef<S>,
    Arc<Tokens>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(Self(caller(parts, state)?))
    }
}

fn caller<S>(parts: &Parts, state: &S) -> Result<Option<ApiKey>, ApiError>
where
    Arc<Database>: FromRef<S>,
    Arc<Tokens>: FromRef<S>,
{
    let Some(token) = bearer(parts) else {
        return Ok(None);
    };
    let database = Arc::<Database>::from_ref(state);
    let Some(key_id) = Arc::<Tokens>::from_ref(state).check(token, database.clock().now()) else {
        return Ok(None);
    };
    Ok(database.key_by_id(&key_id)?)
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts
        .headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
