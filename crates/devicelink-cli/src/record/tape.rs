//! From events to lines, without secrets.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime};

use devicelink::lamarzocco::longlink::Frame;
use devicelink::placeos::Generation;
use devicelink::placeos::proto::server::ClientMessage;
use devicelink::placeos::proto::{self as placeos, Incoming};
use devicelink::{coolkit, lamarzocco};
use serde::Serialize;

use super::events::{Event, What};
use crate::recording::{Direction, Header, Kind, Line, Settings, Vendor};

/// A recording that is being written.
pub(super) struct Tape<W> {
    to: W,
    vendor: Vendor,
    generation: Generation,
    keeps_malformed: bool,
    begun: Instant,
    /// How many frames may come in.
    most: Option<u64>,
    summary: Summary,
}

/// How much was recorded.
#[derive(Clone, Default, Serialize)]
pub(super) struct Summary {
    #[serde(rename = "in")]
    received: u64,
    #[serde(rename = "out")]
    sent: u64,
    redacted: u64,
    malformed: u64,
    missing: u64,
    connections: u64,
    ms: u64,
}

impl<W: Write> Tape<W> {
    pub(super) fn begin(mut to: W, header: &Header, most: Option<u64>) -> io::Result<Self> {
        write_line(&mut to, header)?;
        let Settings { keep_malformed, .. } = header.settings;
        Ok(Self {
            to,
            vendor: header.vendor,
            generation: header.settings.spoken(),
            keeps_malformed: keep_malformed,
            begun: Instant::now(),
            most,
            summary: Summary::default(),
        })
    }

    /// Whether as much came in as was wanted.
    pub(super) fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.summary.received >= most)
    }

    pub(super) fn write(&mut self, event: &Event) -> io::Result<()> {
        let line = match &event.what {
            What::State(state, error) => {
                self.summary.connections += u64::from(*state == crate::recording::State::Open);
                Line { state: Some(*state), error: error.clone(), ..Line::default() }
            }
            What::Frame(Direction::In, Frame::Text(_) | Frame::Binary(_)) if self.is_full() => {
                return Ok(());
            }
            What::Frame(direction, frame) => self.frame(*direction, frame),
        };
        let since = event.at.saturating_duration_since(self.begun);
        self.summary.ms = millis(since);
        self.summary.missing += event.missing;
        let line = Line {
            ms: millis(since),
            time: rfc3339(event.time),
            epoch: event.epoch,
            missing: Some(event.missing).filter(|missing| *missing > 0),
            ..line
        };
        write_line(&mut self.to, &line)
    }

    /// How much it was, with so many events missing at the end.
    pub(super) fn end(self, missing: u64) -> Summary {
        Summary { missing: self.summary.missing + missing, ..self.summary }
    }

    fn frame(&mut self, direction: Direction, frame: &Frame) -> Line {
        let line = match frame {
            Frame::Text(text) => self.data(direction, Kind::Text, text.as_bytes()),
            Frame::Binary(bytes) => self.data(direction, Kind::Binary, bytes),
            Frame::Ping(bytes) => self.unread(Kind::Ping, bytes),
            Frame::Pong(bytes) => self.unread(Kind::Pong, bytes),
            Frame::Close(None) => self.unread(Kind::Close, &[]),
            Frame::Close(Some(close)) => {
                let line = self.unread(Kind::Close, close.reason.as_bytes());
                Line { code: Some(close.code), ..line }
            }
        };
        Line { direction: Some(direction), ..line }
    }

    fn data(&mut self, direction: Direction, kind: Kind, bytes: &[u8]) -> Line {
        match direction {
            Direction::In => self.summary.received += 1,
            Direction::Out => self.summary.sent += 1,
        }
        let text = str::from_utf8(bytes);
        let read = text.map_err(|error| error.to_string());
        match read.and_then(|text| self.redact(direction, text)) {
            Ok(text) => {
                let redacted = matches!(text, Cow::Owned(_));
                self.summary.redacted += u64::from(redacted);
                Line { kind, text: Some(text.into_owned()), redacted, ..Line::default() }
            }
            Err(error) => {
                self.summary.malformed += 1;
                Line { error: Some(error), ..self.unread(kind, bytes) }
            }
        }
    }

    /// What may be anything: its length, and itself if that is wanted.
    fn unread(&self, kind: Kind, bytes: &[u8]) -> Line {
        let line = Line { kind, length: Some(bytes.len()), ..Line::default() };
        match str::from_utf8(bytes) {
            _ if !self.keeps_malformed || bytes.is_empty() => line,
            Ok(text) => Line { text: Some(text.to_owned()), ..line },
            Err(_) => Line { hex: Some(hex(bytes)), ..line },
        }
    }

    /// What the frame says, without its secrets, or why it cannot be read, without a part of it that may be one.
    fn redact<'a>(&self, direction: Direction, text: &'a str) -> Result<Cow<'a, str>, String> {
        match (self.vendor, direction) {
            (Vendor::Lamarzocco, _) => {
                lamarzocco::proto::redact(text).map_err(|error| error.to_string())
            }
            (Vendor::Coolkit, _) => coolkit::proto::redact(text).map_err(|error| error.to_string()),
            (Vendor::Placeos, Direction::In) => match placeos::classify(text, self.generation) {
                Incoming::Malformed(error) => Err(error.to_string()),
                _ => Ok(text.into()),
            },
            (Vendor::Placeos, Direction::Out) => match ClientMessage::decode(text) {
                Err(error) => Err(error.to_string()),
                Ok(_) => Ok(text.into()),
            },
        }
    }
}

