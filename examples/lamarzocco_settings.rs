//! Shows what is in a captured `Settings` frame.
//!
//! ```sh
//! cargo run --example lamarzocco_settings --features lamarzocco -- testdata/lamarzocco/settings.json
//! cargo run --example lamarzocco_settings --features lamarzocco -- --json < frame.json
//! ```
//! Passwords and serial numbers are left out unless `--secrets` asks for them.

use std::error::Error;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use devicelink::lamarzocco::proto::settings::{Confidence, Entry, SettingData, SettingsMap};
use serde_json::json;

mod common;

/// Shows what is in a captured `Settings` frame.
#[derive(Parser)]
struct Args {
    /// A file with one frame, or the inner text of one. Without it, standard input.
    file: Option<PathBuf>,
    /// One JSON object per line instead of a table.
    #[arg(long)]
    json: bool,
    /// Show passwords and serial numbers, too.
    #[arg(long)]
    secrets: bool,
}

fn main() -> ExitCode {
    common::exit(run(&Args::parse()))
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let text = match &args.file {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| format!("{} cannot be read as UTF-8 text: {error}", path.display()))?,
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
    };
    let settings = read(&text)?;
    let mut out = std::io::stdout().lock();
    for entry in &settings {
        let line =
            if args.json { as_json(entry, args.secrets) } else { as_row(entry, args.secrets) };
        writeln!(out, "{line}")?;
    }
    if !args.json {
        eprintln!("{} settings", settings.len());
    }
    Ok(())
}

/// A frame, or what stands in its `data`. Of a damaged one, what can be read.
fn read(text: &str) -> Result<SettingsMap, Box<dyn Error>> {
    let is_inner = serde_json::from_str::<serde_json::Value>(text)
        .is_ok_and(|value| value.get("Settings").is_some_and(serde_json::Value::is_array));
    let read = if is_inner { SettingsMap::from_data } else { SettingsMap::from_frame };
    match read(text) {
        Ok(settings) => Ok(settings),
        Err(error) => {
            let error_text = error.to_string();
            let message = format!("this is no frame of settings: {error}");
            match error.into_settings().filter(|settings| !settings.is_empty()) {
                Some(settings) => {
                    eprintln!("incomplete: {error_text}");
                    Ok(settings)
                }
                None => Err(message.into()),
            }
        }
    }
}

fn is_hidden(entry: Entry<'_>, secrets: bool) -> bool {
    // A text of which nothing is known may be a password as well.
    let unknown_text = entry.setting().is_none() && entry.bytes().len() > 4;
    !secrets && (unknown_text || entry.setting().is_some_and(|setting| setting.is_secret()))
}

/// How sure the name is: nothing, `~` for probable, `?` for a value whose type is a guess.
fn mark(entry: Entry<'_>) -> &'static str {
    match entry.setting().map(|setting| setting.confidence()) {
        Some(Confidence::Certain) => "",
        Some(Confidence::Probable) => "~",
        _ => "?",
    }
}

fn as_row(entry: Entry<'_>, secrets: bool) -> String {
    let label = entry.setting().and_then(|setting| setting.label()).unwrap_or("-");
    let value = if is_hidden(entry, secrets) { "***".into() } else { value(entry).to_string() };
    let unit = entry.setting().and_then(|setting| setting.unit());
    let unit = unit.as_ref().map_or("", |unit| unit.as_str());
    format!("{:>10}  {:<38} {:<1} {value} {unit}", entry.hash(), label, mark(entry))
        .trim_end()
        .to_owned()
}

fn as_json(entry: Entry<'_>, secrets: bool) -> String {
    let setting = entry.setting();
    let value = if is_hidden(entry, secrets) { json!(null) } else { value(entry) };
    json!({
        "hash": entry.hash(),
        "label": setting.and_then(|setting| setting.label()),
        "name": setting.and_then(|setting| setting.name()),
        "value": value,
        "unit": setting.and_then(|setting| setting.unit()).map(|unit| unit.as_str().to_owned()),
        "guessed": entry.value().guessed,
    })
    .to_string()
}

fn value(entry: Entry<'_>) -> serde_json::Value {
    match entry.value().data {
        // As the shortest decimal of the 32 bits, not as that of the 64 bits they widen to.
        SettingData::F32(number) => {
            number.to_string().parse::<f64>().map_or(json!(number.to_string()), |it| json!(it))
        }
        SettingData::U32(number) => json!(number),
        SettingData::Bool(value) => json!(value),
        SettingData::Text(text) => json!(text),
        _ => {
            let hex: String = entry.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            json!(hex)
        }
    }
}
