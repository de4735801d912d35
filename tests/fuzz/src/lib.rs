//! Fuzz tests: parsers are given inputs that nobody would write. Each is in a module `fuzz`, by
//! which `cargo xtask fuzz` finds it.
//!
//! `cargo test` runs each on the inputs in its `__fuzz__/NAME/corpus` and on some hundred random
//! ones, which are the same each time. `cargo xtask fuzz` goes on with others for as long as it is
//! told to.

mod documents;

#[doc(hidden)]
pub use bolero;
pub use documents::{WORDS, documents, variant};

/// How many random inputs `cargo test` gives to a test.
const INPUTS: u64 = 300;

/// How long they are at most.
const LONGEST: usize = 400;

/// Runs a closure of `&[u8]` on all inputs of the test that it stands in. It panics where something
/// is wrong.
#[macro_export]
macro_rules! check {
    ($test:expr) => {{
        let mut test = std::panic::AssertUnwindSafe($test);
        for input in $crate::inputs() {
            (test.0)(&input);
        }
        $crate::bolero::check!()
            .with_iterations(0)
            .for_each(move |input: &[u8]| {
                let test = &mut test;
                (test.0)(input);
            });
    }};
}

/// Random inputs, the same each time.
pub fn inputs() -> impl Iterator<Item = Vec<u8>> {
    (0..INPUTS).map(|seed| {
        let mut random = fastrand::Rng::with_seed(seed);
        let length = random.usize(..LONGEST);
        std::iter::repeat_with(|| random.u8(..))
            .take(length)
            .collect()
    })
}
