//! What a key must be allowed to do.

use super::change::Rule;
use super::rules::operation as rules;

/// Which rule a change of privilege falls under, if any.
pub(crate) fn judge(before: Option<&str>, after: Option<&str>) -> Option<&'static Rule> {
    if before == after {
        None
    } else if implied(before, after) {
        Some(&rules::PRIVILEGE_LOWERED)
    } else {
        Some(&rules::PRIVILEGE_RAISED)
    }
}

/// Whether a key with the privilege `held` always has `needed` too. A grant to read is no grant to
/// write, nor the reverse.
fn implied(held: Option<&str>, needed: Option<&str>) -> bool {
    match needed {
        Some("none") | None => true,
        Some("any") => held != Some("none") && held.is_some(),
        Some("admin") => false,
        Some(_) => held == Some("admin"),
    }
}
