//! What a connection says, kept for later, without its secrets.

mod events;
mod tape;
mod vendors;

use std::fs::File;
use std::future::{Future, ready};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::pin::pin;

use anstream::eprintln;
use clap::{Args, Subcommand};
use devicelink::lamarzocco::Failure as LinkFailure;
use futures::{Stream, StreamExt};

use self::events::Events;
use self::tape::Tape;
use crate::failure::Failure;
use crate::live::ended;
use crate::output::Output;
use crate::recording::Header;

#[derive(Args)]
#[command(subcommand_required = true, after_help = AFTER_HELP)]
pub(crate) struct Record {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// What a La Marzocco machine says.
    #[command(after_help = AFTER_HELP)]
    Lamarzocco(vendors::Lamarzocco),
    /// What the CoolKit cloud says of an account's devices.
    #[command(after_help = AFTER_HELP)]
    Coolkit(vendors::Coolkit),
    /// What a PlaceOS server says of variables.
    #[command(after_help = AFTER_HELP)]
    Placeos(vendors::Placeos),
}

const AFTER_HELP: &str = "\
A recording is JSON Lines: a header, then a line for each frame and for what becomes of the connection, over reconnects.
It ends with Ctrl-C, --for or --count, or when trying again cannot help.

Secrets are removed before anything is written:
  - credentials of the connection are never in a frame, but for the login at CoolKit, where they are removed;
  - pass codes and serial numbers of machines, tokens, keys, network names and addresses become \"<redacted>\",
    secret settings of a machine asterisks of the same length;
  - a frame that is none, a ping, a pong and the words of a close frame may hold anything: only the length is kept,
    and why it cannot be read. With --keep-malformed they are written as they came.
What a PlaceOS module says, and is told, is kept as it is: read a recording before you give it away.

Examples:
  devicelink record lamarzocco 192.168.50.102 --output machine.jsonl
  devicelink record coolkit --credentials login.json --for 600 --output cloud.jsonl
  devicelink record placeos --url https://example.com --bind sys-1234/Display/1/power > room.jsonl
  devicelink record lamarzocco --simulate --count 20 | devicelink replay -";

/// How much is recorded, and where it goes.
#[derive(Args)]
struct How {
    /// The file to write. Without it, or with -, standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// End after so many seconds.
    #[arg(long = "for", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    seconds: Option<u64>,
    /// End after so many frames that came in.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// Write what is no frame as it came. It may hold secrets.
    #[arg(long)]
    keep_malformed: bool,
}

impl Record {
    pub(crate) async fn run(self, output: Output) -> Result<(), Failure> {
        match self.what {
            What::Lamarzocco(lamarzocco) => lamarzocco.run(output).await,
            What::Coolkit(coolkit) => coolkit.run(output).await,
            What::Placeos(placeos) => placeos.run(output).await,
        }
    }
}

impl How {
    /// Records until it is to end, closes the connection, and says how much it was.
    ///
    /// `stops` yields why the client has given up, if it does.
    async fn record(
        self,
        header: &Header,
        mut events: Events,
        stops: impl Stream<Item = Option<LinkFailure>>,
        close: impl Future<Output = ()>,
        mut output: Output,
    ) -> Result<(), Failure> {
        let file = self.output.as_ref().filter(|file| file.as_os_str() != "-");
        let to: Box<dyn Write + Send> = match file {
            None => Box::new(io::stdout()),
            Some(file) => Box::new(File::create(file).map_err(|error| {
                Failure::usage(format!("{} cannot be written: {error}", file.display()))
            })?),
        };
        let mut tape = Tape::begin(to, header, self.count)?;
        if io::stderr().is_terminal() {
            eprintln!("recording; Ctrl-C ends it");
        }
        let mut stops = pin!(stops.filter_map(ready));
        let mut is_over = pin!(ended(self.seconds));
        let stopped = loop {
            tokio::select! {
                biased;
                over = &mut is_over => break over.map(|()| None)?,
                event = events.next() => match event {
                    Some(event) => tape.write(&event)?,
                    None => break None,
                },
                Some(failure) = stops.next() => break Some(failure),
            }
            if tape.is_full() {
                break None;
            }
        };
        close.await;
        while let Some(event) = events.next_of_the_past() {
            tape.write(&event)?;
        }
        let summary = tape.end(events.missing());
        match file {
            Some(_) => output.say(&summary)?,
            None => eprintln!("{summary}"),
        }
        stopped.map_or(Ok(()), |failure| Err(failure.into()))
    }
}
