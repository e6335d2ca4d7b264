//! One connection over a wire.

use std::io;
use std::sync::Arc;

use bytes::BytesMut;
use fastrand::Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until};

use super::line::Line;
use super::pieces::Pieces;
use super::traffic::Carried;
use super::{Direction, Shared};
use crate::server::io::{finish, reset};

/// The longest chunk.
const CHUNK: usize = 16 * 1024;

/// How a connection ends, unless one side ends it in an orderly way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With FIN on either side.
    Closed,
    /// With RST on either side.
    Reset,
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Reset
    }
}

/// Carries bytes between a client and the server, until the connection ends.
pub(super) async fn carry(mut client: TcpStream, shared: Arc<Shared>) {
    let entry = Entry::new(&shared);
    let resets = shared.resets.notified();
    let Some(mut server) = dial(&shared).await else { return reset(client) };
    let _ = client.set_nodelay(true);
    let end = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        tokio::select! {
            () = resets => Err(End::Reset),
            end = async { tokio::try_join!(
                pass(&entry, Direction::ToServer, from_client, to_server),
                pass(&entry, Direction::ToClient, from_server, to_client),
            ) } => end,
        }
    };
    match end {
        Ok(_) => {}
        Err(End::Reset) => {
            reset(client);
            reset(server);
        }
        Err(End::Closed) => {
            tokio::join!(finish(client), finish(server));
        }
    }
}

/// The connection to the server, unless it is to end at once.
async fn dial(shared: &Shared) -> Option<TcpStream> {
    let is_refused = Direction::BOTH.into_iter().any(|direction| {
        let limit = shared.impairments(direction).borrow().limit;
        limit.is_some_and(|limit| limit.bytes == 0 && limit.end == End::Reset)
    });
    if is_refused {
        return None;
    }
    let server = TcpStream::connect(shared.builder.server).await.ok()?;
    let _ = server.set_nodelay(true);
    Some(server)
}

/// Passes on what comes in one direction, until it ends.
async fn pass(
    entry: &Entry<'_>,
    direction: Direction,
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
) -> Result<(), End> {
    let mut impairments = entry.shared.impairments(direction).subscribe();
    let mut line = entry.line(direction);
    let mut buffer = BytesMut::new();
    let mut is_open = true;
    while is_open || !line.is_empty() {
        if let Some(limit) = line.limit() {
            return Err(limit.end);
        }
        buffer.reserve(CHUNK);
        let mut chunk = (&mut from).take(CHUNK as u64);
        tokio::select! {
            biased;
            Ok(()) = impairments.changed() => line.impair(*impairments.borrow_and_update()),
            passed = write(&line, &mut to) => {
                let passed = passed?;
                entry.passed(direction, passed);
                line.passed(passed, Instant::now());
                if line.is_sliced() {
                    tokio::task::yield_now().await;
                }
            }
            () = at(line.swap_deadline()) => line.release(Instant::now()),
            read = chunk.read_buf(&mut buffer), if is_open && line.has_room() => {
                if read? == 0 {
                    is_open = false;
                    line.end(&mut buffer, Instant::now());
                } else {
                    entry.heard(direction, &buffer);
                    line.take(&mut buffer, Instant::now());
                }
            }
        }
    }
    Ok(to.shutdown().await?)
}

/// Passes on what is due, as soon as it is.
async fn write(line: &Line, to: &mut WriteHalf<'_>) -> io::Result<usize> {
    match line.next() {
        Some((due, bytes)) if !line.is_black_hole() => {
            if due > Instant::now() {
                sleep_until(due).await;
            }
            to.write(bytes).await
        }
        _ => std::future::pending().await,
    }
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// A connection in the list of what was carried.
struct Entry<'s> {
    shared: &'s Shared,
    index: usize,
}

impl<'s> Entry<'s> {
    fn new(shared: &'s Shared) -> Self {
        let mut index = 0;
        shared.traffic.note(|traffic| {
            index = traffic.connections.len();
            traffic.connections.push(Carried::new());
        });
        Self { shared, index }
    }

    fn line(&self, direction: Direction) -> Line {
        let builder = &self.shared.builder;
        let seed = builder.seed.wrapping_add(2 * self.index as u64 + direction as u64);
        let pieces = if builder.is_by_frames { Pieces::Head } else { Pieces::Chunks };
        let impairments = *self.shared.impairments(direction).borrow();
        Line::new(impairments, pieces, Rng::with_seed(seed), Instant::now())
    }

    fn heard(&self, direction: Direction, bytes: &[u8]) {
        if direction == Direction::ToServer {
            self.note(|carried| {
                carried.first_byte.get_or_insert(bytes[0]);
            });
        }
    }

    fn passed(&self, direction: Direction, count: usize) {
        self.note(|carried| match direction {
            Direction::ToServer => carried.to_server += count as u64,
            Direction::ToClient => carried.to_client += count as u64,
        });
    }

    fn note(&self, note: impl FnOnce(&mut Carried)) {
        self.shared.traffic.note(|traffic| note(&mut traffic.connections[self.index]));
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.note(|carried| carried.is_open = false);
    }
}
