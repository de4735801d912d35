//! `ekodb token`.

use clap::Args;

use super::Context;
use crate::failure::Failure;

/// Print a token, for tools that make calls themselves
///
/// The token is a secret for as long as it is valid.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb token
  ekodb token --header")]
pub(crate) struct Token {
    /// Print the whole header, such as curl takes with -H
    #[arg(long)]
    header: bool,
}

impl Token {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let token = context.client()?.token().await?;
        let prefix = if self.header {
            "Authorization: Bearer "
        } else {
            ""
        };
        context.output.text(&format!("{prefix}{}", token.expose()))
    }
}
