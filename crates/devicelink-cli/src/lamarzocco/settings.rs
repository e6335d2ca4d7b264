mod captured;
mod change;

use std::path::{Path, PathBuf};

use clap::Args;
use devicelink::lamarzocco::Update;
use devicelink::lamarzocco::proto::{SettingsMap, Value};

use self::captured::Captured;
use self::change::Change;
use super::connect::Machine;
use super::row::Row;
use super::{received, watch};
use crate::failure::Failure;
use crate::live::{self, Limits, Patience, Seen, once};
use crate::output::Output;

/// Print a machine's settings as a table, what changes in them, or how two captured maps differ.
///
/// Passwords, serial numbers, and texts that may be some are left out. A ~ marks a name that is probable, a ? a value
/// whose type is a guess from its bytes. Without --watch, --file and --diff the command waits until the machine sends its
/// settings.
#[derive(Args)]
#[command(after_help = "\
Examples:
  devicelink lamarzocco settings --simulate
  devicelink lamarzocco settings 192.168.50.102 --pin sha256:0f4c… --json > monday.jsonl
  devicelink lamarzocco settings --diff monday.jsonl tuesday.jsonl
  devicelink lamarzocco settings --watch --simulate --for 30

With --diff the exit code is 0 whether they differ or not.")]
pub(crate) struct Settings {
    #[command(flatten)]
    machine: Machine,
    /// Read them from this file, or - for standard input: a captured frame, what stands in its `data`, or lines that
    /// this command has printed with --json.
    #[arg(long, conflicts_with_all = ["address", "simulate"])]
    file: Option<PathBuf>,
    /// Compare two such files.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["address", "simulate", "file"])]
    diff: Vec<PathBuf>,
    /// Print what changes, as it changes, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["file", "diff", "timeout"])]
    watch: bool,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    patience: Patience,
}

impl Settings {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        if let [old, new] = &self.diff[..] {
            return diff(old, new, &mut output);
        }
        if let Some(file) = &self.file {
            return table(Captured::read(file)?.settings(), &mut output);
        }
        if self.watch {
            return self.watch(output).await;
        }
        let client = self.machine.client().await?;
        let mut updates = client.updates();
        let settings = once(&client, &self.patience, async |left| {
            received(&client, &mut updates, left, |snapshot| snapshot.settings().cloned())
                .await?
                .ok_or_else(|| Failure::new(SILENT))
        })
        .await?;
        if client.snapshot().settings_incomplete() {
            anstream::eprintln!("incomplete: the machine has sent entries that cannot be read");
        }
        table(&settings, &mut output)
    }

    async fn watch(self, mut output: Output) -> Result<(), Failure> {
        let client = self.machine.client().await?;
        let mut known: Option<SettingsMap> = None;
        live::watch(&client, &self.limits, client.updates(), |update| {
            let Update::Message(message) = &update else {
                return watch::beside(&mut output, update);
            };
            let Value::Settings(settings) = message.value() else {
                return Ok(Seen::Beside);
            };
            let mut count = 0;
            match &known {
                Some(known) => {
                    for change in known.diff(settings).map(Change) {
                        output.put(&change)?;
                        count += 1;
                    }
                }
                None if output.is_json() => {}
                None => anstream::eprintln!("{} settings; now for what changes", settings.len()),
            }
            output.flush()?;
            known = Some((**settings).clone());
            Ok(Seen::Lines(count))
        })
        .await
    }
}

const SILENT: &str = "the machine has not sent its settings in this time: it does so when one changes, so change one at the machine, or wait longer with --timeout";

fn table(settings: &SettingsMap, output: &mut Output) -> Result<(), Failure> {
    for entry in settings {
        output.put(&Row(entry))?;
    }
    Ok(output.flush()?)
}

fn diff(old: &Path, new: &Path, output: &mut Output) -> Result<(), Failure> {
    let (old, new) = (Captured::read(old)?, Captured::read(new)?);
    let changes = old.settings().diff(new.settings());
    let known = changes.filter(|change| !old.hides(change.key()) && !new.hides(change.key()));
    for change in known.map(Change) {
        output.put(&change)?;
    }
    Ok(output.flush()?)
}
