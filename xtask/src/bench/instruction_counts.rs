//! What one unit of work costs: instructions and allocations.

use std::{fs, path::Path};

use serde::Serialize;

use super::{
    callgrind::{self, Counts},
    comparisons::{COMPARISONS, Comparison, Contender},
    program::Programs,
    server::Server,
};

/// What one contender takes for one unit.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Cost {
    pub(super) comparison: &'static str,
    pub(super) contender: &'static str,
    pub(super) ours: bool,
    pub(super) instructions: f64,
    pub(super) allocations: f64,
    /// Both as multiples of the base. Nothing for the base itself; the counts where there is none.
    pub(super) ratio: Option<Ratio>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Ratio {
    pub(super) instructions: f64,
    pub(super) allocations: f64,
}

impl Ratio {
    /// To three decimals, as they are written down.
    pub(super) fn rounded(self) -> Self {
        let round = |number: f64| (number * 1_000.0).round() / 1_000.0;
        Self {
            instructions: round(self.instructions),
            allocations: round(self.allocations),
        }
    }
}

impl Cost {
    /// The name of the figure: `comparison / contender`.
    pub(super) fn name(&self) -> String {
        format!("{} / {}", self.comparison, self.contender)
    }
}

/// Counts the contenders that are wanted, and what they are compared to.
pub(super) fn measure(root: &Path, wanted: fn(Contender) -> bool) -> Result<Vec<Cost>, String> {
    callgrind::find()?;
    let chosen = |comparison: &Comparison| -> Vec<Contender> {
        let others = comparison.contenders.iter().copied();
        comparison
            .base
            .into_iter()
            .chain(others.filter(|other| wanted(*other)))
            .collect()
    };
    let packages = COMPARISONS
        .iter()
        .flat_map(chosen)
        .map(|contender| contender.package);
    let programs = Programs::build(root, packages)?;
    let server = Server::start(root)?;
    let mut costs = Vec::new();
    for comparison in &COMPARISONS {
        let mut base = (1.0, 1.0);
        for (index, contender) in chosen(comparison).into_iter().enumerate() {
            let is_compared = index > 0 || comparison.base.is_none();
            let (instructions, allocations) =
                per_unit(root, &programs, &server, contender, comparison.units)?;
            costs.push(Cost {
                comparison: comparison.name,
                contender: contender.label,
                ours: contender.is_ours(),
                instructions,
                allocations,
                ratio: is_compared.then(|| Ratio {
                    instructions: instructions / base.0,
                    allocations: allocations / base.1,
                }),
            });
            if !is_compared {
                base = (instructions, allocations);
            }
        }
    }
    Ok(costs)
}

fn per_unit(
    root: &Path,
    programs: &Programs,
    server: &Server,
    contender: Contender,
    units: [usize; 2],
) -> Result<(f64, f64), String> {
    let folder = root.join("target/bench");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = format!(
        "callgrind.{}.{}",
        contender.package,
        contender.scenario.replace(' ', "-")
    );
    let mut counts = [Counts::default(); 2];
    for (counted, units) in counts.iter_mut().zip(units) {
        let command = programs.command(contender, server, units, 0)?;
        *counted = callgrind::count(&command, &folder.join(&name))?;
    }
    let [few, many] = counts;
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let each = |few: u64, many: u64| (many as f64 - few as f64) / (units[1] - units[0]) as f64;
    Ok((
        each(few.instructions, many.instructions),
        each(few.allocations, many.allocations),
    ))
}
