//! The log of the whole process.

use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// The log of the whole process, sorted.
#[derive(Clone, Default)]
pub(crate) struct Captured {
    /// All levels.
    pub(crate) ours: Log,
    pub(crate) others_to_debug: Log,
    pub(crate) others_at_trace: Log,
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.others_to_debug.clone()
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Log {
        let ours = ["longlink", "lamarzocco", "coolkit", "placeos", "devicelink"];
        if ours.iter().any(|name| event.target().starts_with(name)) {
            self.ours.clone()
        } else if *event.level() == Level::TRACE {
            self.others_at_trace.clone()
        } else {
            self.others_to_debug.clone()
        }
    }
}

/// The log from the first call on: one for all tests of the process.
pub(crate) fn capture() -> Captured {
    static CAPTURED: OnceLock<Captured> = OnceLock::new();
    let begin = || {
        let captured = Captured::default();
        tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(captured.clone())
            .init();
        captured
    };
    CAPTURED.get_or_init(begin).clone()
}

impl Captured {
    /// Whether none of these stands in our log at any level, or in that of the whole process up to debug.
    pub(crate) fn assert_clean(&self, secrets: &[&str]) {
        let ours = self.ours.text();
        assert!(ours.contains("online"), "the log is captured: {ours}");
        assert_clean("our log, at any level", &ours, secrets);
        let others = self.others_to_debug.text();
        assert_clean("the log of the whole process, up to debug", &others, secrets);
    }
}

pub(crate) fn assert_clean(what: &str, text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} stands in {what}");
    }
}

pub(crate) fn debug(value: &dyn Debug) -> String {
    format!("{value:?} {value:#?}")
}
