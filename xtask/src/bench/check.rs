//! The counts of this client, and of its dependencies, against those that are committed, so that a
//! change that makes it more expensive is seen when it lands.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde::{Deserialize, Serialize};

use super::{
    comparisons::Contender,
    instruction_counts::{self, Cost},
    weight,
};
use crate::{command, files, terminal};

const FILE: &str = "tests/bench/figures.yaml";

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    /// What they were measured with. Another compiler makes other instructions.
    toolchain: String,
    /// How much more a figure may be, as a fraction.
    margin: f64,
    /// How many packages are compiled for the smallest program with the client.
    dependencies: usize,
    /// By `comparison / contender`.
    figures: BTreeMap<String, Figure>,
}

/// Multiples of what the same takes by hand; the counts where nothing is compared.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    instructions: f64,
    allocations: f64,
    /// Why it is what it is.
    reason: String,
}

/// Whether nothing has become more expensive.
pub(super) fn run(root: &Path, update: bool) -> Result<bool, String> {
    let path = root.join(FILE);
    let mut figures: Figures =
        serde_saphyr::from_str(&files::read(&path)?).map_err(|error| format!("{FILE}: {error}"))?;
    let toolchain = toolchain(root)?;
    let dependencies = weight::dependencies(root, "sdk")?;
    let mut findings = Vec::from_iter(figures.compare_dependencies(dependencies));
    let is_counted = update || toolchain == figures.toolchain;
    let costs = match is_counted {
        true => instruction_counts::measure(root, Contender::is_ours)?,
        false => Vec::new(),
    };
    let ours: Vec<&Cost> = costs.iter().filter(|cost| cost.ours).collect();
    if update {
        figures.toolchain = toolchain;
        figures.dependencies = dependencies;
        figures.update(&ours);
        let text = serde_saphyr::to_string(&figures).map_err(|error| error.to_string())?;
        files::write(&path, &text)?;
        return Ok(true);
    }
    if is_counted {
        findings.extend(figures.compare(&ours));
    } else {
        terminal::print_line(format_args!(
            "dependencies alone are checked: the other figures in {FILE} are of {}, and this is {toolchain}",
            figures.toolchain
        ));
    }
    for cheaper in figures.cheaper(&ours) {
        terminal::print_line(format_args!(
            "{cheaper}: cheaper than the committed figure, which `cargo xtask bench check --update` lowers"
        ));
    }
    for finding in &findings {
        terminal::print_line(finding);
    }
    if findings.is_empty() {
        terminal::print_line(format_args!(
            "{} figures are within {:.0} % of {FILE}",
            ours.len() * 2 + 1,
            figures.margin * 100.0
        ));
    }
    Ok(findings.is_empty())
}

impl Figures {
    fn compare_dependencies(&self, measured: usize) -> Option<String> {
        #[allow(clippy::cast_precision_loss, reason = "they are some hundreds")]
        let is_more = measured as f64 > self.dependencies as f64 * (1.0 + self.margin);
        is_more.then(|| {
            format!(
                "the client has {measured} dependencies, and {} are committed; do without the new ones, or raise the figure",
                self.dependencies
            )
        })
    }

    /// What is wrong with the counts, one line each.
    fn compare(&self, costs: &[&Cost]) -> Vec<String> {
        let mut findings = Vec::new();
        for cost in costs {
            let (name, Some(ratio)) = (cost.name(), cost.ratio) else {
                continue;
            };
            let Some(figure) = self.figures.get(&name) else {
                findings.push(format!(
                    "{name}: no figure is committed; write one with `cargo xtask bench check --update`"
                ));
                continue;
            };
            let ratio = ratio.rounded();
            for (what, measured, committed) in [
                ("instructions", ratio.instructions, figure.instructions),
                ("allocations", ratio.allocations, figure.allocations),
            ] {
                if measured > committed * (1.0 + self.margin) {
                    findings.push(format!(
                        "{name}: {what} are {measured:.3}, and {committed:.3} is committed; find what made it more expensive, or raise \
                         the figure and write the reason next to it"
                    ));
                }
            }
        }
        for name in self.figures.keys() {
            if !costs.iter().any(|cost| cost.name() == *name) {
                findings.push(format!(
                    "{name}: is committed, but no longer measured; remove it"
                ));
            }
        }
        findings
    }

