//! Where a stream is divided into what can be duplicated and swapped.

use bytes::{Bytes, BytesMut};

/// A head of HTTP or a frame that is longer than this is no longer waited for.
const LONGEST: usize = 1 << 20;

/// How the stream goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pieces {
    /// Whatever was read.
    Chunks,
    /// A head of HTTP, after which there may be frames.
    Head,
    /// WebSocket frames.
    Frames,
}

/// A part of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) bytes: Bytes,
    /// Whether it may come twice, or in another place.
    pub(super) is_movable: bool,
}

impl Pieces {
    /// Takes the next piece that is complete.
    pub(super) fn next(&mut self, buffer: &mut BytesMut) -> Option<Piece> {
        if buffer.is_empty() {
            return None;
        }
        let (length, is_movable) = match self {
            Self::Chunks => (buffer.len(), true),
            Self::Head => match head(buffer) {
                Some(length) => {
                    *self = if is_upgrade(&buffer[..length]) { Self::Frames } else { Self::Chunks };
                    (length, false)
                }
                None if buffer[0].is_ascii_uppercase() && buffer.len() <= LONGEST => return None,
                None => return self.give_up(buffer),
            },
            Self::Frames => match Frame::read(buffer)? {
                frame if frame.length > LONGEST => return self.give_up(buffer),
                frame if frame.length > buffer.len() => return None,
                frame => (frame.length, frame.is_message),
            },
        };
        Some(Piece { bytes: buffer.split_to(length).freeze(), is_movable })
    }

    fn give_up(&mut self, buffer: &mut BytesMut) -> Option<Piece> {
        *self = Self::Chunks;
        self.next(buffer)
    }
}

/// The length of a head of HTTP, once it is complete.
fn head(buffer: &[u8]) -> Option<usize> {
    let end = b"\r\n\r\n";
    buffer.windows(end.len()).position(|window| window == end).map(|at| at + end.len())
}

fn is_upgrade(head: &[u8]) -> bool {
    String::from_utf8_lossy(head).to_ascii_lowercase().contains("upgrade: websocket")
}

struct Frame {
    /// Of header and payload.
    length: usize,
    /// Whether it is a whole message of text or bytes.
    is_message: bool,
}

impl Frame {
    /// Reads a header, once it is complete.
    fn read(buffer: &[u8]) -> Option<Self> {
        let [first, second, rest @ ..] = buffer else { return None };
        let (payload, extended) = match second & 0x7f {
            126 => (u64::from(u16::from_be_bytes(*rest.first_chunk()?)), 2),
            127 => (u64::from_be_bytes(*rest.first_chunk()?), 8),
            length => (u64::from(length), 0),
        };
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        let payload = usize::try_from(payload).unwrap_or(usize::MAX);
        let is_message = first & 0x80 != 0 && matches!(first & 0x0f, 1 | 2);
        Some(Self { length: payload.saturating_add(2 + extended + mask), is_message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPGRADE: &[u8] = b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n";

    /// The pieces of a stream that comes byte by byte.
    fn pieces(stream: &[u8]) -> Vec<(Vec<u8>, bool)> {
        let (mut pieces, mut buffer, mut all) = (Pieces::Head, BytesMut::new(), Vec::new());
        for byte in stream {
            buffer.extend_from_slice(&[*byte]);
            while let Some(piece) = pieces.next(&mut buffer) {
                all.push((piece.bytes.to_vec(), piece.is_movable));
            }
        }
        all
    }

    #[test]
    fn after_an_upgrade_whole_messages_may_move_and_nothing_else() {
        let long = [&[0x82, 126, 1, 0][..], &[7; 256]].concat();
        let masked = b"\x81\x82mask\0\0";
        let frames: [(&[u8], bool); 5] = [
            (b"\x81\x02hi", true),
            (b"\x89\x01p", false),
            (&long, true),
            (masked, true),
            (b"\x01\x01x", false),
        ];
        let stream = [UPGRADE, &frames.map(|(bytes, _)| bytes).concat()].concat();
        let expected = std::iter::once((UPGRADE, false)).chain(frames);
        let expected: Vec<_> =
            expected.map(|(bytes, is_movable)| (bytes.to_vec(), is_movable)).collect();
        assert_eq!(pieces(&stream), expected);
    }

    #[test]
    fn what_is_no_upgrade_and_what_is_no_http_is_passed_on_as_it_comes() {
        for stream in [&b"\x16\x03\x01"[..], b"HTTP/1.1 200 OK\r\n\r\n\x81\x02hi"] {
            let pieces = pieces(stream);
            assert_eq!(pieces.last().map(|(bytes, _)| bytes.len()), Some(1));
            assert_eq!(pieces.into_iter().flat_map(|(bytes, _)| bytes).collect::<Vec<_>>(), stream);
        }
    }

    #[test]
    fn a_frame_that_claims_too_much_is_not_waited_for() {
        let claim = [UPGRADE, b"\x81\x7f\0\0\x01\0\0\0\0\0", b"x"].concat();
        assert_eq!(pieces(&claim).len(), 3);
    }
}
