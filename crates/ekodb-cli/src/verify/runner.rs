//! Asks the probes, one after the other.

use ekodb_client::{ApiKey, Client, ErrorKind};
use serde_json::Value as Json;

use super::{
    cleanup_list::{CleanupList, Item},
    exchange::Exchange,
    judge::{judge, prepared},
    placeholders::Names,
    probe::Probe,
    redact::Redactor,
    step::Step,
    verdict::{Outcome, Verdict},
};
use crate::failure::Failure;

/// After so many requests in a row without a reply, the server counts as unreachable.
const UNANSWERED: u32 = 3;

/// Which probes are asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Whether API keys may be registered, changed and revoked.
    pub(crate) admin: bool,
    /// Only these, and what they need; all if it is empty.
    pub(crate) named: Vec<String>,
}

/// Makes a client for another key of the same server.
pub(crate) type Connect = Box<dyn Fn(ApiKey) -> Result<Client, Failure> + Send + Sync>;

/// One run over the probes.
pub(crate) struct Runner<'a> {
    pub(super) client: Client,
    pub(super) connect: Connect,
    probes: Vec<Probe>,
    selection: Selection,
    cleanup: &'a mut CleanupList,
    admin_key: ApiKey,
    pub(super) redactor: Redactor,
    unanswered: u32,
    pub(crate) verdicts: Vec<Verdict>,
}

/// A probe that is being asked.
pub(super) struct ProbeRun {
    pub(super) names: Names,
    pub(super) clients: Vec<(String, Client)>,
    pub(super) given: Vec<Exchange>,
    asked: Option<Exchange>,
}

impl<'a> Runner<'a> {
    pub(crate) async fn new(
        client: Client,
        admin_key: ApiKey,
        connect: Connect,
        probes: Vec<Probe>,
        selection: Selection,
        cleanup: &'a mut CleanupList,
    ) -> Result<Self, Failure> {
        let mut redactor = Redactor::new(&cleanup.prefix);
        redactor.replace(admin_key.expose(), "$ADMIN");
        redactor.replace(client.token().await?.expose(), "$TOKEN");
        Ok(Self {
            client,
            connect,
            probes,
            selection,
            cleanup,
            admin_key,
            redactor,
            unanswered: 0,
            verdicts: Vec::new(),
        })
    }

    /// Asks all probes that are selected.
    pub(crate) async fn run(&mut self) -> Result<(), Failure> {
        for probe in self.selected() {
            let mut asking = ProbeRun {
                names: self.names(&probe),
                clients: vec![("admin".to_owned(), self.client.clone())],
                given: Vec::new(),
                asked: None,
            };
            let outcome = match self.refusal(&probe) {
                Some(outcome) => outcome,
                None => self.ask(&probe, &mut asking).await?,
            };
            let verdict = Verdict {
                probe,
                outcome,
                given: asking
                    .given
                    .iter()
                    .map(|one| self.redactor.exchange(one))
                    .collect(),
                asked: asking.asked.map(|one| self.redactor.exchange(&one)),
            };
            self.verdicts.push(verdict);
        }
        Ok(())
    }

    /// The probes to ask: those that are named, and what they need.
    fn selected(&self) -> Vec<Probe> {
        let mut wanted = self.selection.named.clone();
        let mut selected = Vec::new();
        for probe in self.probes.iter().rev() {
            if self.selection.named.is_empty() || wanted.contains(&probe.name) {
                wanted.extend(self.needs(probe).map(|need| need.name.clone()));
                selected.push(probe.clone());
            }
        }
        selected.reverse();
        selected
    }

    /// The probes that must be confirmed before: those it names, and the basis of each operation.
    fn needs<'p>(&'p self, probe: &'p Probe) -> impl Iterator<Item = &'p Probe> {
        let registers = probe.keys().next().is_some();
        self.probes
            .iter()
            .take_while(|before| before.name != probe.name)
            .filter(move |before| {
                let used = |operation: &str| before.is_basis_of(operation);
                probe.needs.contains(&before.name)
                    || (registers && used("register_key"))
                    || probe.steps().any(|step| used(step.operation.id))
            })
    }

