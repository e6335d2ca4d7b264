use std::str::FromStr;
use std::time::Duration;

use devicelink_sim::fault::Connections;
use devicelink_sim::{Answer, Fault, FaultPlan};

/// What `--fault` takes.
pub(super) const KINDS: &str = "\
What goes wrong: reset, drop, silence, slow=BYTES_PER_SECOND, http=STATUS, html=STATUS, redirect=URL, slow-answer=MS, \
half-status-line, wrong-accept-key, invalid-utf8, oversize=BYTES, fragments=COUNT, close=CODE, duplicate, delay=MS, \
deaf. @2 is the second connection, @2..4 three of them, @2.. all but the first, and nothing all of them; +10 is after \
ten frames";

/// A fault with its place in a plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    fault: Fault,
    connections: Connections,
    after_frames: Option<u64>,
}

impl Planned {
    pub(super) fn add_to(&self, plan: FaultPlan) -> FaultPlan {
        match self.after_frames {
            Some(frames) => plan.after_frames(self.connections, frames, self.fault.clone()),
            None => plan.on(self.connections, self.fault.clone()),
        }
    }
}

/// `KIND[=VALUE][@CONNECTIONS][+FRAMES]`.
impl FromStr for Planned {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (rest, frames) = split(text, '+');
        let (rest, connections) = split(rest, '@');
        let (kind, value) = split(rest, '=');
        Ok(Self {
            fault: fault(kind, value)?,
            connections: connections.map_or(Ok((..).into()), read_connections)?,
            after_frames: frames.map(number).transpose()?,
        })
    }
}

/// The text before a mark, and the one after it.
fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn fault(kind: &str, value: Option<&str>) -> Result<Fault, String> {
    let needed = || value.ok_or_else(|| format!("{kind} needs a value: {kind}=…"));
    let millis = || needed().and_then(number).map(Duration::from_millis);
    let simple = match kind {
        "reset" => Fault::Reset,
        "drop" => Fault::Drop,
        "silence" => Fault::Silence,
        "half-status-line" => Fault::HalfStatusLine,
        "wrong-accept-key" => Fault::WrongAcceptKey,
        "invalid-utf8" => Fault::InvalidUtf8,
        "duplicate" => Fault::Duplicate,
        "deaf" => Fault::Deaf,
        "slow" => return Ok(Fault::Slow(needed().and_then(number)?)),
        "http" => return Ok(Answer::status(needed().and_then(number)?).into()),
        "html" => return Ok(Answer::html(needed().and_then(number)?).into()),
        "redirect" => return Ok(Answer::redirect(needed()?).into()),
        "slow-answer" => return Ok(Fault::SlowAnswer(millis()?)),
        "oversize" => return Ok(Fault::Oversize(needed().and_then(number)?)),
        "fragments" => return Ok(Fault::fragments(needed().and_then(number)?)),
        "close" => return Ok(Fault::Close(needed().and_then(number)?)),
        "delay" => return Ok(Fault::Delay(millis()?)),
        _ => return Err(format!("{kind:?} is no kind of fault")),
    };
    match value {
        None => Ok(simple),
        Some(_) => Err(format!("{kind} takes no value")),
    }
}

fn read_connections(text: &str) -> Result<Connections, String> {
    Ok(match text.split_once("..") {
        None => number::<u64>(text)?.into(),
        Some((first, "")) => (number(first)?..).into(),
        Some((first, last)) => (number(first)?..=number(last)?).into(),
    })
}

/// A number that is not negative.
pub(super) fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{text:?} is no number that fits here"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_with_its_value_its_connections_and_its_frames() {
        let planned =
            |fault, connections, after_frames| Ok(Planned { fault, connections, after_frames });
        assert_eq!("reset".parse(), planned(Fault::Reset, (..).into(), None));
        assert_eq!("close=1012@2".parse(), planned(Fault::Close(1012), 2.into(), None));
        assert_eq!("silence@1..3+4".parse(), planned(Fault::Silence, (1..=3).into(), Some(4)));
        assert_eq!("http=503@2..".parse(), planned(Answer::status(503).into(), (2..).into(), None));
    }

    #[test]
    fn what_is_no_fault_says_why() {
        let error = |text: &str| text.parse::<Planned>().unwrap_err();
        assert_eq!(error("gone"), "\"gone\" is no kind of fault");
        assert_eq!(error("close"), "close needs a value: close=…");
        assert_eq!(error("reset=1"), "reset takes no value");
        assert_eq!(error("reset@x"), "\"x\" is no number that fits here");
        assert_eq!(error("close=70000"), "\"70000\" is no number that fits here");
    }
}
