//! The constant pieces of the text that machines send, byte for byte.

/// The pieces between hashes and values.
pub(super) trait Layout {
    /// Before the first entry.
    const START: &'static [u8];
    /// Before the hash of the first entry.
    const HASH: &'static [u8];
    /// Between the hash and the value.
    const VALUE: &'static [u8];
    /// The first byte after the value.
    const QUOTE: u8;
    /// Between the value and the hash of the next entry.
    const NEXT: &'static [u8];
    /// After the last value.
    const END: &'static [u8];
    /// After the start, if there is no entry.
    const EMPTY_END: &'static [u8] = b"]}";
}

/// The settings as they are.
pub(super) struct Plain;

/// The settings inside of a JSON text.
pub(super) struct Quoted;

/// What comes before the quoted settings in a frame, up to the quote.
pub(super) const FRAME_START: &[u8] = br#"{"name":"Settings","type":"string","displayName":"Map of all the machine settings","unit":"N/A","data":""#;

/// What comes after them.
pub(super) const FRAME_END: &[u8] = b"\"}";

macro_rules! layout {
    ($layout:ty, $quote:literal, $first:literal) => {
        impl Layout for $layout {
            const START: &'static [u8] = concat!("{", $quote, "Settings", $quote, ":[").as_bytes();
            const HASH: &'static [u8] = concat!("{", $quote, "Hash", $quote, ":").as_bytes();
            const VALUE: &'static [u8] =
                concat!(",", $quote, "Value", $quote, ":", $quote).as_bytes();
            const QUOTE: u8 = $first;
            const NEXT: &'static [u8] =
                concat!($quote, "},{", $quote, "Hash", $quote, ":").as_bytes();
            const END: &'static [u8] = concat!($quote, "}]}").as_bytes();
        }
    };
}

layout!(Plain, "\"", b'"');
layout!(Quoted, "\\\"", b'\\');