    /// Why a probe is not asked.
    fn refusal(&self, probe: &Probe) -> Option<Outcome> {
        if let Some(reason) = &probe.global
            && !self.selection.named.contains(&probe.name)
        {
            let reason = format!("{reason} Ask it by name: --probe {}", probe.name);
            return Some(Outcome::untestable(reason));
        }
        if probe.needs_keys() && !self.selection.admin {
            let reason = "it registers, changes or revokes API keys of its own: add --admin";
            return Some(Outcome::untestable(reason));
        }
        if self.unanswered >= UNANSWERED {
            return Some(Outcome::untestable("the server does not answer any more"));
        }
        let missing = self.needs(probe).find_map(|need| {
            let verdict = self
                .verdicts
                .iter()
                .find(|one| one.probe.name == need.name)?;
            (verdict.outcome != Outcome::Confirmed).then(|| (need, verdict.outcome.name()))
        });
        missing.map(|(need, outcome)| {
            Outcome::needs(
                &need.name,
                format!("it needs `{}`, which is {outcome}", need.name),
            )
        })
    }

    fn names(&self, probe: &Probe) -> Names {
        let mut names = Names::new(&self.cleanup.prefix, &probe.name);
        names.set("admin", self.admin_key.expose().to_owned());
        names.set("absent", uuid::Uuid::new_v4().simple().to_string());
        names
    }

    async fn ask(&mut self, probe: &Probe, asking: &mut ProbeRun) -> Result<Outcome, Failure> {
        self.note(probe, &asking.names)?;
        for (name, rights) in probe.keys() {
            if let Err(outcome) = self.register(asking, name, &rights).await? {
                return Ok(outcome);
            }
        }
        for step in &probe.given {
            let exchange = self.send(asking, step).await?;
            let outcome = prepared(self.basis(step), step, &exchange, &mut asking.names);
            asking.given.push(exchange);
            if let Some(outcome) = outcome {
                return Ok(outcome);
            }
        }
        let exchange = self.send(asking, &probe.ask).await?;
        let outcome = judge(probe, &exchange, &asking.names);
        if let (Some((name, place)), Ok(answer)) = (&probe.ask.save, &exchange.reply)
            && let Some(value) = answer.body.pointer(place).and_then(Json::as_str)
        {
            asking.names.set(name, value.to_owned());
        }
        asking.asked = Some(exchange);
        if let Some(transaction) = asking.names.get("tx") {
            // It would end by itself; it is not kept open for that long.
            let path = format!("/api/transactions/{transaction}/rollback");
            let _ = self.client.raw_reply("POST", path, None).await;
        }
        Ok(outcome)
    }

    /// Notes what the probe may make.
    fn note(&mut self, probe: &Probe, names: &Names) -> Result<(), Failure> {
        let mentions = |name: &str| probe.steps().any(|step| step.mentions(name));
        for name in ["c", "d", "n"] {
            if mentions(&format!("${name}")) {
                let collection = names.fill_text(&format!("${name}"));
                self.cleanup.note(Item::Collection(collection))?;
            }
        }
        for name in ["$k", "$k_1", "$k_2", "$k%3A1"] {
            if mentions(name)
                && probe
                    .steps()
                    .any(|step| step.operation.path.starts_with("/api/kv/"))
            {
                self.cleanup.note(Item::KvKey(names.fill_text(name)))?;
            }
        }
        if probe.needs_keys() {
            self.cleanup
                .note(Item::Labels(self.cleanup.prefix.clone()))?;
        }
        Ok(())
    }

    pub(super) async fn send(
        &mut self,
        asking: &ProbeRun,
        step: &Step,
    ) -> Result<Exchange, Failure> {
        let client = asking.clients.iter().find(|(who, _)| *who == step.who);
        let client = client.map_or(&self.client, |(_, client)| client);
        let exchange = Exchange::send(client, step, &asking.names).await;
        match &exchange.reply {
            Ok(answer) => {
                self.unanswered = 0;
                if step.operation.id == "register_key" {
                    let text = |member: &str| answer.body.get(member).and_then(Json::as_str);
                    if let Some(key) = text("key") {
                        self.redactor.replace(key, "$KEY");
                    }
                    if let Some(id) = text("id") {
                        self.cleanup.note(Item::Key(id.to_owned()))?;
                        self.redactor.replace(id, "$ID");
                    }
                }
            }
            Err(error) if is_silence(error.kind()) => self.unanswered += 1,
            Err(_) => self.unanswered = 0,
        }
        Ok(exchange)
    }

    /// The probe that says whether the operation of a step works.
    fn basis(&self, step: &Step) -> Option<&str> {
        let mut probes = self.probes.iter();
        let found = probes.find(|probe| probe.is_basis_of(step.operation.id));
        found.map(|probe| probe.name.as_str())
    }
}

fn is_silence(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Connect | ErrorKind::Connection | ErrorKind::Timeout
    )
}
