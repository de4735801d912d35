//! What is measured, and against what.

/// Programs that do the same.
pub(crate) struct Comparison {
    /// What they do.
    pub(crate) name: &'static str,
    /// The same by hand, to which the others are compared.
    pub(crate) base: Option<Contender>,
    pub(crate) contenders: &'static [Contender],
    /// Two numbers of units. The difference of their counts is free of what happens once.
    pub(crate) units: [usize; 2],
}

/// A program, and what it is told to do.
#[derive(Clone, Copy)]
pub(crate) struct Contender {
    pub(crate) label: &'static str,
    pub(crate) package: &'static str,
    pub(crate) scenario: &'static str,
}

const fn contender(
    label: &'static str,
    package: &'static str,
    scenario: &'static str,
) -> Contender {
    Contender {
        label,
        package,
        scenario,
    }
}

impl Contender {
    /// Whether it is the client of this repository.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self.package, "sdk" | "token")
    }
}

const CALLS: [usize; 2] = [200, 600];
const RECORDS: [usize; 2] = [1_000, 5_000];

pub(crate) const COMPARISONS: [Comparison; 7] = [
    Comparison {
        name: "list the collections",
        base: Some(contender("reqwest", "reqwest", "list")),
        contenders: &[
            contender("sdk", "sdk", "list"),
            contender("sdk, raw-api", "sdk", "list by raw-api"),
            contender("sdk, raw-api, prepared once", "sdk", "list, prepared"),
            contender("hyper-util", "hyper", "list"),
            contender("official client", "official", "list"),
        ],
        units: CALLS,
    },
    Comparison {
        name: "get a record",
        base: Some(contender("reqwest", "reqwest", "get")),
        contenders: &[
            contender("sdk", "sdk", "get"),
            contender("hyper-util", "hyper", "get"),
            contender("official client, untyped", "official", "get"),
        ],
        units: CALLS,
    },
    Comparison {
        name: "insert a record",
        base: Some(contender("reqwest", "reqwest", "insert")),
        contenders: &[
            contender("sdk", "sdk", "insert"),
            contender("hyper-util", "hyper", "insert"),
            contender("official client, untyped", "official", "insert"),
        ],
        units: CALLS,
    },
    Comparison {
        name: "stream plain records",
        base: Some(contender("reqwest", "reqwest", "stream plain")),
        contenders: &[
            contender("sdk", "sdk", "stream plain"),
            contender("sdk, untyped", "sdk", "untyped plain"),
            contender("official client, untyped", "official", "untyped plain"),
        ],
        units: RECORDS,
    },
    Comparison {
        name: "stream records of typed values",
        base: Some(contender("reqwest", "reqwest", "stream typed")),
        contenders: &[
            contender("sdk", "sdk", "stream typed"),
            contender("sdk, untyped", "sdk", "untyped typed"),
            contender("official client, untyped", "official", "untyped typed"),
        ],
        units: RECORDS,
    },
    Comparison {
        name: "insert many records",
        base: Some(contender("reqwest", "reqwest", "insert many")),
        contenders: &[
            contender("sdk", "sdk", "insert many"),
            contender("official client, untyped", "official", "insert many"),
        ],
        units: RECORDS,
    },
    Comparison {
        name: "look up the token",
        base: None,
        contenders: &LOOK_UPS,
        units: [1_000, 11_000],
    },
];

/// Who is asked for as many requests as they can make. The first is what the others are compared
/// to.
pub(crate) const REQUESTS: [Contender; 4] = [
    contender("reqwest", "reqwest", "list"),
    contender("sdk", "sdk", "list"),
    contender("hyper-util", "hyper", "list"),
    contender("official client", "official", "list"),
];

pub(crate) const TASKS: [usize; 3] = [1, 16, 64];

/// The second is what a call pays: it has read the clocks for its timer.
pub(crate) const LOOK_UPS: [Contender; 2] = [
    contender("sdk, with both clocks", "token", "look up"),
    contender("sdk", "token", "look up, clocks read"),
];

/// What is measured in time alone.
pub(crate) const BUILDS: [Contender; 3] = [
    contender("reqwest", "reqwest", "build"),
    contender("sdk", "sdk", "build"),
    contender("official client", "official", "build"),
];
