//! Frames as a server has them.

pub(super) enum Frame<'a> {
    Text(&'a [u8]),
    Ping(&'a [u8]),
    Close,
    Other,
}

/// The first frame, if all of it is there, and its length. Messages in fragments do not come.
pub(super) fn next(input: &mut [u8]) -> Option<(Frame<'_>, usize)> {
    let [first, second, rest @ ..] = input else { return None };
    let (length, rest) = match *second & 0x7f {
        126 => {
            let (length, rest) = rest.split_first_chunk_mut::<2>()?;
            (u16::from_be_bytes(*length).into(), rest)
        }
        127 => {
            let (length, rest) = rest.split_first_chunk_mut::<8>()?;
            (usize::try_from(u64::from_be_bytes(*length)).expect("it fits"), rest)
        }
        short => (usize::from(short), rest),
    };
    let opcode = *first & 0x0f;
    let (mask, rest) = rest.split_first_chunk_mut::<4>()?;
    let payload = rest.get_mut(..length)?;
    unmask(payload, *mask);
    let frame = match opcode {
        1 => Frame::Text(payload),
        8 => Frame::Close,
        9 => Frame::Ping(payload),
        _ => Frame::Other,
    };
    let head = 6 + [0, 2, 8][usize::from(length > 125) + usize::from(length > 0xffff)];
    Some((frame, head + length))
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let wide = u64::from_ne_bytes([mask, mask].concat().try_into().expect("eight bytes"));
    let mut words = payload.chunks_exact_mut(8);
    for word in &mut words {
        let bytes = u64::from_ne_bytes((&*word).try_into().expect("eight bytes")) ^ wide;
        word.copy_from_slice(&bytes.to_ne_bytes());
    }
    for (byte, mask) in words.into_remainder().iter_mut().zip(wide.to_ne_bytes()) {
        *byte ^= mask;
    }
}

/// Adds a frame with this first byte.
pub(super) fn put(first: u8, payload: &[u8], output: &mut Vec<u8>) {
    output.push(first);
    let length = payload.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..=125), _) => output.push(short),
        (_, Ok(middle)) => {
            output.push(126);
            output.extend(middle.to_be_bytes());
        }
        _ => {
            output.push(127);
            output.extend((length as u64).to_be_bytes());
        }
    }
    output.extend_from_slice(payload);
}

/// A text frame.
pub(super) fn text(payload: &str) -> Vec<u8> {
    let mut frame = Vec::new();
    put(0x81, payload.as_bytes(), &mut frame);
    frame
}
