//! What was recorded, decoded or served again.

mod offline;
mod reader;
mod serve;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use self::reader::Reader;
use crate::failure::Failure;
use crate::output::Output;

/// Show what a recording holds, or serve it as a simulator.
///
/// Without --serve each line is printed with its time, its direction and what the frame is.
#[derive(Args)]
#[command(after_help = "\
With --serve, a client that connects hears what the recorded one heard: each of its connections the next recorded one,
and after the last the first again. What it asks is answered as the same request was in the recording.

Examples:
  devicelink replay machine.jsonl
  devicelink replay --json machine.jsonl | jq 'select(.kind == \"measurement\")'
  devicelink replay machine.jsonl --serve --speed 10")]
pub(crate) struct Replay {
    /// The recording, as `devicelink record` writes it. With -, standard input.
    file: PathBuf,
    /// Serve it to clients.
    #[arg(long)]
    serve: bool,
    #[command(flatten)]
    serving: Serving,
}

#[derive(Args)]
struct Serving {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0", requires = "serve")]
    listen: SocketAddr,
    /// How many recorded seconds pass in one.
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = speed, requires = "serve")]
    speed: f64,
    /// Do not wait for recorded times.
    #[arg(long, conflicts_with = "speed", requires = "serve")]
    fast: bool,
    /// Speak without TLS.
    #[arg(long, requires = "serve")]
    plain: bool,
    /// End after this many seconds.
    #[arg(long = "for", value_name = "SECONDS", requires = "serve")]
    seconds: Option<u64>,
}

impl Replay {
    pub(crate) async fn run(self, output: Output) -> Result<(), Failure> {
        let reader = Reader::open(&self.file)?;
        match self.serve {
            true => self.serving.run(reader, output).await,
            false => offline::show(reader, output),
        }
    }
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (0.001..=1_000_000.0).contains(speed));
    speed.ok_or_else(|| "expected a number from 0.001 to 1000000".into())
}
