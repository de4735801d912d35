//! Every rule of the comparison: its name, its level, its reason and its fix.

pub(crate) mod document;
pub(crate) mod exchange;
pub(crate) mod operation;
pub(crate) mod schema;
pub(crate) mod servers;

use super::change::Rule;

/// What to do about a change that breaks nobody.
const NOTHING_TO_FIX: &str = "nothing; say it in the changelog";
/// What to do about a change of words.
const WORDS_ONLY: &str = "nothing";

/// Every rule.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    [document::ALL, servers::ALL, operation::ALL, exchange::ALL]
        .into_iter()
        .flatten()
        .copied()
        .chain(
            schema::ALL
                .iter()
                .flat_map(|sided| [&sided.request, &sided.response]),
        )
}

/// Makes `pub(crate) static`s of rules, and the list `ALL` of them.
macro_rules! rules {
    ($($ident:ident: $name:literal, $verdict:ident($why:literal $(, $fix:literal)?);)*) => {
        $(pub(crate) static $ident: $crate::diff::change::Rule =
            $crate::diff::rules::$verdict($name, $why $(, $fix)?);)*
        #[cfg(test)]
        pub(super) static ALL: &[&$crate::diff::change::Rule] = &[$(&$ident),*];
    };
}

/// Makes `pub(crate) static`s of pairs of rules, one for each side, and the list `ALL` of them.
macro_rules! sided_rules {
    ($($ident:ident: $stem:literal,
        request $request:ident($request_why:literal $(, $request_fix:literal)?),
        response $response:ident($response_why:literal $(, $response_fix:literal)?);)*) => {
        $(pub(crate) static $ident: $crate::diff::change::Sided = $crate::diff::change::Sided {
            request: $crate::diff::rules::$request(concat!("request-", $stem), $request_why $(, $request_fix)?),
            response: $crate::diff::rules::$response(concat!("response-", $stem), $response_why $(, $response_fix)?),
        };)*
        #[cfg(test)]
        pub(super) static ALL: &[&$crate::diff::change::Sided] = &[$(&$ident),*];
    };
}

use {rules, sided_rules};

const fn breaking(name: &'static str, why: &'static str, fix: &'static str) -> Rule {
    Rule {
        name,
        level: super::change::Level::Breaking,
        why,
        fix,
    }
}

const fn compatible(name: &'static str, why: &'static str) -> Rule {
    Rule {
        name,
        level: super::change::Level::Compatible,
        why,
        fix: NOTHING_TO_FIX,
    }
}

const fn documentation(name: &'static str, why: &'static str) -> Rule {
    Rule {
        name,
        level: super::change::Level::Documentation,
        why,
        fix: WORDS_ONLY,
    }
}
