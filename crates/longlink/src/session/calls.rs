use std::collections::VecDeque;
use std::fmt;

use super::deadlines::{Deadlines, Due};
use super::dialect::Dialect;
use super::ids::IdMap;
use super::io::CallId;
use crate::Instant;

/// The calls that are not settled: those that wait for their turn, and those that wait for a reply.
pub(super) struct Calls<D: Dialect> {
    last: u64,
    /// In the order of the calls.
    queued: VecDeque<(CallId, Queued<D::Command>)>,
    written: IdMap<CallId, Written<D::Id>>,
}

pub(super) struct Queued<C> {
    pub(super) command: C,
    pub(super) deadline: Instant,
}

struct Written<I> {
    id: I,
    deadline: Instant,
}

/// A call that was taken out.
pub(super) enum Removed<I> {
    Queued { deadline: Instant },
    Written { id: I, deadline: Instant },
}

impl<D: Dialect> Calls<D> {
    pub(super) fn new() -> Self {
        Self { last: 0, queued: VecDeque::new(), written: IdMap::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.queued.len() + self.written.len()
    }

    /// Whether any waits for its turn.
    pub(super) fn is_queued(&self) -> bool {
        !self.queued.is_empty()
    }

    pub(super) fn add(&mut self, command: D::Command, deadline: Instant) -> CallId {
        self.last += 1;
        let call = CallId(self.last);
        self.queued.push_back((call, Queued { command, deadline }));
        call
    }

    /// The command whose turn it is.
    pub(super) fn peek(&self) -> Option<&D::Command> {
        self.queued.front().map(|(_, queued)| &queued.command)
    }

    /// A call that was never queued.
    pub(super) fn add_own(&mut self) -> CallId {
        self.last += 1;
        CallId(self.last)
    }

    /// Takes the call whose turn it is.
    pub(super) fn next(&mut self) -> Option<(CallId, Queued<D::Command>)> {
        self.queued.pop_front()
    }

    pub(super) fn written(&mut self, call: CallId, id: D::Id, deadline: Instant) {
        self.written.insert(call, Written { id, deadline });
    }

    pub(super) fn remove(&mut self, call: CallId) -> Option<Removed<D::Id>> {
        if let Some(Written { id, deadline }) = self.written.remove(&call) {
            return Some(Removed::Written { id, deadline });
        }
        let place = self.queued.binary_search_by_key(&call, |(id, _)| *id).ok()?;
        let (_, Queued { deadline, .. }) = self.queued.remove(place)?;
        Some(Removed::Queued { deadline })
    }

    /// Takes all that wait for a reply, in the order of the calls, and their deadlines out of `deadlines`.
    pub(super) fn take_written(&mut self, deadlines: &mut Deadlines) -> Vec<CallId> {
        let mut taken: Vec<_> = self
            .written
            .drain()
            .map(|(call, written)| {
                deadlines.remove(written.deadline, Due::Call(call));
                call
            })
            .collect();
        taken.sort_unstable();
        taken
    }

    /// Takes all that wait for their turn, in that order, and their deadlines out of `deadlines`.
    pub(super) fn take_queued(&mut self, deadlines: &mut Deadlines) -> Vec<CallId> {
        let queued = std::mem::take(&mut self.queued);
        for (call, queued) in &queued {
            deadlines.remove(queued.deadline, Due::Call(*call));
        }
        queued.into_iter().map(|(call, _)| call).collect()
    }
}

/// Shows how many there are: a command may hold a secret.
impl<D: Dialect> fmt::Debug for Calls<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calls({} queued, {} written)", self.queued.len(), self.written.len())
    }
}
