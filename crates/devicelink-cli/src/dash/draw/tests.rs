use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use snapbox::{assert_data_eq, file};

use super::super::event::{self, Counters, Event, Reading, State, Status, Switch};
use super::super::model::{Input, Model, Spec, Vendor};
use super::draw;
use super::row::cells;

/// Draws the model on a terminal of this size.
pub(super) fn drawn(model: &Model, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(model, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The text of each line; of a wide character the second cell says nothing.
pub(super) fn lines(buffer: &Buffer) -> impl Iterator<Item = String> {
    buffer.content.chunks(buffer.area.width.into()).map(|row| {
        let mut line = String::new();
        let mut hidden = 0;
        for cell in row {
            if hidden == 0 {
                line.push_str(cell.symbol());
                hidden = cells(cell.symbol());
            }
            hidden = hidden.saturating_sub(1);
        }
        line
    })
}

fn text(model: &Model, width: u16, height: u16) -> String {
    let buffer = drawn(model, width, height);
    let lines: Vec<_> = lines(&buffer).collect();
    assert!(lines.iter().all(|line| cells(line) == usize::from(width)), "{lines:#?}");
    lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_340_800 + second).unwrap()
}

fn spec(vendor: Vendor, name: &str, address: &str, bindings: &[&str]) -> Spec {
    let bindings = bindings.iter().map(|name| (*name).to_owned()).collect();
    Spec { vendor, name: name.to_owned(), address: address.to_owned(), bindings }
}

fn specs() -> Vec<Spec> {
    let bindings = ["Display_1/power", "Display_1/input", "Mixer_1/volume", "Bookings_1/room"]
        .map(|name| format!("sys-1/{name}"));
    let bindings = bindings.each_ref().map(String::as_str);
    vec![
        spec(Vendor::LaMarzocco, "espresso", "wss://192.168.50.102:8081/messages", &[]),
        spec(Vendor::CoolKit, "home", "region eu", &[]),
        spec(Vendor::PlaceOs, "office", "https://example.com", &bindings),
    ]
}

fn state(state: State) -> Event {
    Event::State(Status { state, error: None, next_attempt: None })
}

fn failed(state: State, error: &str, next_attempt: Option<Timestamp>) -> Event {
    Event::State(Status { state, error: Some(error.to_owned()), next_attempt })
}

fn device(id: &str, name: &str, online: Option<bool>, on: bool) -> event::Device {
    event::Device {
        device: id.to_owned(),
        name: Some(name.to_owned()),
        online,
        switches: vec![Switch { outlet: None, on }],
        ..event::Device::default()
    }
}

fn celsius(value: f64) -> Reading {
    Reading { name: "temperature", value, unit: "°C" }
}

fn value(binding: &str, value: &str) -> Event {
    Event::Value { binding: format!("sys-1/{binding}"), value: value.to_owned() }
}

/// Two minutes of a machine that heats, of a cloud and of a building.
pub(super) fn sample() -> Model {
    let mut model = Model::new(specs(), TimeZone::UTC, at(0));
    for link in 0..3 {
        model.apply(link, state(State::Connecting), at(0));
        model.apply(link, state(State::Online), at(1));
    }
    for (boiler, target) in
        [("SteamBoiler", 122.0), ("CoffeeBoiler1", 93.8), ("CoffeeBoiler2", 92.5)]
    {
        let boiler = boiler.to_owned();
        model.apply(0, Event::Temperature { boiler: boiler.clone(), celsius: 20.5 }, at(1));
        model.apply(0, Event::Target { boiler: boiler.clone(), celsius: target }, at(1));
        model.apply(0, Event::Heated { boiler, enabled: true }, at(1));
    }
    let lamp = device("1000abcde0", "lamp", Some(true), true);
    let heater = event::Device {
        readings: vec![celsius(21.5), Reading { name: "humidity", value: 48.0, unit: "%" }],
        ..device("1000abcde1", "heater", Some(true), false)
    };
    let kettle = event::Device {
        readings: vec![Reading { name: "power", value: 936.37, unit: "W" }],
        ..device("1000abcde2", "kettle", Some(false), true)
    };
    let strip = event::Device {
        switches: (0..4).map(|outlet| Switch { outlet: Some(outlet), on: outlet == 1 }).collect(),
        ..device("1000abcde3", "power strip", None, false)
    };
    for device in [lamp, heater, kettle, strip] {
        model.apply(1, Event::Device(device), at(2));
    }
    model.apply(2, value("Display_1/power", "true"), at(2));
    model.apply(2, value("Display_1/input", "\"HDMI\""), at(2));
    model.apply(2, value("Mixer_1/volume", "40"), at(30));
    let refused = "the connection was refused: check the address and the port, and that the other side is on and allows access";
    for second in 3_u32..150 {
        let now = at(second.into());
        let heat = |target: f64, rate: f64| {
            let celsius = target - (target - 20.5) * (-rate * f64::from(second.max(80) - 80)).exp();
            (celsius * 10.0).round() / 10.0
        };
        for (boiler, celsius) in [
            ("SteamBoiler", heat(122.0, 0.02)),
            ("CoffeeBoiler1", heat(93.8, 0.09)),
            ("CoffeeBoiler2", heat(92.5, 0.06)),
        ] {
            model.apply(0, Event::Temperature { boiler: boiler.to_owned(), celsius }, now);
        }
        let note = |text: &str| Event::Note { text: text.to_owned() };
        match second {
            120 => model.apply(0, note("Group1 draws DoseA"), now),
            145 => model.apply(0, note("Group1 has drawn for 25.4 s"), now),
            148 => {
                model.apply(2, failed(State::Waiting, refused, Some(at(152))), now);
                let error = "the connection was refused".to_owned();
                model.apply(2, Event::Gap { error }, now);
            }
            _ => {}
        }
    }
    for (link, frames) in [(0, 512), (1, 64), (2, 40)] {
        let counters = Counters {
            connections: 1,
            failures: u64::from(link == 2),
            frames_received: frames,
            bytes_received: frames * 100,
            frames_sent: 7,
            malformed: 0,
        };
        model.apply(link, Event::Counters(counters), at(149));
    }
    model.tick(at(150));
    model
}

/// Whatever the other side can do to the layout: long errors, wide characters, controls, many of everything.
fn crowded() -> Model {
    let bindings: Vec<_> = (0..400).map(|number| format!("sys-1/Sensor_{number}/value")).collect();
    let bindings: Vec<_> = bindings.iter().map(String::as_str).collect();
    let mut specs = vec![
        spec(Vendor::LaMarzocco, "カフェの機械はここです", "wss://[fd00::1]:8081/messages", &[]),
        spec(Vendor::CoolKit, "\u{1b}[31mred\u{202e}", "region eu", &[]),
        spec(Vendor::PlaceOs, "office", "https://example.com", &bindings),
    ];
    specs.extend((3..40).map(|n| spec(Vendor::LaMarzocco, &format!("machine {n}"), "x", &[])));
    let mut model = Model::new(specs, TimeZone::UTC, at(0));
    let digest = "0f4c7e8d".repeat(8);
    let pin = format!(
        "TLS failed: the certificate is not the pinned one: it has sha256 {digest}, its public key has sha256 {digest}: \
         if the certificate was changed on purpose, pin the new digest; otherwise do not trust this network"
    );
    model.apply(0, failed(State::Stopped, &pin, None), at(1));
    model.apply(1, state(State::Online), at(1));
    model.apply(2, state(State::Online), at(1));
    for number in 0..9 {
        let boiler = format!("CoffeeBoiler{number}");
        model.apply(0, Event::Temperature { boiler, celsius: -1e300 }, at(1));
    }
    for number in 0..60 {
        let name = format!("ランプ☕️👩‍👩‍👧‍👦 e\u{301} {number}");
        model.apply(1, Event::Device(device(&format!("{number:010x}"), &name, None, true)), at(2));
    }
    for number in 0..400 {
        let text = format!("\"日本語のとても長い値です\\u001b[2J {}\"", "長".repeat(number));
        let event = value(&format!("Sensor_{number}/value"), &text);
        model.apply(2, event, at(3));
    }
    for _ in 0..3 {
        let error = "expected a value at byte 17: \"{\\\"action\\\":\u{7}\"".to_owned();
        model.apply(1, Event::Malformed { error }, at(4));
    }
    model.apply(2, Event::Lagged { dropped: 12 }, at(5));
    model.tick(at(100_000));
    model
}

#[test]
fn at_80x24_all_panels_are_seen() {
    assert_data_eq!(text(&sample(), 80, 24), file!["../../../tests/dash/80x24.txt"].raw());
}

#[test]
fn at_200x50_panels_stand_side_by_side() {
    assert_data_eq!(text(&sample(), 200, 50), file!["../../../tests/dash/200x50.txt"].raw());
}

#[test]
fn at_40x12_only_the_focused_panel_is_seen() {
    let mut model = sample();
    let mut seen = String::new();
    for _ in model.panels().collect::<Vec<_>>() {
        seen += &text(&model, 40, 12);
        model.input(Input::NextPanel);
    }
    assert_data_eq!(seen, file!["../../../tests/dash/40x12.txt"].raw());
}

#[test]
fn long_errors_are_shortened_and_wide_characters_stay_in_their_columns() {
    assert_data_eq!(text(&crowded(), 80, 24), file!["../../../tests/dash/crowded-80x24.txt"].raw());
    let wide = text(&crowded(), 200, 50);
    assert_data_eq!(wide, file!["../../../tests/dash/crowded-200x50.txt"].raw());
}

#[test]
fn before_anything_was_heard_the_panels_say_so() {
    let model = Model::new(specs(), TimeZone::UTC, at(0));
    assert_data_eq!(text(&model, 80, 24), file!["../../../tests/dash/nothing-yet.txt"].raw());
}

#[test]
fn the_selected_one_of_hundreds_of_bindings_is_in_sight() {
    let mut model = crowded();
    for _ in 0..3 {
        model.input(Input::NextPanel);
    }
    for _ in 0..25 {
        model.input(Input::PageDown);
    }
    assert_data_eq!(text(&model, 80, 24), file!["../../../tests/dash/scrolled.txt"].raw());
    model.input(Input::Last);
    assert!(text(&model, 80, 24).contains("Sensor_399"));
}

#[test]
fn there_is_no_panel_of_a_vendor_without_links() {
    let spec = spec(Vendor::PlaceOs, "office", "https://example.com", &["sys-1/Display_1/power"]);
    let model = Model::new(vec![spec], TimeZone::UTC, at(0));
    let seen = text(&model, 80, 24);
    assert!(seen.contains("Bindings") && seen.contains("no value yet"));
    assert!(!seen.contains("Boilers") && !seen.contains("Devices"));
}

#[test]
fn an_error_that_does_not_fit_is_whole_in_the_details() {
    let mut model = crowded();
    assert!(text(&model, 80, 24).contains("… (Enter shows all)"));
    model.input(Input::Details);
    let seen = text(&model, 80, 24);
    let words: Vec<_> = seen.split(['║', ' ', '\n']).filter(|word| !word.is_empty()).collect();
    assert!(words.join(" ").contains("pin the new digest; otherwise do not trust this network."));
    assert_data_eq!(seen, file!["../../../tests/dash/details.txt"].raw());
    model.input(Input::Help);
    assert_data_eq!(text(&model, 40, 12), file!["../../../tests/dash/help.txt"].raw());
}

#[test]
fn below_the_minimum_a_line_says_so() {
    let line = |width, height| {
        text(&sample(), width, height).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line(39, 12), "39x12 is too small: 40x12 is needed");
    assert_eq!(line(80, 11), "80x11 is too small: 40x12 is needed");
}

#[test]
fn every_size_can_be_drawn_with_every_focus() {
    let heights = [12, 40];
    let widths = [40, 70, 150];
    let sizes = (1..=300).flat_map(|width| heights.map(|height| (width, height)));
    let sizes = sizes.chain((1..=100).flat_map(|height| widths.map(|width| (width, height))));
    let mut models = [sample(), crowded(), Model::new(specs(), TimeZone::UTC, at(0))];
    let inputs = [Input::NextPanel, Input::Details, Input::Last, Input::Help, Input::Pause];
    for (step, (width, height)) in sizes.enumerate() {
        let model = &mut models[step % 3];
        model.input(inputs[step / 3 % inputs.len()]);
        text(model, width, height);
    }
}

#[test]
fn without_colours_the_same_words_are_there() {
    let mut model = sample();
    let coloured = text(&model, 80, 24);
    model.is_coloured = false;
    let buffer = drawn(&model, 80, 24);
    let reset = ratatui::style::Color::Reset;
    assert!(buffer.content.iter().all(|cell| cell.fg == reset && cell.bg == reset));
    assert_eq!(text(&model, 80, 24), coloured);
}