/// Every line is whole when another program reads the file, or this one is killed.
fn write_line(to: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    to.write_all(&text)?;
    to.flush()
}

pub(super) fn rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { received, sent, redacted, malformed, missing, connections, ms } = self;
        let seconds = Duration::from_millis(*ms).as_secs_f64();
        write!(
            f,
            "frames: {received} in, {sent} out; connections: {connections}; seconds: {seconds:.1}"
        )?;
        write!(f, "; with secrets removed: {redacted}; malformed: {malformed}")?;
        match missing {
            0 => Ok(()),
            missing => write!(f, "; came too fast: {missing}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use devicelink::coolkit::proto::{Secret, Sequence, UserOnline};
    use devicelink::lamarzocco::longlink::CloseFrame;
    use devicelink::lamarzocco::proto::{Message, SettingsMap};
    use serde_json::Value;

    use super::*;
    use crate::recording::{State, VERSION};

    /// What is recorded of these, as lines of JSON without the header, and how much it was.
    fn recorded(
        vendor: Vendor,
        keep_malformed: bool,
        frames: impl IntoIterator<Item = (Direction, Frame)>,
    ) -> (Vec<Value>, String, Summary) {
        let header = Header {
            devicelink_recording: VERSION,
            vendor,
            program: "test".into(),
            time: rfc3339(SystemTime::UNIX_EPOCH),
            settings: Settings { keep_malformed, ..Settings::default() },
        };
        let mut file = Vec::new();
        let mut tape = Tape::begin(&mut file, &header, None).unwrap();
        for (direction, frame) in frames {
            let (at, time) = (Instant::now(), SystemTime::UNIX_EPOCH);
            let what = What::Frame(direction, frame);
            tape.write(&Event { at, time, epoch: 1, what, missing: 0 }).unwrap();
        }
        let summary = tape.end(0);
        let text = String::from_utf8(file).unwrap();
        let lines = text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap());
        (lines.collect(), text, summary)
    }

    fn both_ways(text: &str) -> [(Direction, Frame); 3] {
        [
            (Direction::In, Frame::text(text)),
            (Direction::Out, Frame::text(text)),
            (Direction::In, Frame::Binary(text.to_owned().into())),
        ]
    }

    /// Unique secrets, which [`secret`] hands out.
    const SECRETS: usize = 40;

    fn secret(number: usize) -> String {
        assert!(number < SECRETS);
        format!("s3cr3t{number:02}x")
    }

    #[track_caller]
    fn assert_silent(text: &str) {
        assert!(!text.contains("s3cr3t"), "{text}");
        for number in 0..SECRETS {
            let coded = hex(secret(number).as_bytes());
            assert!(!text.contains(&coded), "{coded} in {text}");
        }
        // In base64 at any of the three offsets.
        for coded in ["czNjcjN0", "MzY3Iz", "M2NyM3"] {
            assert!(!text.contains(coded), "{coded} in {text}");
        }
    }

    /// What may hold anything.
    fn hostile() -> Vec<(Direction, Frame)> {
        let bytes = secret(0).into_bytes();
        let broken = format!(r#"{{"password":"{}","#, secret(1));
        let no_text = [&bytes[..], b"\xff"].concat();
        [
            Frame::Ping(bytes.clone().into()),
            Frame::Pong(bytes.into()),
            Frame::Close(Some(CloseFrame::new(1008, secret(2)))),
            Frame::Close(None),
            Frame::Binary(no_text.into()),
            Frame::text(broken),
        ]
        .map(|frame| (Direction::In, frame))
        .to_vec()
    }

    #[test]
    fn no_secret_of_a_machine_is_in_the_recording_of_any_frame() {
        let mut settings = SettingsMap::new();
        settings.set("Menu.factory.password", &*secret(3));
        settings.set(696_674_017, &*secret(4));
        settings.set(5, &*secret(5));
        settings.set("steamBoiler.targetTemperature", 122.0_f32);
        let mut number = 6;
        let mut next = || {
            number += 1;
            secret(number)
        };
        let configuration = format!(
            r#"{{"serialNumber":[{{"value":"{}"}}],"machine_sn":"{}","wifi":{{"password":"{}","token":"{}"}},"scale":{{"address":"{}"}}}}"#,
            next(),
            next(),
            next(),
            next(),
            next()
        );
        let plain = settings.to_data();
        let frames = [
            settings.to_frame(),
            format!(r#"{{"Settings":{plain}}}"#),
            format!(r#"[{{"name":"Settings","value":{plain:?}}},{{"Other":{configuration}}}]"#),
            format!(r#"{{"MachineConfiguration":{configuration}}}"#),
            format!(r#"{{"name":"MachineConfiguration","data":{configuration:?}}}"#),
            format!(r#"{{"name":"SystemInfo","data":{configuration:?},"x":{configuration}}}"#),
            format!(r#"{{"bearerToken":"{}","adminPassword":["{}"]}}"#, next(), next()),
        ];
        let count = frames.len();
        let frames = frames.iter().flat_map(|text| both_ways(text)).chain(hostile());
        let (lines, text, summary) = recorded(Vendor::Lamarzocco, false, frames);
        assert_silent(&text);
        assert_eq!((summary.redacted, summary.malformed), (3 * count as u64, 2));
        assert!(lines.iter().take(3 * count).all(|line| line["redacted"] == true));
        let read = lamarzocco::proto::Frame::decode(lines[0]["text"].as_str().unwrap()).unwrap();
        let message: &Message = read.messages()[0].as_ref().unwrap();
        let kept = message.value().as_settings().unwrap();
        assert_eq!(kept.len(), settings.len());
        assert_eq!(kept.get("steamBoiler.targetTemperature").unwrap().as_f32(), Some(122.0));
    }

    #[test]
    fn no_secret_of_an_account_is_in_the_recording_of_any_frame() {
        let sequence = Sequence::from_millis(1_519_293_433_136);
        let [at, apikey, appid] = [3, 4, 5].map(|number| Secret::from(secret(number)));
        let login = UserOnline::new(at, apikey, appid, &secret(6), sequence).to_frame().encode();
        let names = [
            "apikey",
            "selfApikey",
            "accountpass",
            "ssid",
            "bssid",
            "staMac",
            "wifiPassword",
            "phoneNumber",
            "email",
            "userName",
            "refreshToken",
            "rt",
            "imei",
            "sign",
            "uid",
            "devicekey",
            "bindInfos",
        ];
        let members: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(at, name)| format!(r#""{name}":"{}""#, secret(7 + at)))
            .collect();
        let members = members.join(",");
        let frames = [
            login,
            format!(r#"{{"error":0,"sequence":"1519293433136",{members}}}"#),
            format!(
                r#"{{"action":"update","deviceid":"1000abcdef","params":{{"switch":"on",{members}}}}}"#
            ),
            format!(r#"{{"action":"x","params":[{{"a":{{"at":{{"{}":[1]}}}}}}]}}"#, secret(30)),
            format!(r#"{{"action":"x","text":{:?}}}"#, format!("{{{members}}}")),
        ];
        let frames = frames.iter().flat_map(|text| both_ways(text)).chain(hostile());
        let (lines, text, _) = recorded(Vendor::Coolkit, false, frames);
        assert_silent(&text);
        let text = lines[6]["text"].as_str().unwrap();
        assert!(text.contains(r#""deviceid":"1000abcdef","params":{"switch":"on""#), "{text}");
    }

    #[test]
    fn what_is_no_frame_is_kept_on_request_only() {
        let (lines, text, summary) = recorded(Vendor::Placeos, false, hostile());
        assert_eq!(summary.malformed, 2);
        assert_eq!((lines[2]["code"].as_u64(), lines[2]["length"].as_u64()), (Some(1008), Some(9)));
        assert!(lines[4]["error"].is_string() && lines[4]["length"] == 10);
        assert!(lines.iter().all(|line| line["text"].is_null() && line["hex"].is_null()), "{text}");
        let (lines, _, _) = recorded(Vendor::Lamarzocco, true, hostile());
        let kept =
            |line: usize| serde_json::from_value::<Line>(lines[line].clone()).unwrap().bytes();
        assert_eq!(kept(0), Some(secret(0).into_bytes()));
        assert_eq!(kept(2), Some(secret(2).into_bytes()));
        assert_eq!(kept(4), Some([secret(0).as_bytes(), b"\xff"].concat()));
        assert!(kept(5).unwrap().starts_with(br#"{"password":"#));
    }

    #[test]
    fn a_frame_without_secrets_is_kept_to_the_byte() {
        let text = "{ \"name\":\"WaterTDS\", \"data\":\"1.50\" }";
        let (lines, _, summary) = recorded(Vendor::Lamarzocco, false, both_ways(text));
        assert!(lines.iter().all(|line| line["text"] == text && line["redacted"].is_null()));
        assert_eq!((summary.received, summary.sent, summary.redacted), (2, 1, 0));
        assert_eq!(lines[0]["time"], "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn no_more_frames_come_in_than_were_wanted_and_states_go_on() {
        let header = Header {
            devicelink_recording: VERSION,
            vendor: Vendor::Lamarzocco,
            program: String::new(),
            time: String::new(),
            settings: Settings::default(),
        };
        let mut file = Vec::new();
        let mut tape = Tape::begin(&mut file, &header, Some(2)).unwrap();
        let now = (Instant::now(), SystemTime::UNIX_EPOCH);
        let event = |what, missing| Event { at: now.0, time: now.1, epoch: 1, what, missing };
        for missing in [0, 7, 0] {
            let what = What::Frame(Direction::In, Frame::text(r#"{"WaterTDS":1}"#));
            tape.write(&event(what, missing)).unwrap();
        }
        tape.write(&event(What::State(State::Closed, None), 0)).unwrap();
        assert!(tape.is_full());
        assert_eq!(tape.end(1).missing, 8);
        let text = String::from_utf8(file).unwrap();
        assert_eq!(text.matches("WaterTDS").count(), 2);
        assert!(text.contains(r#""missing":7"#) && text.contains(r#""state":"closed""#));
    }
}
