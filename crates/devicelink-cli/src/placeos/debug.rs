use std::fmt;

use anstyle::{AnsiColor, Style};
use clap::Args;
use devicelink::placeos::{Level, LogLine, Update};
use serde::Serialize;

use super::beside;
use super::connect::Server;
use crate::failure::Failure;
use crate::live::{self, Limits, Seen};
use crate::output::Output;
use crate::text::Whole;

/// Print the log of a module, one line each. As long as this runs the module logs at debug level.
///
/// Of a module that does not exist nothing comes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink placeos debug --simulate sys-1234 mod-d1 1 --for 5
  devicelink placeos debug --url https://example.com sys-1234 mod-Z6XXB1doL4 1")]
pub(crate) struct Debug {
    #[command(flatten)]
    server: Server,
    /// The system's id, sys-….
    system: String,
    /// The module's id, mod-…, not its name.
    module: String,
    /// Which of the modules of that name; the first is 1.
    #[arg(default_value_t = 1, allow_negative_numbers = true)]
    index: i32,
    #[command(flatten)]
    limits: Limits,
}

#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    level: Option<String>,
    module: Option<&'a str>,
    message: Option<&'a str>,
    #[serde(skip)]
    style: Style,
}

impl Debug {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let client = self.server.client().await?;
        let log = client.system(&self.system).debug(self.module.as_str(), self.index);
        let log = log.map_err(Failure::usage)?;
        live::watch(&client, &self.limits, log, |update| match update {
            Update::Item(line) => {
                output.say(&Line::new(&line))?;
                Ok(Seen::Lines(1))
            }
            update => beside(&mut output, update),
        })
        .await
    }
}

impl<'a> Line<'a> {
    fn new(line: &'a LogLine) -> Self {
        let color = match line.level {
            Some(Level::Error | Level::Fatal) => Some(AnsiColor::Red),
            Some(Level::Warn) => Some(AnsiColor::Yellow),
            Some(Level::Debug | Level::Trace) => Some(AnsiColor::BrightBlack),
            _ => None,
        };
        Self {
            kind: "line",
            level: line.level.as_ref().map(ToString::to_string),
            module: line.module.as_ref().map(|module| module.as_str()),
            message: line.message.as_deref(),
            style: Style::new().fg_color(color.map(Into::into)),
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = self.style;
        let level = self.level.as_deref().unwrap_or_default();
        write!(f, "{style}{level:<6}{style:#} {}", Whole(self.message.unwrap_or_default()))
    }
}
