use std::future::{Future, poll_fn};
use std::mem::take;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::{SinkExt, StreamExt};
use tokio::task::yield_now;
use tokio::time::{Sleep, sleep_until};

use super::core::{Action, Core, Told};
use super::{LinkDialect, Shared, unix_time};
use crate::net::{Ask, Attempt, BoxTransport, Opened};
use crate::{CloseFrame, Failure, Frame, Input, Instant, Observation, State};

/// Frames that are read before the engine sees them.
const BATCH: usize = 64;

/// Bytes after which no other frame is read before the engine sees them.
const BATCH_BYTES: usize = 64 * 1024;

/// Memory for so many things to tell is kept.
const KEPT: usize = 1024;

/// Batches before other tasks get their turn.
const ROUNDS: usize = 8;

/// Drives a link until it is closed.
///
/// The task exists before it is first polled: also one that a runtime drops unpolled settles everything.
pub(super) fn run<D: LinkDialect>(shared: Arc<Shared<D>>) -> impl Future<Output = ()> + Send {
    let mut task = Task {
        epoch: 0,
        edge: Edge::Nothing,
        flush: false,
        inputs: Vec::new(),
        told: Vec::new(),
        dead: Vec::new(),
        sleep: None,
        shared,
    };
    poll_fn(move |cx| task.poll(cx))
}

struct Task<D: LinkDialect> {
    shared: Arc<Shared<D>>,
    epoch: u64,
    edge: Edge,
    /// Something was written that may still be in the transport's buffer.
    flush: bool,
    inputs: Vec<Input>,
    /// Memory for what others are told.
    told: Vec<Told<D>>,
    /// Edges to drop when the lock is released: they are not ours.
    dead: Vec<Edge>,
    /// Made when it is needed first.
    sleep: Option<Pin<Box<Sleep>>>,
}

enum Edge {
    Nothing,
    Opening(Pin<Box<dyn Future<Output = Result<Opened, Failure>> + Send>>),
    Open(BoxTransport),
}

