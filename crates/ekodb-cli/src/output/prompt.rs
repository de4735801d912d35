//! Questions to a person at a terminal.

use std::io::{self, IsTerminal};

use console::Term;

use crate::failure::{Exit, Failure};

/// Asks for a line of text. `missing` says which option gives it where nobody can be asked.
pub(crate) fn ask(question: &str, missing: &str) -> Result<String, Failure> {
    terminal(question, missing)?;
    // `Term::read_line` reads keys, and passes over the one that ends the input.
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer).map_err(unanswered)? {
        0 => Err(Failure::failed("the input ended without an answer")),
        _ => Ok(answer.trim().to_owned()),
    }
}

/// Asks for a secret, which the terminal does not show.
pub(crate) fn ask_secret(question: &str, missing: &str) -> Result<String, Failure> {
    let terminal = terminal(question, missing)?;
    let answer = terminal.read_secure_line().map_err(unanswered)?;
    Ok(answer.trim().to_owned())
}

/// Asks before something is destroyed. `--yes` answers in advance.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let answer = ask(&format!("{question} [y/N] "), "add --yes to confirm")?;
    match answer.to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::failed("not confirmed: nothing was changed")),
    }
}

fn terminal(question: &str, missing: &str) -> Result<Term, Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(
            Failure::usage("there is no terminal to ask at, and the answer is needed")
                .hint(missing),
        );
    }
    let terminal = Term::stderr();
    terminal.write_str(question).map_err(unanswered)?;
    terminal.flush().map_err(unanswered)?;
    Ok(terminal)
}

fn unanswered(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::Interrupted => Failure::new(Exit::Interrupted, "interrupted"),
        _ => Failure::io("cannot read the answer", &error),
    }
}
