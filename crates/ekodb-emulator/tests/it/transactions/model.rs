//! Random interleavings of transactions and plain calls, against a naive model.

use std::collections::{BTreeMap, BTreeSet};

use super::{LEVELS, Stage};

/// How many steps there are, unless `EKODB_EMULATOR_STEPS` says otherwise.
const STEPS: usize = 20_000;

/// How many transactions may be open at once.
const OPEN: usize = 5;

type Records = BTreeMap<String, i64>;

/// What a step asks for.
#[derive(Clone, Debug)]
enum Ask {
    Insert(String, i64),
    Update(String, i64),
    Delete(String),
    Read(String),
    Search(i64),
}

/// What it gets.
#[derive(Clone, Debug, PartialEq)]
enum Got {
    Status(u16),
    Value(Option<i64>),
    Found(Vec<(String, i64)>),
}

/// A transaction as the model has it: whole copies of everything.
struct Model {
    id: String,
    level: usize,
    snapshot: Records,
    /// `None` for a record that was deleted.
    writes: BTreeMap<String, Option<i64>>,
    /// What a record was when the transaction touched it first.
    seen: BTreeMap<String, Option<i64>>,
    searches: BTreeSet<i64>,
    savepoint: Option<BTreeMap<String, Option<i64>>>,
    log: Vec<(Ask, Got)>,
}

fn search(records: &Records, least: i64) -> Vec<(String, i64)> {
    let all = records.iter().filter(|(_, n)| **n >= least);
    all.map(|(id, n)| (id.clone(), *n)).collect()
}

/// What an ask gets of a state, and what it does to it.
fn apply(records: &mut Records, ask: &Ask) -> Got {
    match ask {
        Ask::Insert(id, _) if records.contains_key(id) => Got::Status(409),
        Ask::Insert(id, n) => {
            records.insert(id.clone(), *n);
            Got::Status(201)
        }
        Ask::Update(id, n) => match records.get_mut(id) {
            Some(value) => {
                *value = *n;
                Got::Status(200)
            }
            None => Got::Status(404),
        },
        Ask::Delete(id) => Got::Status(if records.remove(id).is_some() {
            200
        } else {
            404
        }),
        Ask::Read(id) => Got::Value(records.get(id).copied()),
        Ask::Search(least) => Got::Found(search(records, *least)),
    }
}

impl Model {
    fn keeps_snapshot(&self) -> bool {
        self.level >= 2
    }

    fn run(&mut self, committed: &Records, ask: &Ask) -> Got {
        let base = if self.keeps_snapshot() {
            &self.snapshot
        } else {
            committed
        };
        let mut view = base.clone();
        for (id, value) in &self.writes {
            match value {
                Some(n) => view.insert(id.clone(), *n),
                None => view.remove(id),
            };
        }
        match ask {
            Ask::Search(least) => {
                self.searches.insert(*least);
            }
            Ask::Insert(id, _) | Ask::Update(id, _) | Ask::Delete(id) | Ask::Read(id) => {
                if !self.writes.contains_key(id) && !self.seen.contains_key(id) {
                    self.seen.insert(id.clone(), base.get(id).copied());
                }
            }
        }
        let before = view.clone();
        let got = apply(&mut view, ask);
        if let Ask::Insert(id, _) | Ask::Update(id, _) | Ask::Delete(id) = ask
            && (before != view || got == Got::Status(200))
        {
            self.writes.insert(id.clone(), view.get(id).copied());
        }
        self.log.push((ask.clone(), got.clone()));
        got
    }

    /// Whether it can be committed now.
    fn is_valid(&self, committed: &Records) -> bool {
        let same = |(id, value): (&String, &Option<i64>)| committed.get(id).copied() == *value;
        let compared = self
            .seen
            .iter()
            .filter(|(id, _)| self.level > 0 || self.writes.contains_key(*id));
        let searches = self.level < 3
            || self
                .searches
                .iter()
                .all(|least| search(committed, *least) == search(&self.snapshot, *least));
        compared.into_iter().all(same) && searches
    }
}

/// A small generator of numbers that looks random and is the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn ask(&mut self) -> Ask {
        let id = format!("r{}", self.below(12));
        let n = i64::try_from(self.below(10)).unwrap();
        match self.below(10) {
            0..2 => Ask::Insert(id, n),
            2..5 => Ask::Update(id, n),
            5 => Ask::Delete(id),
            6..9 => Ask::Read(id),
            _ => Ask::Search(n),
        }
    }
}

