//! A number comes back as the one that was sent.

use ekodb_client::{Record, value::Value};

use crate::stage::Stage;

#[tokio::test]
async fn a_float_survives_to_its_last_bit() {
    let stage = Stage::start().await;
    let numbers = stage.admin.collection("numbers");
    for float in [
        0.1 + 0.2,
        122.416_294_033_786_58,
        1.0e-7 / 3.0,
        1.797e308,
        2.3e-308,
    ] {
        let id = numbers
            .insert(Record::new().with("n", float))
            .await
            .unwrap();
        let read = numbers.get(id).await.unwrap();
        assert_eq!(read.get("n"), Some(&Value::Float(float)));
    }
}
