//! Extractors that let a handler run only for a caller with the right to it.
//!
//! A handler states its privilege in its signature: `Access<Admin>`, `Access<Any>`, `Access<Reads>`. They
//! stand before the body, so that nothing is read for somebody who may not do it.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::{CollectionGrant, Rights};
use crate::app::App;
use crate::store::{KeyRecord, Keys};
use crate::wire::{ApiError, CollectionName};

/// The key behind a request.
#[derive(Debug)]
pub(crate) struct Caller(pub(crate) KeyRecord);

impl Caller {
    pub(crate) fn is_admin(&self) -> bool {
        self.0.is_admin
    }

    /// Whether the caller has any right on a collection, and so may know of it.
    pub(crate) fn may_see(&self, collection: &str) -> bool {
        self.is_admin()
            || self
                .grant(collection)
                .is_some_and(|grant| grant.read || grant.write)
    }

    pub(crate) fn may_read(&self, collection: &str) -> bool {
        self.is_admin() || self.grant(collection).is_some_and(|grant| grant.read)
    }

    pub(crate) fn may_write(&self, collection: &str) -> bool {
        self.is_admin() || self.grant(collection).is_some_and(|grant| grant.write)
    }

    /// What the caller may see and set of a collection's records.
    pub(crate) fn rights(&self, collection: &str) -> Rights {
        match self.grant(collection) {
            _ if self.is_admin() => Rights::all(),
            Some(grant) => Rights::of(grant),
            None => Rights::of(&CollectionGrant::default()),
        }
    }

    pub(crate) fn require_read(&self, collection: &str) -> Result<(), ApiError> {
        if self.may_read(collection) {
            return Ok(());
        }
        Err(ApiError::forbidden(format!(
            "This key has no read permission on collection '{collection}'"
        )))
    }

    pub(crate) fn require_admin(&self) -> Result<(), ApiError> {
        if self.is_admin() {
            Ok(())
        } else {
            Err(ApiError::forbidden("This operation needs an admin key"))
        }
    }

    fn grant(&self, collection: &str) -> Option<&CollectionGrant> {
        self.0.collections.get(collection)
    }
}

/// What a handler asks of its caller.
pub(crate) trait Privilege {
    /// Whether the right is one on the collection in the path.
    const ON_COLLECTION: bool = false;

    fn check(caller: &Caller, collection: &str) -> Result<(), ApiError>;
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

impl Privilege for Any {
    fn check(_caller: &Caller, _collection: &str) -> Result<(), ApiError> {
        Ok(())
    }
}

impl Privilege for Admin {
    fn check(caller: &Caller, _collection: &str) -> Result<(), ApiError> {
        caller.require_admin()
    }
}

impl Privilege for Reads {
    const ON_COLLECTION: bool = true;

    fn check(caller: &Caller, collection: &str) -> Result<(), ApiError> {
        caller.require_read(collection)
    }
}

impl Privilege for Writes {
    const ON_COLLECTION: bool = true;

    fn check(caller: &Caller, collection: &str) -> Result<(), ApiError> {
        if caller.may_write(collection) {
            return Ok(());
        }
        Err(ApiError::forbidden(format!(
            "This key has no write permission on collection '{collection}'"
        )))
    }
}

/// A caller who holds the privilege `P`.
#[derive(Debug)]
pub(crate) struct Access<P> {
    pub(crate) caller: Caller,
    privilege: PhantomData<P>,
}

impl<P: Privilege> FromRequestParts<Arc<App>> for Access<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = caller(parts, app)?.ok_or_else(ApiError::unauthorized)?;
        let collection = if P::ON_COLLECTION {
            CollectionName::from_request_parts(parts, app).await?.0
        } else {
            String::new()
        };
        P::check(&caller, &collection)?;
        Ok(Self {
            caller,
            privilege: PhantomData,
        })
    }
}

/// The caller of an open route: `None` without a good token.
#[derive(Debug)]
pub(crate) struct MaybeBearer(pub(crate) Option<Caller>);

impl FromRequestParts<Arc<App>> for MaybeBearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        Ok(Self(caller(parts, app)?))
    }
}

fn caller(parts: &Parts, app: &App) -> Result<Option<Caller>, ApiError> {
    let Some(token) = bearer(parts) else {
        return Ok(None);
    };
    let Some(key_id) = app.tokens.check(token, app.clock.now()) else {
        return Ok(None);
    };
    let record = Keys(&app.store.snapshot()?).by_id(&key_id)?;
    Ok(record.map(Caller))
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
