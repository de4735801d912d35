//! `ekodb dashboard`.

use std::io::{self, IsTerminal};

use clap::Args;
use url::Url;

use super::Context;
use crate::{
    failure::Failure,
    settings::{Directory, Profiles},
};

/// Print the address of the page where the keys of a deployment are, and open it on a terminal
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb dashboard --deployment d-123 --no-open")]
pub(crate) struct Dashboard {
    /// The id of the deployment [default: that of the profile; else the list of deployments]
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,

    /// Only print
    #[arg(long)]
    no_open: bool,
}

impl Dashboard {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let deployment = match self.deployment {
            Some(id) => Some(id),
            None => {
                let profiles = Profiles::load(&Directory::find()?)?;
                let name = context.connection.profile_name(&profiles);
                profiles
                    .profiles
                    .get(&name)
                    .and_then(|profile| profile.deployment.clone())
            }
        };
        let address = address(deployment.as_deref())?;
        context.output.text(&address)?;
        if !self.no_open && io::stdout().is_terminal() {
            open::that_detached(&address)
                .map_err(|error| Failure::io("cannot open a browser", &error))?;
        }
        Ok(())
    }
}

fn address(deployment: Option<&str>) -> Result<String, Failure> {
    let wrong = || Failure::failed("the address of the dashboard cannot be written");
    let mut url = Url::parse("https://app.ekodb.io/deployments").map_err(|_| wrong())?;
    if let Some(id) = deployment {
        // As one segment, whatever it holds.
        url.path_segments_mut().map_err(|()| wrong())?.push(id);
        url.query_pairs_mut().append_pair("active_tab", "keys");
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_that_of_the_keys_of_one_deployment() {
        let of = |id| address(id).expect("it is valid");
        assert_eq!(
            of(Some("d-1")),
            "https://app.ekodb.io/deployments/d-1?active_tab=keys"
        );
        assert_eq!(
            of(Some("../x?y")),
            "https://app.ekodb.io/deployments/..%2Fx%3Fy?active_tab=keys"
        );
        assert_eq!(of(None), "https://app.ekodb.io/deployments");
    }
}
