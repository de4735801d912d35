//! What a change asks of the version, after semantic versioning. Below 1.0.0 the minor number
//! counts as the major one.

use semver::Version;

use super::change::Level;

/// The lowest version that may carry changes of this level after `base`. The level is `None` if
/// nothing changed.
pub(crate) fn lowest(base: &Version, level: Option<Level>) -> Version {
    let next = |major, minor, patch| Version::new(major, minor, patch);
    match level {
        None => base.clone(),
        // What a pre-release leads to has room for what its number announces.
        Some(level) if !base.pre.is_empty() && level <= announced(base) => {
            next(base.major, base.minor, base.patch)
        }
        Some(Level::Breaking) if base.major > 0 => next(base.major + 1, 0, 0),
        Some(Level::Breaking) if base.minor > 0 => next(0, base.minor + 1, 0),
        Some(Level::Compatible) if base.major > 0 => next(base.major, base.minor + 1, 0),
        Some(_) => next(base.major, base.minor, base.patch + 1),
    }
}

/// What a version says by its number alone about the changes since the release before it.
fn announced(version: &Version) -> Level {
    match (version.major, version.minor, version.patch) {
        (1.., 0, 0) | (0, _, 0) | (0, 0, _) => Level::Breaking,
        (1.., _, 0) | (0, _, _) => Level::Compatible,
        _ => Level::Documentation,
    }
}

/// Whether `revision` may carry changes of this level after `base`. A pre-release counts as what it
/// leads to.
pub(crate) fn allows(base: &Version, revision: &Version, level: Option<Level>) -> bool {
    let lowest = lowest(base, level);
    let newer = match level {
        None => revision >= base,
        Some(_) => revision > base,
    };
    let core = |version: &Version| (version.major, version.minor, version.patch);
    newer && core(revision) >= core(&lowest)
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

    fn may(base: &str, revision: &str, level: Level) -> bool {
        allows(
            &base.parse().unwrap(),
            &revision.parse().unwrap(),
            Some(level),
        )
    }

    #[test]
    fn a_pre_release_counts_as_what_it_leads_to() {
        assert!(may("1.4.2", "2.0.0-rc.1", Level::Breaking));
        assert!(!may("1.4.2", "1.5.0-rc.1", Level::Breaking));
    }

    #[test]
    fn what_a_pre_release_leads_to_may_change_what_its_number_announces() {
        for (base, revision) in [
            ("0.2.0-rc.1", "0.2.0"),
            ("0.2.0-rc.1", "0.2.0-rc.2"),
            ("2.0.0-beta", "2.0.0"),
        ] {
            assert!(may(base, revision, Level::Breaking), "{base} to {revision}");
        }
        assert!(may("1.2.0-rc.1", "1.2.0", Level::Compatible));
        assert!(!may("1.2.0-rc.1", "1.2.0", Level::Breaking));
        assert!(!may("1.2.3-rc.1", "1.2.3", Level::Compatible));
    }

    #[test]
    fn a_version_that_is_not_newer_allows_nothing() {
        assert!(!may("0.2.0-rc.1", "0.2.0-rc.1", Level::Documentation));
        assert!(!may("0.2.0-rc.2", "0.2.0-rc.1", Level::Documentation));
        let (base, revision) = ("0.2.0".parse().unwrap(), "0.2.0-rc.1".parse().unwrap());
        assert!(!allows(&base, &revision, None));
        assert!(allows(&base, &base, None));
    }
}
