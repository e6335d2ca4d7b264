//! The rows of the fault matrix that are about time, for the real dialect and the real defaults of a client.
//!
//! Each is lived with many seeds: 100 by default, `MATRIX_SEEDS=10000` of them on demand. A failing seed is printed, and
//! `MATRIX_SEED=n` lives it alone. What was measured is printed on one line per row; `--nocapture` shows it.

use std::time::Duration;

use longlink::testing::{Simulation, Wire};
use longlink::{Config, Dialect, Frame, Heartbeat, Input};

pub(crate) mod attempts;
pub(crate) mod day;
pub(crate) mod heartbeat;
pub(crate) mod restore;
mod server;

pub(crate) use server::{Heard, Server};

/// A client, as far as the rows have to know it.
pub(crate) trait Client: Sized {
    const NAME: &'static str;
    /// How many topics there are.
    const TOPICS: u32;
    /// Whether subscriptions are asked for, or the server sends everything.
    const ON_THE_WIRE: bool;
    /// Whether the server accepts what the client says first, or the client is accepted when it is connected.
    const GREETS: bool;
    type Dialect: Dialect;

    fn dialect() -> Self::Dialect;
    fn config() -> Config;
    /// That of a connection which is accepted.
    fn heartbeat() -> Heartbeat;
    fn topic(n: u32) -> <Self::Dialect as Dialect>::Topic;
    /// What the server says of a topic.
    fn event(n: u32) -> Frame;
    /// What a frame of the client asks for.
    fn read(frame: &Frame) -> Heard;
    /// The answer to the request with this id. It carries the number.
    fn answer(id: &str, n: u32) -> Frame;
}

pub(crate) type Life<C> = Simulation<<C as Client>::Dialect, Server<C>>;

/// The rows that every client has.
macro_rules! rows {
    ($client:ty: $($name:ident = $module:ident::$row:ident;)*) => {
        $(#[test] fn $name() { $module::$row::<$client>(); })*
    };
    ($client:ty) => {
        use rows::{attempts, day, heartbeat, restore};
        rows! { $client:
            f06_a_connection_that_is_half_open_and_idle_is_noticed = heartbeat::half_open_and_idle;
            f08_without_pongs_a_connection_with_events_stays_up = heartbeat::events_without_pongs;
            f09_a_pong_behind_a_flood_comes_in_time = heartbeat::pong_behind_a_flood;
            f10_pings_are_answered_while_the_reader_stalls = heartbeat::stalled_reader;
            f22_after_a_jump_of_the_clocks_there_is_one_probe = heartbeat::jumps;
            f28_a_server_that_hangs_up_at_once_is_not_stormed = attempts::hangs_up_at_once;
            f29_after_a_restart_the_clients_come_back_spread = attempts::restart;
            f30_after_restarts_just_what_is_wanted_is_restored_once = restore::restarts;
            f32_a_day_takes_no_memory = day::a_day;
        }
    };
}
pub(crate) use rows;

/// Lives this with each seed.
pub(crate) fn lives<T>(live: impl Fn(u64) -> T) -> Vec<T> {
    if let Some(seed) = number("MATRIX_SEED") {
        return vec![live(seed)];
    }
    let one = |seed| {
        let life = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| live(seed)));
        life.unwrap_or_else(|_| panic!("failed with MATRIX_SEED={seed}"))
    };
    (0..seeds()).map(one).collect()
}

pub(crate) fn seeds() -> u64 {
    number("MATRIX_SEEDS").unwrap_or(100)
}

/// Whether everything is asked for that takes its time.
pub(crate) fn is_full() -> bool {
    seeds() >= 10_000
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

pub(crate) fn report<C: Client>(row: &str, measured: &str, lives: usize) {
    println!("{row} {}: {measured} ({} seeds)", C::NAME, grouped(lives as u64));
}

/// `10 000`.
pub(crate) fn grouped(n: u64) -> String {
    let (thousands, rest) = (n / 1000, n % 1000);
    if thousands == 0 { n.to_string() } else { format!("{} {rest:03}", grouped(thousands)) }
}

pub(crate) fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// A session that has not started, with a server that does as it should.
pub(crate) fn life<C: Client>(seed: u64) -> Life<C> {
    let mut life =
        Simulation::new(C::dialect(), C::config(), Server::default(), Wire::default(), seed);
    life.world.input(Input::WallClock { unix: secs(1.7e9) });
    life
}

/// The same, started and accepted.
pub(crate) fn online<C: Client>(seed: u64) -> Life<C> {
    let mut life = life::<C>(seed);
    life.start();
    life.run_until_online();
    life
}

/// Anything up to this.
pub(crate) fn up_to<C: Client>(most: Duration, life: &mut Life<C>) -> Duration {
    most.mul_f64(life.rng.f64())
}
