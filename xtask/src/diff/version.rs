//! What a change asks of the version, after semantic versioning. Below 1.0.0 the minor number counts as the major one.

use semver::Version;

use super::change::Level;

/// The lowest version that may carry changes of this level after `base`. The level is `None` if nothing changed.
pub(crate) fn lowest(base: &Version, level: Option<Level>) -> Version {
    let next = |major, minor, patch| Version::new(major, minor, patch);
    match level {
        None => base.clone(),
        Some(Level::Breaking) if base.major > 0 => next(base.major + 1, 0, 0),
        Some(Level::Breaking) if base.minor > 0 => next(0, base.minor + 1, 0),
        Some(Level::Compatible) if base.major > 0 => next(base.major, base.minor + 1, 0),
        Some(_) => next(base.major, base.minor, base.patch + 1),
    }
}

/// Whether `revision` is at least `lowest`. A pre-release counts as what it leads to.
pub(crate) fn reaches(revision: &Version, lowest: &Version) -> bool {
    (revision.major, revision.minor, revision.patch) >= (lowest.major, lowest.minor, lowest.patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(base: &str, level: Option<Level>) -> String {
        lowest(&base.parse().unwrap(), level).to_string()
    }

    #[test]
    fn a_breaking_change_takes_the_next_major_version() {
        assert_eq!(after("1.4.2", Some(Level::Breaking)), "2.0.0");
    }

    #[test]
    fn below_one_a_breaking_change_takes_the_next_minor_version() {
        assert_eq!(after("0.4.2", Some(Level::Breaking)), "0.5.0");
    }

    #[test]
    fn below_zero_one_every_version_may_break() {
        assert_eq!(after("0.0.2", Some(Level::Breaking)), "0.0.3");
    }

    #[test]
    fn a_compatible_change_takes_the_next_minor_version() {
        assert_eq!(after("1.4.2", Some(Level::Compatible)), "1.5.0");
    }

    #[test]
    fn below_one_a_compatible_change_takes_the_next_patch() {
        assert_eq!(after("0.4.2", Some(Level::Compatible)), "0.4.3");
    }

    #[test]
    fn a_change_of_words_takes_the_next_patch() {
        assert_eq!(after("1.4.2", Some(Level::Documentation)), "1.4.3");
    }

    #[test]
    fn no_change_takes_no_new_version() {
        assert_eq!(after("1.4.2", None), "1.4.2");
    }

    #[test]
    fn a_pre_release_counts_as_what_it_leads_to() {
        assert!(reaches(
            &"2.0.0-rc.1".parse().unwrap(),
            &"2.0.0".parse().unwrap()
        ));
    }
}
