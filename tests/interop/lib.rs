//! Clients that this project did not write, against the emulator: see the tests.
