//! The command line of the emulator, for `ekodb-emulator` and for programs that have it as a part
//! of theirs.

mod arguments;
mod banner;
mod exec;
mod run;
mod seeding;
mod signals;

pub use arguments::EmulatorArgs;
pub use run::{main, run};
