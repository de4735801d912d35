//! Recorded exchanges as files, in the form of `tests/fixtures/wire`.

use std::{fs, path::Path};

use serde_json::{Value as Json, json};

use super::verdict::{Outcome, Verdict, request};
use crate::failure::Failure;

/// Writes a file for each probe whose request was answered. Returns how many there are.
pub(crate) fn write_fixtures(folder: &Path, verdicts: &[Verdict]) -> Result<usize, Failure> {
    let unwritable = |error| {
        let attempt = format_args!("cannot write the fixtures to {}", folder.display());
        Failure::io(attempt, &error)
    };
    fs::create_dir_all(folder).map_err(unwritable)?;
    let mut count = 0;
    for verdict in verdicts {
        if let Some(fixture) = fixture(verdict) {
            let path = folder.join(format!("verify-{}.json", verdict.probe.name));
            fs::write(path, format!("{fixture:#}\n")).map_err(unwritable)?;
            count += 1;
        }
    }
    Ok(count)
}

fn fixture(verdict: &Verdict) -> Option<Json> {
    let asked = verdict.asked.as_ref()?;
    let answer = asked.reply.as_ref().ok()?;
    let claim = &verdict.probe.says;
    let fact = match verdict.outcome {
        Outcome::Refuted => format!("This is not so: {claim}"),
        _ => claim.clone(),
    };
    let today = chrono::Utc::now().format("%Y-%m-%d");
    let mut fixture = json!({
        "fact": fact,
        "evidence": format!("recorded: ekodb verify, {today}"),
        "operation": asked.operation,
        "status": answer.status,
        "request": request(asked),
    });
    if !verdict.given.is_empty() {
        fixture["given"] = verdict.given.iter().map(request).collect();
    }
    match &answer.body {
        Json::Null => fixture["text"] = json!(""),
        Json::String(text) => fixture["text"] = json!(text),
        body => fixture["body"] = body.clone(),
    }
    Some(fixture)
}
