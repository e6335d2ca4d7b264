use std::fmt;

use clap::Args;
use devicelink::coolkit::Update;
use devicelink::coolkit::proto::{Event, EventKind, Frame, FrameCode, Origin};
use serde::Serialize;

use super::connect::Account;
use super::shown::Shown;
use crate::failure::Failure;
use crate::live::{self, Limits, Notice, Seen};
use crate::output::Output;
use crate::text::Plain;

/// Print everything that the cloud says of an account's devices, or of one, one line each.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink coolkit watch --simulate --for 10
  devicelink coolkit watch --region us 1000abcdef
  devicelink coolkit watch --credentials login.json --json > events.jsonl

Only one program can be logged in with an account and appid: whoever comes later evicts the others.")]
pub(crate) struct Watch {
    #[command(flatten)]
    account: Account,
    /// The device, ten hexadecimal digits; all of them unless said.
    device: Option<String>,
    #[command(flatten)]
    limits: Limits,
}

impl Watch {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let client = self.account.client().await?;
        let updates = match &self.device {
            Some(id) => client.device(id).map_err(Failure::usage)?.updates(),
            None => client.updates(),
        };
        live::watch(&client, &self.limits, updates, |update| {
            let notice = match &update {
                Update::Event(event) => {
                    output.say(&Line::of_event(event)?)?;
                    return Ok(Seen::Lines(1));
                }
                Update::Reply(reply) => {
                    output.say(&Line::of_answer("reply", reply.frame())?)?;
                    return Ok(Seen::Lines(1));
                }
                Update::Unmatched(unmatched) => {
                    output.say(&Line::of_answer("unmatched", unmatched.frame())?)?;
                    return Ok(Seen::Lines(1));
                }
                Update::Malformed(error) => Notice::malformed(error),
                Update::Lagged(dropped) => Notice::Lagged { dropped: *dropped },
                Update::Gap(failure) => Notice::gap(failure),
                Update::Resynced => Notice::Resynced,
                Update::Stopped(failure) => return Err(failure.clone().into()),
                _ => return Ok(Seen::Beside),
            };
            output.say(&notice)?;
            Ok(Seen::Beside)
        })
        .await
    }
}

/// A frame as a line.
#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    deviceid: Option<&'a str>,
    /// Whether the device itself reports, or an app has sent it this.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<i64>,
    params: Option<Shown>,
    #[serde(skip)]
    text: String,
}

impl<'a> Line<'a> {
    fn of_event(event: &'a Event) -> serde_json::Result<Self> {
        let action = event.action().as_str().to_owned();
        let (from, text) = match event.kind() {
            EventKind::Update(update) if update.origin() == Origin::Device => {
                (Some("device"), "reports".into())
            }
            EventKind::Update(_) => (Some("app"), "is sent".into()),
            EventKind::Connection { online: Some(true), .. } => (None, "is online".into()),
            EventKind::Connection { online: Some(false), .. } => (None, "is offline".into()),
            _ => (None, Plain(&action).to_string()),
        };
        let frame = event.frame();
        let line = Self::of_answer("event", frame)?;
        Ok(Self { action: Some(action), from, error: None, text, ..line })
    }

    fn of_answer(kind: &'static str, frame: &'a Frame) -> serde_json::Result<Self> {
        let error = frame.error().code();
        Ok(Self {
            kind,
            action: None,
            deviceid: frame.device_id(),
            from: None,
            error: error.map(FrameCode::get),
            params: frame.params_json().map(Shown::new).transpose()?,
            text: match error {
                Some(code) => format!("answers {code}"),
                None => "answers without a code".into(),
            },
        })
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<11} {}", Plain(self.deviceid.unwrap_or("-")).to_string(), self.text)?;
        match &self.params {
            Some(params) if self.from.is_some() || self.kind != "event" => write!(f, " {params}"),
            _ => Ok(()),
        }
    }
}
