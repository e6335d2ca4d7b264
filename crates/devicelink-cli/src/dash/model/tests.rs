use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::event::{Event, State, Status};
use super::{Action, Input, Model, Overlay, Panel, Spec, Value, Vendor, plain};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_340_800 + second).unwrap()
}

fn model(vendors: &[Vendor]) -> Model {
    let spec = |vendor: &Vendor| Spec {
        vendor: *vendor,
        name: format!("{vendor:?}"),
        address: "somewhere".to_owned(),
        bindings: vec!["sys-1/Display_1/power".to_owned()],
    };
    Model::new(vendors.iter().map(spec).collect(), TimeZone::UTC, at(0))
}

fn state(state: State, error: Option<&str>) -> Event {
    Event::State(Status { state, error: error.map(str::to_owned), next_attempt: None })
}

fn temperature(celsius: f64) -> Event {
    Event::Temperature { boiler: "SteamBoiler".to_owned(), celsius }
}

fn note(text: &str) -> Event {
    Event::Note { text: text.to_owned() }
}

/// What the log shows.
fn log(model: &Model) -> Vec<String> {
    (0..model.log.len()).map(|at| model.log.entry(at).unwrap().to_string()).collect()
}

#[test]
fn a_link_keeps_its_last_error_and_since_when_it_is_what_it_is() {
    let mut model = model(&[Vendor::LaMarzocco]);
    model.apply(0, state(State::Waiting, Some("refused")), at(5));
    model.apply(0, state(State::Online, None), at(9));
    model.tick(at(20));
    let link = &model.links[0];
    assert_eq!((link.error.as_deref(), link.is_online()), (Some("refused"), true));
    assert_eq!(model.since(link.since), Duration::from_secs(11));
    assert_eq!(log(&model), ["waiting: refused", "online"]);
}

#[test]
fn what_happens_again_and_again_is_counted_in_one_line() {
    let mut model = model(&[Vendor::LaMarzocco, Vendor::CoolKit]);
    for second in 0..3 {
        model.apply(0, state(State::Connecting, None), at(second));
        model.apply(0, state(State::Waiting, Some("refused")), at(second));
    }
    model.apply(1, state(State::Waiting, Some("refused")), at(4));
    assert_eq!(log(&model), ["waiting: refused (3 times)", "waiting: refused"]);
}

#[test]
fn a_paused_log_shows_what_has_come_meanwhile_when_it_goes_on() {
    let mut model = model(&[Vendor::LaMarzocco]);
    model.apply(0, note("one"), at(1));
    model.input(Input::Pause);
    model.apply(0, note("one"), at(2));
    model.apply(0, note("two"), at(3));
    assert_eq!((log(&model), model.log.held_back()), (vec!["one".to_owned()], Some(2)));
    model.input(Input::Pause);
    assert_eq!((log(&model).len(), model.log.held_back()), (3, None));
}

#[test]
fn who_reads_an_older_entry_goes_on_reading_it() {
    let mut model = model(&[Vendor::CoolKit]);
    for entry in ["one", "two", "three"] {
        model.apply(0, note(entry), at(1));
    }
    model.input(Input::PreviousPanel);
    assert_eq!((model.focus(), model.selected(Panel::Log)), (Panel::Log, 2));
    model.apply(0, note("four"), at(2));
    assert_eq!(model.selected(Panel::Log), 3, "the newest is followed");
    model.input(Input::Up);
    model.apply(0, note("five"), at(3));
    let selected = model.log.entry(model.selected(Panel::Log)).unwrap();
    assert_eq!(selected.text, "three");
}

#[test]
fn temperatures_are_sampled_by_time_and_not_known_while_the_link_is_down() {
    let mut model = model(&[Vendor::LaMarzocco]);
    model.apply(0, state(State::Online, None), at(0));
    for celsius in [20.0, 21.0, 22.0] {
        model.apply(0, temperature(celsius), at(1));
    }
    model.tick(at(4));
    model.apply(0, state(State::Waiting, Some("lost")), at(5));
    model.tick(at(6));
    assert_eq!(model.boilers[0].history, [Some(22.0), Some(22.0), None]);
    model.tick(at(1_000_000));
    assert_eq!(model.boilers[0].history.len(), 300, "hours are not kept");
}

