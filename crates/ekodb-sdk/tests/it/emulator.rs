//! The calls that need no surface of their own, against the emulator.

use ekodb_client::ErrorKind;

use crate::{
    stage::Stage,
    support::{error_of, idempotent, soon},
};

#[tokio::test]
async fn health_says_more_to_an_admin() {
    let stage = Stage::start().await;
    let client = &stage.admin;
    let public = soon(client.health()).await.unwrap();
    assert!(public.is_ok());
    assert_eq!(public.version, None);
    let detailed = soon(client.health().detailed()).await.unwrap();
    assert!(detailed.is_ok() && detailed.version.is_some());
}

#[tokio::test]
async fn the_configuration_is_changed() {
    let stage = Stage::start().await;
    let client = &stage.admin;
    for typed in [false, true] {
        let change = soon(client.config().use_typed_values(typed)).await.unwrap();
        assert_eq!(change.use_typed_values, Some(typed));
    }
}

#[tokio::test]
async fn tokens_that_have_all_expired_cost_one_more_request_and_no_call() {
    let stage = Stage::start().await;
    let (emulator, client) = (&stage.emulator, &stage.admin);
    idempotent(client).await.unwrap();
    emulator.expire_tokens();
    idempotent(client).await.unwrap();
    assert_eq!(emulator.token_requests(), 2);
}

#[tokio::test]
async fn a_key_that_the_server_does_not_know_is_told_at_once() {
    let stage = Stage::start().await;
    let (emulator, client) = (&stage.emulator, &stage.admin);
    let stranger = client.with_api_key("ek-unknown-0123456789").unwrap();
    let error = error_of(stranger.token()).await;
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(error.operation(), Some("create_token"));
    assert_eq!(emulator.token_requests(), 1);
}
