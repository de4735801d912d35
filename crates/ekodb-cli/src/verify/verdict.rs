//! What became of a probe, for people, programs and the contract.

use serde_json::{Value as Json, json};

use super::{exchange::Exchange, probe::Probe};
use crate::output::{Object, object};

/// What became of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Confirmed,
    Refuted,
    Untestable {
        reason: String,
        /// The probe that would have had to be confirmed.
        needs: Option<String>,
    },
}

/// A probe with its outcome. Its exchanges hold no secret.
#[derive(Clone)]
pub(crate) struct Verdict {
    pub(crate) probe: Probe,
    pub(crate) outcome: Outcome,
    pub(crate) given: Vec<Exchange>,
    pub(crate) asked: Option<Exchange>,
}

impl Outcome {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refuted => "refuted",
            Self::Untestable { .. } => "untestable",
        }
    }

    pub(super) fn untestable(reason: impl Into<String>) -> Self {
        Self::Untestable {
            reason: reason.into(),
            needs: None,
        }
    }

    pub(super) fn needs(probe: &str, reason: impl Into<String>) -> Self {
        Self::Untestable {
            reason: reason.into(),
            needs: Some(probe.to_owned()),
        }
    }
}

impl Verdict {
    /// The row of the table.
    pub(crate) fn row(&self) -> Object {
        let detail = match &self.outcome {
            Outcome::Confirmed => self.probe.says.clone(),
            Outcome::Refuted => format!("{}: {}", self.observed(), self.probe.otherwise),
            Outcome::Untestable { reason, .. } => reason.clone(),
        };
        object(json!({
            "probe": self.probe.name,
            "operation": self.probe.operation,
            "result": self.outcome.name(),
            "detail": detail,
        }))
    }

    /// All that is known of it.
    pub(crate) fn document(&self) -> Object {
        let mut document = self.row();
        document.remove("detail");
        let expected: Vec<&str> = self
            .probe
            .confirms
            .iter()
            .map(|expectation| expectation.text.as_str())
            .collect();
        let mut add = |name: &str, value: Json| document.insert(name.to_owned(), value);
        add("about", json!(self.probe.about));
        add("claim", json!(self.probe.says));
        add("confirms", json!(expected));
        add("refutes", json!(self.probe.otherwise));
        if let Some(asked) = &self.asked {
            add("sent", request(asked));
            if let Ok(answer) = &asked.reply {
                let observed = json!({"status": answer.status, "body": answer.body});
                add("observed", observed);
            }
        }
        if let Outcome::Untestable { reason, needs } = &self.outcome {
            add("reason", json!(reason));
            if let Some(needs) = needs {
                add("needs", json!(needs));
            }
        }
        if let Some(edit) = self.edit() {
            add("edit", json!(edit));
        }
        document
    }

    /// The edit of the contract that a refutation asks for.
    pub(crate) fn edit(&self) -> Option<String> {
        (self.outcome == Outcome::Refuted).then(|| {
            format!(
                "spec/ekodb.yaml, `{}`: {}. Observed: {}.",
                self.probe.operation,
                self.probe.edit,
                self.observed()
            )
        })
    }

    fn observed(&self) -> String {
        match self.asked.as_ref().map(|asked| &asked.reply) {
            Some(Ok(answer)) => {
                let body: String = answer.body.to_string().chars().take(200).collect();
                format!("HTTP {} {body}", answer.status)
            }
            _ => "no reply".to_owned(),
        }
    }
}

/// A request in the form of the wire fixtures.
pub(super) fn request(exchange: &Exchange) -> Json {
    let mut request = json!({
        "method": exchange.method,
        "path": exchange.path,
        "as": exchange.who,
    });
    if let Some(body) = &exchange.body {
        request["body"] = body.clone();
    }
    request
}
