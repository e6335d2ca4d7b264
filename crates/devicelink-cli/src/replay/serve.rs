use std::collections::BTreeMap;
use std::time::Duration;

use anstream::eprintln;
use devicelink_sim::replay::{Builder, Connection, Protocol, Replay};

use super::Serving;
use super::reader::{Numbered, Reader};
use crate::failure::Failure;
use crate::live::ended;
use crate::output::Output;
use crate::recording::{Direction, Header, Kind, Line, State, Vendor};
use crate::sim::Running;
use crate::{coolkit, lamarzocco, placeos};

/// What is shown as any credential: all are accepted.
const ANY: &str = "any";

impl Serving {
    pub(super) async fn run(self, mut reader: Reader, mut output: Output) -> Result<(), Failure> {
        let mut cutter = Cutter::default();
        while let Some(Numbered { number, line }) = reader.next()? {
            match line {
                Ok(line) => cutter.take(line),
                Err(error) => eprintln!("line {number} is skipped: {error}"),
            }
        }
        let connections = cutter.finish();
        if connections.is_empty() {
            return Err(Failure::new("the recording has no connection that was open"));
        }
        let header = &reader.header;
        let protocol = match header.vendor {
            Vendor::Lamarzocco => Protocol::Lamarzocco,
            Vendor::Coolkit => Protocol::Coolkit,
            Vendor::Placeos => Protocol::Placeos(header.settings.spoken()),
        };
        let builder = connections.into_iter().fold(Replay::builder(protocol), Builder::connection);
        let replay = self.set_up(builder).start().await?;
        output.say(&self.running(header, &replay))?;
        ended(self.seconds).await?;
        Ok(replay.stop().await?)
    }

    fn set_up(&self, builder: Builder) -> Builder {
        let builder = builder.listen(self.listen);
        let builder = if self.fast { builder.fast() } else { builder.speed(self.speed) };
        if self.plain { builder.plain() } else { builder }
    }

    fn running(&self, header: &Header, replay: &Replay) -> Running {
        let pin = (!self.plain).then(|| format!("sha256:{}", replay.certificate_sha256()));
        let pinned = Running::pin_argument(pin.as_ref());
        let any =
            |names: &[&'static str]| names.iter().map(|name| (*name, ANY.to_owned())).collect();
        let what = match header.vendor {
            Vendor::Lamarzocco => "A recording of an espresso machine.",
            Vendor::Coolkit => "A recording of the CoolKit cloud.",
            Vendor::Placeos => "A recording of a PlaceOS server.",
        };
        let (url, dispatch, environment, connect): (_, _, BTreeMap<_, _>, _) = match header.vendor {
            Vendor::Lamarzocco => {
                let url = replay.url();
                let connect = format!("devicelink lamarzocco watch {url}{pinned}");
                (url, None, any(&[lamarzocco::TOKEN]), connect)
            }
            Vendor::Coolkit => {
                let dispatch = replay.dispatch_url();
                let connect = format!(
                    "devicelink coolkit watch --dispatch {dispatch} --trust-any-host{pinned}"
                );
                let environment = any(&[coolkit::AT, coolkit::APIKEY, coolkit::APPID]);
                (replay.url(), Some(dispatch), environment, connect)
            }
            Vendor::Placeos => {
                let url = replay.base_url();
                let generation = header.settings.generation.unwrap_or_default().argument();
                let is_plain = |text: &&String| {
                    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte))
                };
                // It goes to a shell: what somebody else has written may be a command.
                let variable = header.settings.bind.first().filter(is_plain);
                let variable = variable
                    .map_or("SYSTEM/MODULE/INDEX/NAME", |variable| variable)
                    .replace('/', " ");
                let connect =
                    format!("devicelink placeos bind --url {url}{generation}{pinned} {variable}");
                let key = BTreeMap::from([(placeos::API_KEY, "any.key".to_owned())]);
                (url, None, key, connect)
            }
        };
        Running { what, url, dispatch, pin, environment, connect }
    }
}

/// Cuts a recording into its connections.
#[derive(Default)]
struct Cutter {
    done: Vec<Connection>,
    open: Option<Open>,
}

/// A connection that is open in the recording.
struct Open {
    epoch: u64,
    since: u64,
    connection: Connection,
    /// Whether the recorded client has closed it. The end of what was served is up to the next client.
    is_left: bool,
}

impl Cutter {
    fn take(&mut self, line: Line) {
        if line.state == Some(State::Open) {
            self.end(None);
            let connection = Connection::new();
            let open = Open { epoch: line.epoch, since: line.ms, connection, is_left: false };
            self.open = Some(open);
            return;
        }
        let Some(open) = self.open.as_mut().filter(|open| open.epoch == line.epoch) else { return };
        let at = Duration::from_millis(line.ms.saturating_sub(open.since));
        match (line.kind, line.direction, line.state) {
            (Kind::Close, Some(Direction::Out), _) => open.is_left = true,
            (Kind::Close, Some(Direction::In), _) if !open.is_left => {
                let closed =
                    std::mem::take(&mut open.connection).closes(at, line.code.unwrap_or(1000));
                self.done.push(closed);
                self.open = None;
            }
            (_, _, Some(State::Closed | State::Failed)) => self.end(Some(at)),
            (Kind::Text | Kind::Binary, Some(direction), _) => open.frame(at, direction, line),
            _ => {}
        }
    }

    fn finish(mut self) -> Vec<Connection> {
        self.end(None);
        self.done
    }

    /// The connection is over: at this time, if it was not the recorded client or the end of the recording that ended
    /// it.
    fn end(&mut self, at: Option<Duration>) {
        let Some(Open { connection, is_left, .. }) = self.open.take() else { return };
        self.done.push(match at.filter(|_| !is_left) {
            Some(at) => connection.drops(at),
            None => connection,
        });
    }
}

impl Open {
    fn frame(&mut self, at: Duration, direction: Direction, line: Line) {
        let connection = std::mem::take(&mut self.connection);
        let bytes = line.bytes();
        self.connection = match (direction, line.kind, line.text, bytes) {
            (Direction::Out, _, Some(text), _) => connection.hears(at, text),
            (Direction::In, Kind::Text, Some(text), _) => connection.says(at, text),
            (Direction::In, _, _, Some(bytes)) => connection.says_binary(at, bytes),
            // What was not kept cannot be said.
            _ => connection,
        };
    }
}
