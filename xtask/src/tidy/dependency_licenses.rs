//! The licences of all dependencies, against those that `deny.toml` allows. `cargo deny check` does
//! the same and more, and takes minutes to install.

use std::path::Path;

use serde::Deserialize;
use spdx::{Expression, ParseMode, expression::ExpressionReq};

use crate::{files, metadata, terminal::print_line};

const FILE: &str = "deny.toml";

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

/// Names every dependency that has no licence which is allowed, and every allowed licence that no
/// dependency has. Returns whether there is none.
pub(super) fn check(root: &Path) -> Result<bool, String> {
    let text = files::read(&root.join(FILE))?;
    let Deny { licenses } = toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))?;
    let metadata = metadata::read(root)?;
    let mut licences = Vec::new();
    let mut findings = Vec::new();
    for package in metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
    {
        match read(package.license.as_deref()) {
            Ok(licence) if is_allowed(&licence, &licenses.allow) => licences.push(licence),
            Ok(licence) => findings.push(format!(
                "{} {}: {licence} is not allowed by {FILE}",
                package.name, package.version
            )),
            Err(problem) => {
                findings.push(format!("{} {}: {problem}", package.name, package.version))
            }
        }
    }
    for allowed in &licenses.allow {
        let mut requirements = licences.iter().flat_map(Expression::requirements);
        if !requirements.any(|requirement| names(requirement, allowed)) {
            findings.push(format!("{FILE} allows {allowed}, which no dependency has"));
        }
    }
    for finding in &findings {
        print_line(finding);
    }
    Ok(findings.is_empty())
}

/// Reads the licence of a manifest, also in the old form with slashes.
fn read(licence: Option<&str>) -> Result<Expression, String> {
    let licence = licence.ok_or("no licence, only a file of one")?;
    Expression::parse_mode(licence, ParseMode::LAX)
        .map_err(|error| format!("the licence cannot be read: {error}"))
}

fn is_allowed(licence: &Expression, allowed: &[String]) -> bool {
    licence.evaluate(|requirement| allowed.contains(&requirement.to_string()))
}

fn names(requirement: &ExpressionReq, allowed: &str) -> bool {
    requirement.req.to_string() == allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_allowed_where_one_of_its_choices_is() {
        let allowed = ["MIT".to_owned(), "Zlib".to_owned()];
        let is_allowed = |licence: &str| is_allowed(&read(Some(licence)).unwrap(), &allowed);
        assert!(is_allowed("MIT OR GPL-3.0-only"));
        assert!(is_allowed("MIT/Apache-2.0"));
        assert!(is_allowed("(MIT AND Zlib) OR GPL-3.0-only"));
        assert!(!is_allowed("MIT AND GPL-3.0-only"));
        assert!(!is_allowed("MIT WITH LLVM-exception"));
        assert!(read(None).is_err());
    }
}
