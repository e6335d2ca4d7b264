//! Texts that nobody sends in good faith.

use std::time::{Duration, Instant};

use wirejson::{ErrorKind, JsonRef, MAX_DEPTH, Public};

type Json = wirejson::Json<Public>;

/// Runs on a stack of 256 KiB.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

/// How long it takes at best, of three times.
fn at_best<T>(mut run: impl FnMut() -> T) -> Duration {
    let mut once = || {
        #[expect(clippy::disallowed_methods, reason = "what is measured is time")]
        let start = Instant::now();
        std::hint::black_box(run());
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap()
}

#[test]
fn nesting_is_read_down_to_the_limit_and_refused_beyond_on_a_small_stack() {
    on_a_small_stack(|| {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |depth: usize| format!("{}0{}", open.repeat(depth), close.repeat(depth));
            let text = nested(MAX_DEPTH);
            let json = Json::parse(&text).unwrap();
            assert_eq!((json.encode(), json.clone()), (text, json.clone()));
            assert!(format!("{json:?} {json:#?}").len() > 2 * MAX_DEPTH);
            for text in [nested(MAX_DEPTH + 1), nested(100_000), open.repeat(100_000)] {
                let error = Json::parse(&text).unwrap_err();
                assert_eq!(
                    (error.kind(), error.offset()),
                    (ErrorKind::TooDeep, MAX_DEPTH * open.len())
                );
            }
        }
    });
}

#[test]
fn values_that_differ_only_at_the_bottom_are_compared_once_for_each_level() {
    let nested = |bottom: u8| format!("{}{bottom}{}", "{\"a\":".repeat(128), "}".repeat(128));
    assert_ne!(Json::parse(&nested(1)).unwrap(), Json::parse(&nested(2)).unwrap());
}

#[test]
fn ten_times_as_many_repeated_names_take_about_ten_times_as_long() {
    let text = |count: usize| format!("{{{}\"a\":-1}}", "\"a\":0,".repeat(count));
    let read = |text: &str| {
        let json = Json::parse(text).unwrap();
        assert_eq!(json.view().get("a").and_then(JsonRef::as_i64), Some(-1));
        assert_eq!(json, json.clone());
        json.encode()
    };
    let (few, many) = (text(10_000), text(100_000));
    let (short, long) = (at_best(|| read(&few)), at_best(|| read(&many)));
    assert!(long < short * 60, "{short:?} {long:?}");
}

#[test]
fn a_mebibyte_of_escapes_takes_about_as_long_for_each_byte_as_a_sixteenth_of_it() {
    let text = |count: usize| format!("[\"{}\"]", "\\u00e9\\n".repeat(count / 8));
    let (few, many) = (text(1 << 16), text(1 << 20));
    let json = Json::parse(&many).unwrap();
    assert_eq!(json.view().items().next().and_then(|item| item.as_str()).unwrap().len(), 3 << 17);
    let (short, long) = (at_best(|| Json::parse(&few)), at_best(|| Json::parse(&many)));
    assert!(long < short * 100, "{short:?} {long:?}");
}
