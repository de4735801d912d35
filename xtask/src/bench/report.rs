//! The results, for people and for programs.

use std::{fmt::Write as _, path::Path};

use serde::Serialize;

use super::{
    instruction_counts::Cost,
    timings::{Rate, Time},
};
use crate::files;

#[derive(Serialize)]
pub(super) struct Results {
    pub(super) costs: Vec<Cost>,
    pub(super) rates: Vec<Rate>,
    pub(super) times: Vec<Time>,
}

pub(super) fn write_json(file: &Path, results: &Results) -> Result<(), String> {
    let text = serde_json::to_string_pretty(results).map_err(|error| error.to_string())?;
    files::write(file, &(text + "\n"))
}

/// The tables, in Markdown.
pub(super) fn table(results: &Results) -> String {
    let mut text = "\
| per call or record | instructions | × | allocations |
| --- | --: | --: | --: |
"
    .to_owned();
    for cost in &results.costs {
        let ratio = match cost.ratio {
            None => "1".to_owned(),
            // Nothing is compared.
            Some(ratio) if ratio.instructions.total_cmp(&cost.instructions).is_eq() => {
                String::new()
            }
            Some(ratio) => format!("{:.2}", ratio.instructions),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {ratio} | {:.1} |",
            cost.name(),
            thousands(cost.instructions),
            cost.allocations
        );
    }
    text += "\n| requests per second, list the collections | tasks | × (least to most) | per second |\n";
    text += "| --- | --: | --: | --: |\n";
    for rate in &results.rates {
        let _ = writeln!(
            text,
            "| {} | {} | {:.2} ({:.2} to {:.2}) | {} |",
            rate.contender,
            rate.tasks,
            rate.ratio.median,
            rate.ratio.least,
            rate.ratio.most,
            thousands(rate.per_second)
        );
    }
    text += "\n| time | median | least to most |\n| --- | --: | --: |\n";
    for time in &results.times {
        let spread = time.nanoseconds;
        let _ = writeln!(
            text,
            "| {} | {} | {} to {} |",
            time.name,
            duration(spread.median),
            duration(spread.least),
            duration(spread.most)
        );
    }
    text
}

fn duration(nanoseconds: f64) -> String {
    if nanoseconds < 1e3 {
        format!("{nanoseconds:.1} ns")
    } else if nanoseconds < 1e6 {
        format!("{:.1} µs", nanoseconds / 1e3)
    } else {
        format!("{:.1} ms", nanoseconds / 1e6)
    }
}

/// A number without decimals, its thousands apart.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_to_be_read() {
        assert_eq!(thousands(7.4), "7");
        assert_eq!(thousands(65_170.2), "65,170");
        assert_eq!(thousands(1_000_000.0), "1,000,000");
        assert_eq!(duration(26.04), "26.0 ns");
        assert_eq!(duration(1_310.0), "1.3 µs");
        assert_eq!(duration(2_950_000.0), "3.0 ms");
    }
}
