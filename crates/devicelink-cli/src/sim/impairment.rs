use std::str::FromStr;
use std::time::Duration;

use devicelink_sim::wire::Impairments;

use super::fault::number;

/// What `--wire` takes.
pub(super) const KINDS: &str = "\
What is wrong with the wire in both directions: jitter=MS, bandwidth=BYTES_PER_SECOND, slice=BYTES, close-after=BYTES, \
reset-after=BYTES, and by their probability from 0 to 1 duplicate=P, reorder=P, corrupt=P";

/// One thing that is wrong with the wire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Impairment {
    Jitter(u64),
    Bandwidth(u32),
    Slice(usize),
    CloseAfter(u64),
    ResetAfter(u64),
    Duplicate(f64),
    Reorder(f64),
    Corrupt(f64),
}

impl Impairment {
    pub(super) fn add_to(self, all: Impairments) -> Impairments {
        match self {
            Self::Jitter(millis) => all.jitter(Duration::from_millis(millis)),
            Self::Bandwidth(bytes) => all.bandwidth(bytes),
            Self::Slice(bytes) => all.slice(bytes),
            Self::CloseAfter(bytes) => all.close_after(bytes),
            Self::ResetAfter(bytes) => all.reset_after(bytes),
            Self::Duplicate(probability) => all.duplicate(probability),
            Self::Reorder(probability) => all.reorder(probability),
            Self::Corrupt(probability) => all.corrupt(probability),
        }
    }
}

/// `KIND=VALUE`.
impl FromStr for Impairment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, value) = text.split_once('=').ok_or("write KIND=VALUE")?;
        Ok(match kind {
            "jitter" => Self::Jitter(number(value)?),
            "bandwidth" => Self::Bandwidth(positive(value)?),
            "slice" => Self::Slice(positive(value)?),
            "close-after" => Self::CloseAfter(number(value)?),
            "reset-after" => Self::ResetAfter(number(value)?),
            "duplicate" => Self::Duplicate(probability(value)?),
            "reorder" => Self::Reorder(probability(value)?),
            "corrupt" => Self::Corrupt(probability(value)?),
            _ => return Err(format!("{kind:?} is nothing that can be wrong with a wire")),
        })
    }
}

fn positive<N: FromStr + Default + PartialEq>(text: &str) -> Result<N, String> {
    let number = number(text)?;
    if number == N::default() { Err("it cannot be 0".into()) } else { Ok(number) }
}

fn probability(text: &str) -> Result<f64, String> {
    let is_one = |probability: &f64| (0.0..=1.0).contains(probability);
    number(text).ok().filter(is_one).ok_or_else(|| format!("{text:?} is not within 0 and 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_wire_is_read_within_its_bounds() {
        assert_eq!("jitter=40".parse(), Ok(Impairment::Jitter(40)));
        assert_eq!("corrupt=0.5".parse(), Ok(Impairment::Corrupt(0.5)));
        let error = |text: &str| text.parse::<Impairment>().unwrap_err();
        assert_eq!(error("slice=0"), "it cannot be 0");
        assert_eq!(error("corrupt=2"), "\"2\" is not within 0 and 1");
        assert_eq!(error("corrupt=NaN"), "\"NaN\" is not within 0 and 1");
        assert_eq!(error("rain=1"), "\"rain\" is nothing that can be wrong with a wire");
        assert_eq!(error("slice"), "write KIND=VALUE");
    }
}
