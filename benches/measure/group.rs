//! What is measured: ways to do the same, beside each other.
#![allow(dead_code, reason = "not every bench needs all of it")]

use std::borrow::Borrow;
use std::hint::black_box;
use std::rc::Rc;

/// How many inputs there are of a kind, as a rule, and how often each way runs in a round.
pub(crate) const COUNT: u32 = 64;

/// Ways to do the same; the others are measured by the first one.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) ways: Vec<Way>,
    /// How often each way runs in a round.
    pub(crate) runs: u32,
}

impl Group {
    pub(crate) fn new(name: impl Into<String>, ways: Vec<Way>) -> Self {
        Self { name: name.into(), ways, runs: COUNT }
    }
}

pub(crate) struct Way {
    pub(crate) name: String,
    /// How often it does the work in each run.
    pub(crate) units: u64,
    pub(crate) run: Box<dyn FnMut()>,
}

impl Way {
    pub(crate) fn new<T>(name: &str, units: u64, mut f: impl FnMut() -> T + 'static) -> Self {
        let run = Box::new(move || {
            black_box(f());
        });
        Self { name: name.to_owned(), units, run }
    }

    /// Takes one input after the other. Ways share their inputs, so that none finds another's in the processor's cache.
    pub(crate) fn round<B, I, T>(
        name: &str,
        inputs: &Rc<[I]>,
        mut f: impl FnMut(&B) -> T + 'static,
    ) -> Self
    where
        B: ?Sized,
        I: Borrow<B> + 'static,
    {
        let inputs = Rc::clone(inputs);
        let mut at = 0;
        Self::new(name, 1, move || {
            at = (at + 1) % inputs.len();
            f(black_box(inputs[at].borrow()))
        })
    }
}
