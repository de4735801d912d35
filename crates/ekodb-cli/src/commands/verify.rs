//! `ekodb verify`.

use std::path::{Path, PathBuf};

use clap::Args;
use ekodb_client::Client;
use serde_json::json;

use super::Context;
use crate::{
    connection::Connection,
    failure::{Exit, Failure},
    output::{Columns, Format, Object, object},
    settings::state_folder,
    verify::{
        CleanupList, Outcome, Runner, Selection, Verdict, leftovers, probes, untestable,
        write_fixtures,
    },
};

/// Ask a server whether it is as the contract assumes
///
/// Each probe is one claim that no source proves: it is confirmed, refuted, or untestable for a
/// reason. All that is made has names of its own and is removed at the end, also after Ctrl-C;
/// after a crash, by the next run. Other data is neither read nor changed, and settings of the
/// whole server are changed only by probes that are asked by name. Needs an admin key, since
/// no other can delete collections.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb verify --url http://localhost:8080
  ekodb verify --admin --json > verify.json
  ekodb verify --admin --probe create-collection-twice --fixtures recorded
  ekodb verify --list")]
pub(crate) struct Verify {
    /// Ask probes that register, change and revoke API keys of their own, too
    #[arg(long)]
    admin: bool,

    /// Ask only this probe, and those that it needs. Can be repeated
    #[arg(long = "probe", value_name = "NAME")]
    named: Vec<String>,

    /// Write each exchange to a file in this directory, without secrets
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,

    /// List the probes, and what cannot be tested; ask nothing
    #[arg(long)]
    list: bool,
}

impl Verify {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let probes = probes()?;
        for name in &self.named {
            if !probes.iter().any(|probe| probe.name == *name) {
                return Err(Failure::usage(format!("there is no probe `{name}`"))
                    .hint("`ekodb verify --list` lists the probes"));
            }
        }
        if self.list {
            return list(context);
        }
        let Connection { url, key } = context.connection.resolve()?;
        let client = context
            .connection
            .client_for(&url.value, key.value.clone())?;
        check(&client).await?;
        let folder = state_folder("verify")?;
        remove_leftovers(context, &client, &folder).await;

        let prefix = format!("ev_{:08x}_", uuid::Uuid::new_v4().as_fields().0);
        let mut cleanup_list = CleanupList::start(&folder, client.base_url().to_owned(), prefix)?;
        let connection = context.connection.clone();
        let connect = Box::new(move |key| connection.client_for(&url.value, key));
        let selection = Selection {
            admin: self.admin,
            named: self.named,
        };
        let mut runner = Runner::new(
            client.clone(),
            key.value,
            connect,
            probes,
            selection,
            &mut cleanup_list,
        )
        .await?;
        let ended = tokio::select! {
            ended = runner.run() => ended,
            _ = tokio::signal::ctrl_c() => {
                context.output.note("interrupted: removing what was made");
                Err(Failure::new(Exit::Interrupted, "interrupted"))
            }
        };
        let verdicts = runner.verdicts;
        let removed = remove(cleanup_list, &client).await;
        ended?;
        if let Some(folder) = &self.fixtures {
            let count = write_fixtures(folder, &verdicts)?;
            let folder = folder.display();
            context
                .output
                .note(&format!("wrote {count} fixtures to {folder}"));
        }
        print(context, &verdicts)?;
        removed?;
        conclude(context, &verdicts)
    }
}

/// Whether there is an ekoDB, and a key that can clean up.
async fn check(client: &Client) -> Result<(), Failure> {
    client.health().no_retry().await?;
    // An older or odd server may answer in another form, which the probes will tell.
    match client.keys().me().get().await {
        Ok(permissions) if !permissions.admin => Err(Failure::new(
            Exit::Permission,
            "the key is limited: what the probes make can be deleted by an admin key only",
        )),
        _ => Ok(client.token().await.map(|_| ())?),
    }
}

async fn remove_leftovers(context: &Context, client: &Client, folder: &Path) {
    for cleanup_list in leftovers(folder) {
        let path = cleanup_list.path().display().to_string();
        if cleanup_list.url != client.base_url() {
            let text = format!(
                "an earlier run left something on {}: {path}",
                cleanup_list.url
            );
            context.output.note(&text);
            continue;
        }
        let text = match cleanup_list.remove(client).await {
            Ok(()) => "removed what an earlier run left".to_owned(),
            Err(left) => format!("cannot remove what an earlier run left: {left}"),
        };
        context.output.note(&text);
    }
}

/// Removes what was made. A second Ctrl-C leaves the rest to the next run.
async fn remove(cleanup_list: CleanupList, client: &Client) -> Result<(), Failure> {
    let path = cleanup_list.path().display().to_string();
    let hint = format!("the next run of `ekodb verify` removes it; {path} lists it");
    tokio::select! {
        removed = cleanup_list.remove(client) => removed.map_err(|left| {
            let message = format!("not all was removed: {left}");
            Failure::new(Exit::Unavailable, message).hint(hint)
        }),
        _ = tokio::signal::ctrl_c() => {
            Err(Failure::new(Exit::Interrupted, "interrupted: not all was removed").hint(hint))
        }
    }
}

fn print(context: &Context, verdicts: &[Verdict]) -> Result<(), Failure> {
    let table = matches!(context.output.format, Format::Table | Format::Csv);
    let rows: Vec<Object> = match table {
        true => verdicts.iter().map(Verdict::row).collect(),
        false => verdicts.iter().map(Verdict::document).collect(),
    };
    let columns = Columns::new("probe", ["probe", "operation", "result", "detail"]);
    context.output.list(&columns, &rows)
}

/// Says what the outcome is and what to do. Fails if something is refuted.
fn conclude(context: &Context, verdicts: &[Verdict]) -> Result<(), Failure> {
    let count = |name| {
        let named = |verdict: &&Verdict| verdict.outcome.name() == name;
        verdicts.iter().filter(named).count()
    };
    for edit in verdicts.iter().filter_map(Verdict::edit) {
        context.output.note(&format!("edit {edit}"));
    }
    context.output.note(&format!(
        "{} confirmed, {} refuted, {} untestable",
        count("confirmed"),
        count("refuted"),
        count("untestable")
    ));
    let refuted: Vec<&str> = verdicts
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::Refuted)
        .map(|verdict| verdict.probe.name.as_str())
        .collect();
    match refuted[..] {
        [] => Ok(()),
        _ => Err(Failure::new(
            Exit::Refuted,
            format!(
                "the server is not as the contract assumes: {}",
                refuted.join(", ")
            ),
        )
        .hint("--json shows what was sent and received")),
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let probes = probes()?.into_iter().map(|probe| {
        object(json!({
            "probe": probe.name,
            "operation": probe.operation,
            "about": probe.about.join(", "),
            "claim": probe.says,
        }))
    });
    let untestable = untestable()?.into_iter().map(|one| {
        object(json!({ "about": one.about, "claim": format!("untestable: {}", one.because) }))
    });
    let rows: Vec<Object> = probes.chain(untestable).collect();
    let columns = Columns::new("probe", ["probe", "operation", "about", "claim"]);
    context.output.list(&columns, &rows)
}