#[test]
fn a_boiler_says_in_a_word_what_it_does() {
    let mut model = model(&[Vendor::LaMarzocco]);
    let mut word = |event| {
        model.apply(0, event, at(1));
        model.boilers[0].word()
    };
    let target = Event::Target { boiler: "SteamBoiler".to_owned(), celsius: 120.0 };
    assert_eq!(word(temperature(20.0)), "");
    assert_eq!(word(target), "heating");
    assert_eq!(word(temperature(119.5)), "ready");
    assert_eq!(word(temperature(130.0)), "cooling");
    assert_eq!(word(temperature(0.0)), "off");
}

#[test]
fn a_binding_has_its_last_value_or_why_there_is_none() {
    let mut model = model(&[Vendor::PlaceOs]);
    assert!(matches!(model.bindings[0].value, Value::Unknown));
    let binding = || "sys-1/Display_1/power".to_owned();
    let value = Event::Value { binding: binding(), value: "true".to_owned() };
    model.apply(0, value, at(1));
    assert!(matches!(&model.bindings[0].value, Value::Is(value) if value == "true"));
    let error = "no such module".to_owned();
    model.apply(0, Event::Refused { binding: binding(), error, retrying: false }, at(2));
    assert!(matches!(&model.bindings[0].value, Value::Refused(error) if error == "no such module"));
    assert_eq!(log(&model), ["sys-1/Display_1/power: refused: no such module"]);
}

#[test]
fn the_link_of_the_selected_row_is_tried_again() {
    let mut model = model(&[Vendor::CoolKit, Vendor::LaMarzocco]);
    model.apply(1, temperature(20.0), at(1));
    assert_eq!(model.input(Input::Retry), Action::Retry(0));
    model.input(Input::Down);
    assert_eq!(model.input(Input::Retry), Action::Retry(1));
    model.input(Input::NextPanel);
    assert_eq!((model.focus(), model.input(Input::Retry)), (Panel::Boilers, Action::Retry(1)));
    model.input(Input::NextPanel);
    assert_eq!((model.focus(), model.input(Input::Retry)), (Panel::Devices, Action::Nothing));
    model.input(Input::NextPanel);
    assert_eq!(model.focus(), Panel::Log, "there is no link that could have bindings");
}

#[test]
fn back_leaves_what_is_open_and_then_the_dashboard() {
    let mut model = model(&[Vendor::CoolKit]);
    model.input(Input::Help);
    model.input(Input::Details);
    assert_eq!(model.overlay(), Some(Overlay::Details));
    assert_eq!(model.input(Input::Back), Action::Nothing);
    assert_eq!((model.overlay(), model.input(Input::Back)), (None, Action::Quit));
    model.input(Input::Help);
    assert_eq!(model.input(Input::Quit), Action::Quit);
}

#[test]
fn ever_new_names_do_not_fill_the_memory() {
    let mut model = model(&[Vendor::LaMarzocco]);
    for number in 0..3000 {
        let boiler = format!("CoffeeBoiler{number}");
        model.apply(0, Event::Temperature { boiler, celsius: 20.0 }, at(1));
        model.apply(0, note(&number.to_string()), at(1));
    }
    assert_eq!((model.boilers.len(), model.log.len()), (1024, 1000));
}

#[test]
fn text_of_others_does_nothing_to_the_terminal() {
    assert_eq!(plain("a\u{1b}[31mb\nc\u{202e}d\u{9b}"), "a\u{fffd}[31mb c\u{fffd}d\u{fffd}");
    let long = plain(&"長".repeat(10_000));
    assert_eq!(long.chars().count(), 4097);
    assert!(long.ends_with('…'));
}
