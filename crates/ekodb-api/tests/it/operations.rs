//! The table of operations, for a person to review.

use ekodb_api::Operation;

#[test]
fn the_table_of_operations() {
    let lines: Vec<String> = Operation::all()
        .iter()
        .map(|operation| {
            format!(
                "{:6} {:60} {:28} auth {:?}, privilege {:?}, replay {:?}, success {}{}{}{}",
                operation.method,
                operation.path,
                operation.id,
                operation.auth,
                operation.privilege,
                operation.replay,
                operation.success,
                if operation.has_reply {
                    ""
                } else {
                    " without a body"
                },
                if operation.deprecated {
                    ", deprecated"
                } else {
                    ""
                },
                if operation.takes_transaction {
                    ", in transactions"
                } else {
                    ""
                },
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
