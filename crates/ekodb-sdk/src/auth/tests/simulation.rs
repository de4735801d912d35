//! Random schedules of callers, drops, expiries, 401s, clock steps and failures, checked against
//! the invariants.

use std::{
    collections::HashSet,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use fastrand::Rng;
use futures::future::join_all;
use tokio::time::{Instant, sleep};

use super::support::{Answer, Fixture, HOUR, ms, rejected, secs, unavailable, unavailable_for};
use crate::auth::{Bearer, TokenManager, claims::Claims};

/// A failing seed is named; `simulate(seed)` runs it alone. Run it a few times: the runtime wakes
/// waiters in random order.
#[test]
fn no_random_schedule_breaks_an_invariant() {
    let mut total = Seen::default();
    for seed in 0..SEEDS {
        match std::panic::catch_unwind(|| simulate(seed)) {
            Ok(Ok(seen)) => total.add(&seen),
            Ok(Err(problem)) => panic!("seed {seed}: {problem}"),
            Err(_) => panic!("seed {seed}: panicked"),
        }
    }
    // Every kind of event must have come up often, or the invariants were not put to the test.
    for (what, count, least) in [
        ("tokens served", total.served, 40_000),
        ("calls dropped", total.dropped, 4_000),
        ("errors", total.failed, 1_000),
        ("401s", total.rejections, 4_000),
        ("token requests", total.requests, 20_000),
    ] {
        assert!(count >= least, "only {count} {what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_may_be_dropped_at_every_await_point() {
    for polls in 0..12 {
        for expired in [false, true] {
            let fixture = Fixture::following(|number| match number {
                2 | 3 => (ms(100), unavailable()),
                _ => (ms(100), Answer::Token(HOUR)),
            });
            if expired {
                fixture.manager.bearer().await.unwrap();
                sleep(2 * HOUR).await;
            }
            let generation = fixture.manager.state().generation;
            let call = fixture.manager.replace(generation);
            let ended = Limited::new(call, polls).await;
            let bearer = fixture.manager.bearer().await.unwrap();
            assert_eq!(
                bearer.generation,
                generation + 1,
                "dropped after {polls} polls"
            );
            assert_eq!(fixture.endpoint.most_open(), 1);
            assert!(ended.is_some() || polls < 12);
        }
    }
}

const SEEDS: u64 = 2_000;
const CALLERS: usize = 8;
const CALLS: usize = 12;

/// No call lasts longer: four refreshes, each with its deadline and a little for its last attempt.
/// More than one is seen only where the token is rejected before the call wakes.
const LONGEST_CALL: Duration = Duration::from_secs(4 * 32);

fn simulate(seed: u64) -> Result<Seen, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut rng = Rng::with_seed(seed);
        let world = World::new(&mut rng);
        let callers = (0..CALLERS).map(|_| {
            let caller = Caller::new(&world, rng.fork());
            tokio::spawn(caller.run())
        });
        let mut total = Seen::default();
        for seen in join_all(callers.collect::<Vec<_>>()).await {
            total.add(&seen.map_err(|_| "a caller panicked")??);
        }
        total.requests = world.fixture.endpoint.requests();
        world.recovers().await?;
        Ok(total)
    })
}

struct World {
    fixture: Arc<Fixture>,
    /// The headers of rejected tokens.
    dead: Arc<Mutex<HashSet<Vec<u8>>>>,
    steps_of_the_clock: bool,
}

impl World {
    fn new(rng: &mut Rng) -> Self {
        let trouble = rng.u32(0..80);
        let steps_of_the_clock = rng.bool();
        let mut script = rng.fork();
        let life = [2, 5, 20, 60, 3_600][rng.usize(0..5)];
        let fixture = Fixture::following(move |number| {
            let delay = ms(script.u64(0..script.clone().u64(1..3_000)));
            if script.u32(0..100) >= trouble {
                return (delay, Answer::Token(secs(life + script.u64(0..3))));
            }
            let answer = match script.u32(0..8) {
                0 => Answer::Hang,
                1 => rejected(),
                2 => unavailable_for(Some(secs(script.u64(0..60)))),
                3 if script.u32(0..20) == 0 => Answer::Panic,
                // Not with steps of the clock: if it is set during a request that brings an old
                // token, nobody can tell how much of that token's life is left.
                4 if number > 1 && !steps_of_the_clock => Answer::SameToken,
                5 => Answer::Token(Duration::ZERO),
                6 => Answer::Raw(""),
                _ => unavailable(),
            };
            (delay, answer)
        });
        Self {
            fixture: Arc::new(fixture),
            dead: Arc::default(),
            steps_of_the_clock,
        }
    }

    /// Whatever has happened: once the endpoint works, so do calls, and nothing is left running.
    async fn recovers(&self) -> Result<(), String> {
        let Fixture {
            manager, endpoint, ..
        } = &*self.fixture;
        endpoint.follow(|_| (ms(10), Answer::Token(HOUR)));
        let began = Instant::now();
        while manager.bearer().await.is_err() {
            if began.elapsed() > secs(100) {
                return Err("no token though the endpoint works again".into());
            }
            sleep(secs(1)).await;
        }
        sleep(secs(40)).await;
        if manager.state().refreshing || endpoint.open() > 0 {
            return Err("a refresh is still under way".into());
        }
        match endpoint.most_open() {
            0 | 1 => Ok(()),
            open => Err(format!("{open} token requests at one time")),
        }
    }
}

