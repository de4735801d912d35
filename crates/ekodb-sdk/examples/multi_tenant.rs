//! One deployment, many tenants: each has a collection and a limited key of its own, and its staff
//! see less still.
//!
//!     cargo run --example multi_tenant
#![allow(clippy::print_stdout, reason = "it tells a person what happens")]

mod support;

use ekodb_client::{
    Client, CollectionGrant, CollectionSchema, Error, ErrorKind, Field, KeyId, NewKey, Permission,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Serialize, Deserialize)]
struct Patient {
    name: String,
    ward: String,
    diagnosis: String,
}

/// What the front desk may know.
#[derive(Debug, Serialize, Deserialize)]
struct Visitor {
    name: String,
    ward: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (admin, _emulator) = support::connect().await?;
    let mut keys = Vec::new();
    let clinics = [
        support::unique("clinic_north"),
        support::unique("clinic_south"),
    ];
    let outcome = tour(&admin, &clinics, &mut keys).await;
    for key in &keys {
        admin.keys().revoke(key).await?;
    }
    for clinic in &clinics {
        admin.collection(clinic).delete_collection().await?;
    }
    println!("Revoked {} keys.", keys.len());
    Ok(outcome?)
}

async fn tour(
    admin: &Client,
    [north, south]: &[String; 2],
    keys: &mut Vec<KeyId>,
) -> Result<(), Error> {
    for clinic in [north, south] {
        admin
            .collection(clinic)
            .create(CollectionSchema::new().field("name", Field::string().required()))
            .await?;
    }

    // A tenant reads and writes its own collection, and no other.
    let doctor =
        NewKey::limited("north-doctor").allow(north, [Permission::Read, Permission::Write]);
    let doctor = client_with(admin, doctor, keys).await?;
    let patients = doctor.collection(north).typed::<Patient>();
    let id = patients
        .insert(&Patient {
            name: "Ada".to_owned(),
            ward: "W3".to_owned(),
            diagnosis: "overwork".to_owned(),
        })
        .await?;
    println!("The doctor of one clinic stored a patient.");
    refused(
        "read the other clinic",
        doctor.collection(south).find().await,
    )?;

    // The front desk reads two fields and may change one.
    let desk = NewKey::limited("north-desk").allow(north, [Permission::Read, Permission::Write]);
    let desk = client_with(admin, desk, keys).await?;
    let grant = CollectionGrant::read_write()
        .select_fields(["name", "ward"])
        .writable_fields(["ward"]);
    if let Some(key) = keys.last() {
        admin.keys().key(key).collection(north).put(grant).await?;
    }
    let visitors = desk.collection(north).typed::<Visitor>();
    println!("The front desk sees {:?}.", visitors.get(&id).await?);
    visitors.update(&id, json!({ "ward": "W4" })).await?;
    println!("The front desk moved the patient to another ward.");
    let change = visitors.update(&id, json!({ "name": "Grace" })).await;
    refused("rename a patient", change)?;

    // A type that wants more than the grant gives says what is missing, and where to look.
    match desk.collection(north).typed::<Patient>().get(&id).await {
        Err(error) => println!("The front desk cannot read a whole patient: {error}."),
        Ok(patient) => println!("Unexpected: the front desk read {patient:?}."),
    }
    Ok(())
}

/// Registers a key, and gives a client that uses it: of the same settings, with a token of its own.
async fn client_with(admin: &Client, key: NewKey, keys: &mut Vec<KeyId>) -> Result<Client, Error> {
    let registered = admin.keys().register(key).await?;
    keys.extend(registered.record.id);
    admin.with_api_key(registered.key)
}

/// Says that the server refused what it should, and fails if it did not.
fn refused<T>(what: &str, outcome: Result<T, Error>) -> Result<(), Error> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            println!("It may not {what}: {error}.");
            Ok(())
        }
        Err(error) => Err(error),
        Ok(_) => {
            println!("Unexpected: it was allowed to {what}.");
            Ok(())
        }
    }
}
