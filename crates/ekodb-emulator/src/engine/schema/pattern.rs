//! Compiled patterns, kept by their text: compiling one takes milliseconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use regex::{Regex, RegexBuilder};

/// How large a compiled pattern may be, in bytes.
const LARGEST: usize = 512 * 1024;

/// How many compiled patterns are kept.
const MOST: usize = 64;

static KEPT: Mutex<Option<HashMap<String, Regex>>> = Mutex::new(None);

/// Compiles a pattern.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(LARGEST).build()
}

/// Whether a text matches a pattern. A pattern that does not compile matches nothing.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let kept = {
        let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().and_then(|kept| kept.get(pattern).cloned())
    };
    let regex = match kept {
        Some(regex) => regex,
        None => match compile(pattern) {
            Ok(regex) => keep(pattern, regex),
            Err(_) => return false,
        },
    };
    regex.is_match(text)
}

fn keep(pattern: &str, regex: Regex) -> Regex {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_with(HashMap::new);
    if kept.len() >= MOST {
        kept.clear();
    }
    kept.insert(pattern.to_owned(), regex.clone());
    regex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_however_many_there_are() {
        for n in 0..3 * MOST {
            let pattern = format!("^a{{{n}}}$");
            assert!(matches(&pattern, &"a".repeat(n)), "{n}");
            assert!(!matches(&pattern, &"a".repeat(n + 1)), "{n}");
        }
        let kept = KEPT.lock().unwrap();
        assert!(kept.as_ref().is_some_and(|kept| kept.len() <= MOST));
    }

    #[test]
    fn a_pattern_that_is_too_large_is_refused() {
        assert!(compile(r"(\w{100}){100}").is_err());
    }
}