struct Caller {
    fixture: Arc<Fixture>,
    manager: TokenManager,
    dead: Arc<Mutex<HashSet<Vec<u8>>>>,
    steps_of_the_clock: bool,
    rng: Rng,
    newest: u64,
    seen: Seen,
}

impl Caller {
    fn new(world: &World, rng: Rng) -> Self {
        Self {
            fixture: Arc::clone(&world.fixture),
            manager: world.fixture.manager.clone(),
            dead: Arc::clone(&world.dead),
            steps_of_the_clock: world.steps_of_the_clock,
            rng,
            newest: 0,
            seen: Seen::default(),
        }
    }

    async fn run(mut self) -> Result<Seen, String> {
        for _ in 0..CALLS {
            let pause = match self.rng.u32(0..4) {
                0 => 0,
                1 => self.rng.u64(0..100),
                2 => self.rng.u64(0..5_000),
                _ => self.rng.u64(0..60_000),
            };
            sleep(ms(pause)).await;
            match self.rng.u32(0..20) {
                0 => self.manager.invalidate(),
                1 if self.steps_of_the_clock => {
                    self.fixture.clock.step_wall(self.rng.i64(-7_200..7_200));
                }
                _ => {}
            }
            if let Some(bearer) = self.call(None).await?
                && self.rng.u32(0..4) == 0
            {
                sleep(ms(self.rng.u64(0..2_000))).await;
                self.call(Some(&bearer)).await?;
            }
        }
        Ok(self.seen)
    }

    /// One call, or its replay after a 401. Gives the token it went out with.
    async fn call(&mut self, rejected: Option<&Bearer>) -> Result<Option<Bearer>, String> {
        let (manager, dead) = (self.manager.clone(), Arc::clone(&self.dead));
        let call = async {
            match rejected {
                Some(bearer) => {
                    // Here, because a call that is dropped before it begins has told nobody.
                    let token = bearer.header.as_bytes().to_vec();
                    dead.lock().unwrap().insert(token);
                    manager.replace(bearer.generation).await
                }
                None => manager.bearer().await,
            }
        };
        self.seen.rejections += usize::from(rejected.is_some());
        let began = Instant::now();
        let outcome = match self.rng.u32(0..4) {
            0 => Limited::new(call, self.rng.usize(0..6)).await,
            1 => tokio::time::timeout(ms(self.rng.u64(0..3_000)), call)
                .await
                .ok(),
            _ => Some(call.await),
        };
        if began.elapsed() > LONGEST_CALL {
            return Err(format!("a call took {:?}", began.elapsed()));
        }
        match outcome {
            None => {
                self.seen.dropped += 1;
                Ok(None)
            }
            Some(Err(error)) => {
                self.seen.failed += 1;
                match self.manager.cached(self.manager.now()) {
                    None => Ok(None),
                    Some(_) => Err(format!("failed beside a valid token: {error}")),
                }
            }
            Some(Ok(bearer)) => {
                self.seen.served += 1;
                self.check(&bearer)?;
                Ok(Some(bearer))
            }
        }
    }

    fn check(&mut self, bearer: &Bearer) -> Result<(), String> {
        let exp = Claims::of(bearer.token().expose()).exp.ok_or("not ours")?;
        let now = self.fixture.clock.server_time();
        // The server's times are cut to whole seconds, so that is how far anybody can know.
        if now > secs(exp + 1) {
            return Err(format!(
                "a token that expired at {exp} was served at {now:?}"
            ));
        }
        if bearer.generation < self.newest {
            return Err(format!(
                "generation {} after {}",
                bearer.generation, self.newest
            ));
        }
        self.newest = bearer.generation;
        if self.dead.lock().unwrap().contains(bearer.header.as_bytes()) {
            return Err("a rejected token was served".into());
        }
        Ok(())
    }
}

#[derive(Default)]
struct Seen {
    served: usize,
    failed: usize,
    dropped: usize,
    rejections: usize,
    requests: usize,
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.served += other.served;
        self.failed += other.failed;
        self.dropped += other.dropped;
        self.rejections += other.rejections;
        self.requests += other.requests;
    }
}

/// Polls a future so many times and then drops it.
struct Limited<F> {
    future: Option<Pin<Box<F>>>,
    polls: usize,
}

impl<F: Future> Limited<F> {
    fn new(future: F, polls: usize) -> Self {
        Self {
            future: Some(Box::pin(future)),
            polls,
        }
    }
}

impl<F: Future> Future for Limited<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            self.future = None;
        }
        let Some(future) = self.future.as_mut() else {
            return Poll::Ready(None);
        };
        let poll = future.as_mut().poll(context).map(Some);
        self.polls -= 1;
        if self.polls == 0 && poll.is_pending() {
            // It has waited at this point; now it goes.
            context.waker().wake_by_ref();
        }
        poll
    }
}
