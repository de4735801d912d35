//! `ekodb api`.

use clap::Args;

use super::Context;
use crate::{failure::Failure, literal_or_file::read_json};

/// Make any call of the API and print the reply as JSON
///
/// The token is sent with it. The reply is printed as the server sends it: that of
/// /api/auth/keys has the values of keys in it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb api GET /api/collections
  ekodb api POST /api/find/users -d '{\"limit\": 1}'
  ekodb api POST /api/insert/users -d @body.json")]
pub(crate) struct Api {
    /// GET, POST, PUT, PATCH or DELETE
    method: String,

    /// The path, with a query string if there is one
    path: String,

    /// The body: JSON, @FILE or - for standard input
    #[arg(short, long, value_name = "JSON")]
    data: Option<String>,
}

impl Api {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let body = self.data.as_deref().map(read_json).transpose()?;
        let method = self.method.to_uppercase();
        let client = context.client()?;
        let reply = client.raw_request(method, self.path, body).await?;
        context.output.json(&reply)
    }
}
