//! What is wrong with the document, where, and what to write instead.

use xtask::contract::Document;

/// One thing that is wrong with the document.
pub(crate) struct Finding {
    /// The rule's name.
    pub(crate) rule: &'static str,
    /// The place, as a JSON pointer.
    pub(crate) pointer: String,
    /// What is wrong.
    pub(crate) problem: String,
    /// What to write instead.
    pub(crate) fix: String,
}

/// Prints the findings in the order of the document.
pub(crate) fn print(document: &Document, findings: &[Finding]) {
    let mut sorted: Vec<_> = findings
        .iter()
        .map(|finding| (document.line(&finding.pointer), finding))
        .collect();
    sorted.sort_by_key(|(line, finding)| (*line, finding.rule));
    for (line, finding) in sorted {
        let Finding {
            rule,
            pointer,
            problem,
            fix,
        } = finding;
        eprintln!("{}:{line}: {rule}: {problem}", document.path.display());
        let place = if pointer.is_empty() { "/" } else { pointer };
        match document.operation_at(pointer) {
            // The text names it already.
            Some(operation) if !problem.contains(&operation) => {
                eprintln!("    at   {place} of {operation}");
            }
            _ => eprintln!("    at   {place}"),
        }
        eprintln!("    fix  {fix}\n");
    }
    let count = findings.len();
    let things = if count == 1 { "problem" } else { "problems" };
    eprintln!("{count} {things} in {}", document.path.display());
}
