//! The emulator as applications see it: its builder, its handle, its errors.

mod builder;
mod error;
mod handle;

pub use builder::EmulatorBuilder;
pub use error::{Error, ErrorKind};
pub use handle::Emulator;
