//! `ekodb logout`.

use clap::Args;

use super::Context;
use crate::{
    failure::Failure,
    settings::{Directory, Profiles},
};

/// Forget a profile and its key
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb logout --profile staging")]
pub(crate) struct Logout {}

impl Logout {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let directory = Directory::find()?;
        let mut profiles = Profiles::load(&directory)?;
        let name = context.connection.profile_name(&profiles);
        profiles.get(&name)?.key.forget(&directory, &name)?;
        profiles.profiles.remove(&name);
        if profiles.current.as_ref() == Some(&name) {
            profiles.current = None;
        }
        profiles.save(&directory)?;
        context
            .output
            .note(&format!("forgot the profile {name} and its key"));
        Ok(())
    }
}
