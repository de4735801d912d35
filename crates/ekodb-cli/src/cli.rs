//! The command line.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use ekodb_emulator::cli::EmulatorArgs;
use futures::future::BoxFuture;

use crate::{
    commands::{
        Context, api::Api, collections::CollectionsCommand, completions::Completions,
        dashboard::Dashboard, export::ExportArgs, import::ImportArgs, keys::KeysCommand,
        kv::KvCommand, login::Login, logout::Logout, man::Man, profile::ProfileCommand,
        quickstart::Quickstart, records::RecordsCommand, status::Status, token::Token,
        verify::Verify,
    },
    connection::ConnectionArgs,
    failure::Failure,
    output::{Format, Output},
};

/// ekoDB at the command line
///
/// The server and the key come from flags, else from the environment (EKODB_API_URL,
/// EKODB_API_KEY), else from the profile that `ekodb login` stored. A key is never an
/// argument: other users of the machine could see it.
#[derive(Parser, Debug)]
#[command(name = "ekodb", version, after_long_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// How results are printed
    #[arg(
        long,
        short,
        global = true,
        value_enum,
        default_value_t,
        help_heading = "Output"
    )]
    output: Format,

    /// The same as --output json
    #[arg(
        long,
        global = true,
        conflicts_with = "output",
        help_heading = "Output"
    )]
    json: bool,

    /// Print ids and names only, and no messages but errors
    #[arg(long, short, global = true, help_heading = "Output")]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0    done
  1    failed for a reason that is not listed here, or not confirmed
  2    the command line or the configuration is wrong
  3    the key or the token is missing or was rejected
  4    the key may not do this
  5    not found
  6    conflict: it exists already, or a unique value is taken
  7    the server cannot be reached, is overloaded or failed, or did not answer in time
  8    some records were refused (import)
  9    the server is not as the contract assumes (verify)
  130  interrupted (Ctrl-C)
  141  the reader of the output closed it";

#[derive(Subcommand, Debug)]
enum Command {
    Login(Login),
    Logout(Logout),
    #[command(subcommand)]
    Profile(ProfileCommand),
    Status(Status),
    Token(Token),
    Api(Api),
    Dashboard(Dashboard),
    #[command(subcommand)]
    Keys(KeysCommand),
    #[command(subcommand)]
    Collections(CollectionsCommand),
    #[command(subcommand)]
    Records(RecordsCommand),
    #[command(subcommand)]
    Kv(KvCommand),
    Import(ImportArgs),
    Export(ExportArgs),
    Verify(Verify),
    Quickstart(Quickstart),
    #[command(after_help = "Examples:
  ekodb emulator --port 8080 --data-dir data
  ekodb emulator --seed tests/data")]
    #[command(mut_subcommand("serve", |serve| serve.after_help("Examples:
  ekodb emulator serve --port 8080")))]
    #[command(mut_subcommand("exec", |exec| exec.after_help("Examples:
  ekodb emulator exec --seed people.ndjson -- sh -c 'echo $EKODB_API_URL'")))]
    Emulator(Box<EmulatorArgs>),
    Completions(Completions),
    Man(Man),
}

impl Cli {
    pub(crate) fn output(&self) -> Output {
        Output {
            format: if self.json { Format::Json } else { self.output },
            quiet: self.quiet,
        }
    }

    /// Whether the command follows signals itself.
    pub(crate) fn follows_signals(&self) -> bool {
        matches!(self.command, Command::Emulator(_) | Command::Verify(_))
    }

    /// Runs the command. Returns the exit code of what it ran.
    pub(crate) async fn run(self, definition: clap::Command) -> Result<ExitCode, Failure> {
        let context = Context {
            output: self.output(),
            connection: self.connection,
        };
        let done = match self.command {
            Command::Login(login) => login.run(&context).await,
            Command::Logout(logout) => logout.run(&context),
            Command::Profile(profile) => profile.run(&context),
            Command::Status(status) => status.run(&context).await,
            Command::Token(token) => token.run(&context).await,
            Command::Api(api) => api.run(&context).await,
            Command::Dashboard(dashboard) => dashboard.run(&context),
            Command::Keys(keys) => keys.run(&context).await,
            Command::Collections(collections) => collections.run(&context).await,
            Command::Records(records) => records.run(&context).await,
            Command::Kv(kv) => kv.run(&context).await,
            Command::Import(import) => import.run(&context).await,
            Command::Export(export) => export.run(&context).await,
            Command::Verify(verify) => verify.run(&context).await,
            Command::Completions(completions) => completions.run(definition),
            Command::Man(man) => man.run(&context, definition),
            Command::Quickstart(quickstart) => quickstart.run(&context, step).await,
            Command::Emulator(arguments) => {
                return Ok(ekodb_emulator::cli::run(*arguments).await);
            }
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}

/// Runs a command line with a server that is given.
fn step(words: Vec<String>, connection: ConnectionArgs) -> BoxFuture<'static, Result<(), Failure>> {
    Box::pin(async move {
        let mut cli = Cli::try_parse_from(words)
            .map_err(|error| Failure::usage(error.render().to_string()))?;
        cli.connection = connection;
        cli.run(Cli::command()).await.map(|_| ())
    })
}
