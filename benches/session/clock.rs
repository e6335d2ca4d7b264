//! What work costs: the processor's time of this thread, and the time on the wall.

use std::fs;
use std::ops::Sub;
use std::thread;
use std::time::{Duration, Instant};

/// In nanoseconds.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
}

pub(crate) fn cost(work: &mut dyn FnMut()) -> Cost {
    let (cpu, wall) = (cpu(), Instant::now());
    work();
    let wall = wall.elapsed();
    let nanos = |time: Duration| time.as_secs_f64() * 1e9;
    Cost { cpu: nanos(self::cpu().sub(cpu)), wall: nanos(wall) }
}

/// The processor's time of this thread so far, as Linux has it.
fn cpu() -> Duration {
    // The system counts up when it has to decide who is next.
    thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let first = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(first.expect("a number"))
}