    /// The names of figures that could be lower.
    fn cheaper(&self, costs: &[&Cost]) -> Vec<String> {
        costs
            .iter()
            .filter(|cost| {
                let figure = self.figures.get(&cost.name());
                cost.ratio.zip(figure).is_some_and(|(ratio, figure)| {
                    ratio.instructions < figure.instructions * (1.0 - self.margin)
                        || ratio.allocations < figure.allocations * (1.0 - self.margin)
                })
            })
            .map(|cost| cost.name())
            .collect()
    }

    /// Takes what was measured. A reason is for a person to write.
    fn update(&mut self, costs: &[&Cost]) {
        let known = std::mem::take(&mut self.figures);
        for cost in costs {
            let (name, Some(ratio)) = (cost.name(), cost.ratio) else {
                continue;
            };
            let ratio = ratio.rounded();
            let reason = known.get(&name).map(|figure| figure.reason.clone());
            let figure = Figure {
                instructions: ratio.instructions,
                allocations: ratio.allocations,
                reason: reason.unwrap_or_default(),
            };
            self.figures.insert(name, figure);
        }
    }
}

/// The version of the compiler and what it compiles for.
fn toolchain(root: &Path) -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let text = command::run(Command::new(rustc).arg("-vV").current_dir(root))?;
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    match (field("release: "), field("host: ")) {
        (Some(release), Some(host)) => Ok(format!("{release} {host}")),
        _ => Err("rustc -vV does not say its release and host".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::instruction_counts::Ratio;

    #[test]
    fn a_figure_may_move_by_the_margin_alone() {
        let figures = figures(1.0);
        assert_eq!(findings(&figures, 1.019), 0);
        assert_eq!(findings(&figures, 0.981), 0);
        assert_eq!(findings(&figures, 1.021), 1);
        assert!(figures.cheaper(&[&cost(0.981)]).is_empty());
        assert_eq!(figures.cheaper(&[&cost(0.979)]), ["call / sdk"]);
    }

    #[test]
    fn two_dependencies_of_a_hundred_may_be_added() {
        let figures = figures(1.0);
        assert_eq!(figures.compare_dependencies(102), None);
        assert!(figures.compare_dependencies(103).is_some());
    }

    #[test]
    fn a_figure_without_a_measure_and_a_measure_without_a_figure_are_found() {
        let mut figures = figures(1.0);
        let figure = figures.figures.remove("call / sdk").unwrap();
        assert_eq!(findings(&figures, 1.0), 1);
        figures.figures.insert("gone / sdk".to_owned(), figure);
        assert_eq!(findings(&figures, 1.0), 2);
    }

    #[test]
    fn an_update_keeps_the_reason() {
        let mut figures = figures(1.0);
        figures.update(&[&cost(1.23456)]);
        let figure = &figures.figures["call / sdk"];
        assert_eq!(
            (figure.instructions, figure.reason.as_str()),
            (1.235, "because")
        );
        assert_eq!(findings(&figures, 1.23456), 0);
    }

    fn findings(figures: &Figures, instructions: f64) -> usize {
        figures.compare(&[&cost(instructions)]).len()
    }

    fn cost(instructions: f64) -> Cost {
        Cost {
            comparison: "call",
            contender: "sdk",
            ours: true,
            instructions: 0.0,
            allocations: 0.0,
            ratio: Some(Ratio {
                instructions,
                allocations: 1.0,
            }),
        }
    }

    fn figures(instructions: f64) -> Figures {
        let figure = Figure {
            instructions,
            allocations: 1.0,
            reason: "because".to_owned(),
        };
        Figures {
            toolchain: String::new(),
            margin: 0.02,
            dependencies: 100,
            figures: BTreeMap::from([("call / sdk".to_owned(), figure)]),
        }
    }
}