async fn ask(stage: &Stage, tx: Option<&str>, ask: &Ask) -> Got {
    match ask {
        Ask::Insert(id, n) => Got::Status(stage.insert(tx, id, *n).await),
        Ask::Update(id, n) => Got::Status(stage.update(tx, id, *n).await),
        Ask::Delete(id) => Got::Status(stage.delete(tx, id).await),
        Ask::Read(id) => Got::Value(stage.read(tx, id).await),
        Ask::Search(least) => Got::Found(stage.search(tx, *least).await),
    }
}

#[tokio::test]
async fn every_answer_is_that_of_a_naive_model_and_serializable_ones_have_a_serial_order() {
    let steps = match std::env::var("EKODB_EMULATOR_STEPS") {
        Ok(number) => number.parse().expect("EKODB_EMULATOR_STEPS is a number"),
        Err(_) => STEPS,
    };
    let stage = Stage::start().await;
    stage.insert(None, "r0", 0).await;
    let mut committed = Records::from([("r0".to_owned(), 0)]);
    let mut serial = committed.clone();
    let mut open: Vec<Model> = Vec::new();
    let mut numbers = Numbers(0x5eed_1234_abcd_0001);
    let (mut commits, mut conflicts) = ([0; 4], [0; 4]);
    for step in 0..steps {
        let kind = numbers.below(100);
        if open.len() < OPEN && (open.is_empty() || kind < 10) {
            let level = usize::try_from(numbers.below(4)).unwrap();
            open.push(Model {
                id: stage.begin(LEVELS[level]).await,
                level,
                snapshot: committed.clone(),
                writes: BTreeMap::new(),
                seen: BTreeMap::new(),
                searches: BTreeSet::new(),
                savepoint: None,
                log: Vec::new(),
            });
            continue;
        }
        if kind < 25 {
            let wanted = numbers.ask();
            let got = ask(&stage, None, &wanted).await;
            assert_eq!(
                got,
                apply(&mut committed, &wanted),
                "step {step}: {wanted:?}"
            );
            apply(&mut serial, &wanted);
            continue;
        }
        let at = usize::try_from(numbers.below(open.len() as u64)).unwrap();
        match kind {
            25..37 => {
                let tx = open.swap_remove(at);
                let valid = tx.is_valid(&committed);
                let status = stage.commit(&tx.id).await;
                assert_eq!(
                    status,
                    if valid { 200 } else { 409 },
                    "step {step}: {}",
                    LEVELS[tx.level]
                );
                if !valid {
                    conflicts[tx.level] += 1;
                    continue;
                }
                commits[tx.level] += 1;
                for (id, value) in &tx.writes {
                    match value {
                        Some(n) => committed.insert(id.clone(), *n),
                        None => committed.remove(id),
                    };
                }
                // One after the other, in the order of the commits, each gets the same answers.
                // What was rolled back to a savepoint is not a part of it.
                if tx.level == 3 && tx.savepoint.is_none() {
                    for (wanted, got) in &tx.log {
                        assert_eq!(apply(&mut serial, wanted), *got, "step {step}: {wanted:?}");
                    }
                }
                serial.clone_from(&committed);
            }
            37..40 => {
                let tx = open.swap_remove(at);
                assert_eq!(stage.end(&tx.id, "rollback").await.status, 200);
            }
            40..43 => {
                let tx = &mut open[at];
                let path = format!("transactions/{}/savepoints", tx.id);
                let name = serde_json::json!({ "name": "mark" });
                let expected = if tx.savepoint.is_some() { 409 } else { 200 };
                let reply = stage.ask(None, reqwest::Method::POST, &path, name).await;
                assert_eq!(reply.status, expected);
                if tx.savepoint.is_none() {
                    tx.savepoint = Some(tx.writes.clone());
                }
            }
            43..46 => {
                let tx = &mut open[at];
                let reply = stage.end(&tx.id, "savepoints/mark/rollback").await;
                assert_eq!(reply.status, if tx.savepoint.is_some() { 200 } else { 404 });
                if let Some(writes) = &tx.savepoint {
                    tx.writes.clone_from(writes);
                }
            }
            _ => {
                let wanted = numbers.ask();
                let expected = open[at].run(&committed, &wanted);
                let got = ask(&stage, Some(&open[at].id), &wanted).await;
                assert_eq!(
                    got, expected,
                    "step {step}: {wanted:?} at {}",
                    LEVELS[open[at].level]
                );
            }
        }
    }
    assert_eq!(stage.search(None, 0).await, search(&committed, 0));
    for level in 0..4 {
        assert!(
            commits[level] > 10 && conflicts[level] > 10,
            "{commits:?} {conflicts:?}"
        );
    }
}
