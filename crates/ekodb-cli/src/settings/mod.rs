//! What `ekodb login` remembers: profiles in a file, their keys in the system keyring or in a
//! private file.

mod directory;
mod keys;
mod profiles;

pub(crate) use self::{
    directory::{Directory, state_folder, write_atomically},
    keys::KeyPlace,
    profiles::{Profile, Profiles},
};
