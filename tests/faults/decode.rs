//! Texts that are made to hurt a decoder.

use std::time::{Duration, Instant};

use coolkit_proto as coolkit;
use lamarzocco_proto as lamarzocco;
use placeos_proto as placeos;

use crate::{Vendor, report};

/// How long an error may take. Without optimisation everything is many times slower.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 200 } else { 10 });

/// Whether it decodes.
fn decodes(vendor: Vendor, text: &str) -> bool {
    match vendor {
        Vendor::CoolKit => coolkit::Frame::decode(text).is_ok(),
        Vendor::LaMarzocco => lamarzocco::Frame::decode(text).is_ok(),
        Vendor::PlaceOs => placeos::Response::decode(text, placeos::Generation::G3).is_ok(),
    }
}

#[test]
fn f19_deep_repeated_and_escaped_texts_are_done_with_at_once_on_a_small_stack() {
    let nested =
        |levels: usize| format!("{{\"value\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    let texts = [
        ("depth 10^5", nested(100_000), Some(false)),
        ("depth 129", nested(128), Some(false)),
        ("10^5 equal names", format!("{{{}\"z\":0}}", "\"a\":0,".repeat(100_000)), None),
        ("1 MiB of escapes", format!("{{\"a\":\"{}\"}}", "\\u00e9".repeat((1 << 20) / 6)), None),
        (
            "1 MiB of broken escapes",
            format!("{{\"a\":\"{}\"}}", "\\ud800".repeat((1 << 20) / 6)),
            None,
        ),
    ];
    let run = move || {
        for vendor in [Vendor::CoolKit, Vendor::LaMarzocco, Vendor::PlaceOs] {
            let mut costs = Vec::new();
            for (name, text, expected) in &texts {
                let mut took = Duration::MAX;
                // The shortest time is the least disturbed by others.
                for _ in 0..3 {
                    let since = Instant::now();
                    let decoded = decodes(vendor, text);
                    took = took.min(since.elapsed());
                    assert!(expected.is_none_or(|expected| decoded == expected), "{name}");
                }
                // What decodes is larger than what a client would take, and only must not cost without bounds.
                let limit = if *expected == Some(false) { LIMIT } else { 10 * LIMIT };
                assert!(took < limit, "{} {name}: {took:?}", vendor.name());
                costs.push(format!(
                    "{name} {:.2} ms ({:.1} ns/byte)",
                    took.as_secs_f64() * 1000.0,
                    took.as_secs_f64() * 1e9 / text.len() as f64
                ));
            }
            report("F19", vendor, costs.join(", "));
        }
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}