impl<D: LinkDialect> Task<D> {
    /// Ready when the link is closed.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.shared.wake.register(cx.waker());
        self.inputs.push(Input::WallClock { unix: unix_time() });
        for _ in 0..ROUNDS {
            // What came in counts before the time does: it may be the sign of life that a timer waits for.
            let more = self.read(cx);
            let shared = Arc::clone(&self.shared);
            let mut told = take(&mut self.told);
            let (until, opening, closed) = shared.with_memory(&mut told, |core| {
                let now = shared.now();
                for input in self.inputs.drain(..) {
                    core.handle(input, now);
                }
                core.handle(Input::Elapsed, now);
                let (until, opening) = self.carry_out(core, now, cx);
                (until, opening, matches!(core.session.state(), State::Closed))
            });
            // A burst is not paid for until the end.
            told.shrink_to(KEPT);
            self.told = told;
            self.dead.clear();
            if closed {
                return Poll::Ready(());
            }
            if !more && !opening && self.sleep(until, cx).is_pending() {
                return Poll::Pending;
            }
        }
        // To wake itself would bring this task back before a reader in the runtime's main future had a turn.
        let _ = pin!(yield_now()).poll(cx);
        Poll::Pending
    }

    /// Takes what came in. Whether there may be more at once.
    fn read(&mut self, cx: &mut Context<'_>) -> bool {
        let epoch = self.epoch;
        match &mut self.edge {
            Edge::Nothing => false,
            Edge::Opening(attempt) => match attempt.as_mut().poll(cx) {
                Poll::Pending => false,
                Poll::Ready(Ok(Opened { transport, credential })) => {
                    self.edge = Edge::Open(transport);
                    self.inputs.push(Input::Opened { epoch, credential });
                    true
                }
                Poll::Ready(Err(failure)) => {
                    self.edge = Edge::Nothing;
                    self.inputs.push(Input::Lost { epoch, failure });
                    true
                }
            },
            Edge::Open(transport) => {
                let mut bytes = 0;
                for _ in 0..BATCH {
                    if bytes >= BATCH_BYTES {
                        break;
                    }
                    let failure = match transport.poll_next_unpin(cx) {
                        Poll::Pending => return false,
                        Poll::Ready(Some(Ok(frame))) => {
                            bytes += frame.len();
                            self.inputs.push(Input::Received { epoch, frame });
                            continue;
                        }
                        Poll::Ready(Some(Err(failure))) => {
                            say_why(transport, &failure, cx);
                            failure
                        }
                        Poll::Ready(None) => Failure::new(Observation::Eof),
                    };
                    self.edge = Edge::Nothing;
                    self.inputs.push(Input::Lost { epoch, failure });
                    return true;
                }
                true
            }
        }
    }

    /// Does what the session asks for. Gives the time until which nothing is to be done, and whether an attempt began.
    fn carry_out(
        &mut self,
        core: &mut Core<D>,
        now: Instant,
        cx: &mut Context<'_>,
    ) -> (Option<Instant>, bool) {
        let mut opening = false;
        loop {
            self.tell_writable(core, now, cx);
            match core.next_action(now) {
                Action::Connect { epoch, refresh } => {
                    let ask = if refresh { Ask::Refreshed } else { Ask::Current };
                    let connector = Arc::clone(&self.shared.connector);
                    let attempt = async move { connector.connect(Attempt { epoch, ask }).await };
                    self.epoch = epoch;
                    self.replace_edge(Edge::Opening(Box::pin(attempt)));
                    opening = true;
                }
                Action::Disconnect { epoch } if epoch == self.epoch => self.disconnect(cx),
                Action::Disconnect { .. } => {}
                Action::Transmit(frame) => {
                    if let Edge::Open(transport) = &mut self.edge {
                        self.flush = true;
                        if let Err(failure) = transport.start_send_unpin(frame) {
                            self.lose(core, failure, now);
                        }
                    }
                }
                Action::Wait(until) => {
                    if !self.flush(core, now, cx) {
                        return (until, opening);
                    }
                }
            }
        }
    }

    fn tell_writable(&mut self, core: &mut Core<D>, now: Instant, cx: &mut Context<'_>) {
        let Edge::Open(transport) = &mut self.edge else { return };
        let writable = match transport.poll_ready_unpin(cx) {
            Poll::Ready(Ok(())) => true,
            Poll::Pending => false,
            Poll::Ready(Err(failure)) => return self.lose(core, failure, now),
        };
        core.session.handle(Input::Writable { epoch: self.epoch, writable }, now);
    }

    /// Whether flushing lost the transport, so that there is more to do.
    fn flush(&mut self, core: &mut Core<D>, now: Instant, cx: &mut Context<'_>) -> bool {
        let Edge::Open(transport) = &mut self.edge else { return false };
        if !self.flush {
            return false;
        }
        match transport.poll_flush_unpin(cx) {
            Poll::Pending => false,
            Poll::Ready(Ok(())) => {
                self.flush = false;
                false
            }
            Poll::Ready(Err(failure)) => {
                self.lose(core, failure, now);
                true
            }
        }
    }

    fn replace_edge(&mut self, edge: Edge) {
        self.dead.push(std::mem::replace(&mut self.edge, edge));
    }

    fn lose(&mut self, core: &mut Core<D>, failure: Failure, now: Instant) {
        self.replace_edge(Edge::Nothing);
        core.session.handle(Input::Lost { epoch: self.epoch, failure }, now);
    }

    fn disconnect(&mut self, cx: &mut Context<'_>) {
        if let Edge::Open(transport) = &mut self.edge {
            // A last word, such as the answer to a close frame, leaves if it can do so at once.
            let _ = transport.poll_flush_unpin(cx);
        }
        self.replace_edge(Edge::Nothing);
        self.flush = false;
    }

    fn sleep(&mut self, until: Option<Instant>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(until) = until else { return Poll::Pending };
        // A deadline beyond what the clock can hold is one that never comes.
        let after = until.elapsed_since_start();
        let Some(until) = self.shared.started_at.checked_add(after) else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if sleep.deadline() != until {
            sleep.as_mut().reset(until);
        }
        sleep.as_mut().poll(cx)
    }
}

/// Tells a peer that broke the protocol so, if the words can leave at once.
fn say_why(transport: &mut BoxTransport, failure: &Failure, cx: &mut Context<'_>) {
    let Observation::Violation(code) = *failure.observation() else { return };
    if let Poll::Ready(Ok(())) = transport.poll_ready_unpin(cx) {
        let close = Frame::Close(Some(CloseFrame::new(code, "")));
        if transport.start_send_unpin(close).is_ok() {
            let _ = transport.poll_flush_unpin(cx);
        }
    }
}

/// Also when the runtime goes away with the task: nothing stays unsettled.
impl<D: LinkDialect> Drop for Task<D> {
    fn drop(&mut self) {
        drop(std::mem::replace(&mut self.edge, Edge::Nothing));
        drop(take(&mut self.inputs));
        self.shared.with(|core| {
            let now = self.shared.now();
            core.session.handle(Input::Close, now);
            let failure = Failure::new(Observation::Eof);
            core.session.handle(Input::Lost { epoch: self.epoch, failure }, now);
            core.finish(now);
        });
        self.shared.finished.send_replace(true);
    }
}
