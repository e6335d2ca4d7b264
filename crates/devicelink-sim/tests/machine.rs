//! The machine as a client sees it when nothing goes wrong.

mod common;

use std::time::Duration;

use common::{connect, connect_with, frame, get, message, message_of, refusal, text};
use devicelink_sim::Credential;
use devicelink_sim::lamarzocco::{BrewError, Machine, Topic, captured};
use futures::{FutureExt, SinkExt, StreamExt};
use lamarzocco_proto::settings::keys::{self, Dose};
use lamarzocco_proto::wire::MachineMode;
use lamarzocco_proto::{Boiler, Class, Frame, Group, MachineConfiguration, Message, Name, Value};
use tokio_tungstenite::tungstenite;

const COFFEE: Name = Name::CoffeeBoilerUpdateTemperature(Boiler::ONE);

fn number(message: &Message) -> f64 {
    match message.value() {
        Value::Number(number) => *number,
        value => panic!("{value:?} is no number"),
    }
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_sees_the_four_captured_kinds_of_frames() {
    let machine = Machine::start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    let steam = frame(&mut socket).await;
    assert_eq!(steam.class(), Class::Measurement);
    assert_eq!(steam.messages()[0].as_ref().unwrap().name(), &Name::SteamBoilerUpdateTemperature);
    assert_eq!(message(&mut socket).await.name(), &COFFEE);
    let settings = message(&mut socket).await.into_settings().unwrap();
    assert_eq!(settings, captured::settings());
    let configuration = message(&mut socket).await.into_machine_configuration().unwrap();
    assert_eq!(configuration, machine.configuration());
    assert_eq!(configuration.machine_mode(), Some(MachineMode::BrewingMode));
}

#[tokio::test]
async fn in_stand_by_the_four_frames_are_the_captured_ones_byte_for_byte() {
    let machine = Machine::builder().standby().start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    let steam = Message::measurement(Name::SteamBoilerUpdateTemperature, 0.0);
    assert_eq!(text(&mut socket).await, Frame::from(steam).encode());
    assert_eq!(text(&mut socket).await, Frame::from(Message::measurement(COFFEE, 0.0)).encode());
    assert_eq!(text(&mut socket).await, captured::settings().to_frame());
    let configuration = Message::machine_configuration(captured::configuration());
    assert_eq!(text(&mut socket).await, Frame::from(configuration).encode());
}

#[tokio::test]
async fn without_tls_it_speaks_ws_and_http() {
    let machine = Machine::builder().plain().start().await.unwrap();
    assert!(
        machine.url().starts_with("ws://") && machine.rest_url("/config").starts_with("http://")
    );
    let mut socket = connect(&machine).await.unwrap();
    assert_eq!(message(&mut socket).await.name(), &Name::SteamBoilerUpdateTemperature);
    assert_eq!(machine.seen().tls_handshakes, 0);
}

#[tokio::test]
async fn the_boilers_warm_up_to_their_targets_at_each_tick_the_same_for_the_same_seed() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let machine = Machine::builder()
            .seed(seed)
            .plain()
            .tick(Duration::from_millis(2))
            .speed(15_000.0)
            .start()
            .await
            .unwrap();
        let mut socket = connect(&machine).await.unwrap();
        let mut temperatures = Vec::new();
        while temperatures.len() < 60 {
            temperatures.push(number(&message_of(&mut socket, &COFFEE).await));
        }
        assert!(temperatures.iter().any(|it| (93.7..=93.9).contains(it)), "{temperatures:?}");
        assert!(temperatures.iter().all(|it| *it < 94.0));
        // The first frames may have gone before the client came.
        runs.push(temperatures.into_iter().filter(|it| *it > 60.0).take(5).collect::<Vec<_>>());
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[1], runs[2]);
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_drives_the_machine() {
    let machine = Machine::builder().plain().tick(Duration::from_secs(60)).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    let cold = number(&message_of(&mut socket, &COFFEE).await);
    tokio::time::advance(Duration::from_secs(61)).await;
    let warmer = number(&message_of(&mut socket, &COFFEE).await);
    assert!(cold < 24.0 && warmer > cold + 10.0, "{cold} then {warmer}");
}

#[tokio::test]
async fn a_changed_dose_is_sent_in_the_settings_and_in_the_configuration() {
    let machine = Machine::builder().greeting([]).tick(Duration::ZERO).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    let key = keys::group(Group::ONE).dose(Dose::C).target_volume();
    machine.set(key, 560.0_f32).await;
    let settings = message(&mut socket).await.into_settings().unwrap();
    assert_eq!(settings.get(key).unwrap().as_f32(), Some(560.0));
    let configuration = message(&mut socket).await.into_machine_configuration().unwrap();
    let group = configuration.group_capabilities().unwrap().first().unwrap();
    assert_eq!(group.dose(&"DoseC".into()).unwrap().stop_target(), Some(560.0));
    assert_eq!(settings, machine.settings());
}

#[tokio::test]
async fn a_changed_target_has_a_message_of_its_own_and_moves_the_boiler() {
    let machine = Machine::builder().greeting([]).tick(Duration::ZERO).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    machine.set(keys::coffee_boiler(Boiler::ONE).target_temperature(), 92.3_f32).await;
    let set_point = message(&mut socket).await;
    assert_eq!(set_point.name(), &Name::CoffeeBoilerUpdateSetPoint(Boiler::ONE));
    assert_eq!(set_point.text().as_deref(), Some("92.300000"));
    assert!(message(&mut socket).await.into_settings().is_some());
    let configuration = message(&mut socket).await.into_machine_configuration().unwrap();
    assert_eq!(configuration.boiler_target_temperature().unwrap().get("CoffeeBoiler1"), Some(92.3));
    machine.set(keys::STEAM_BOILER_ENABLED, false).await;
    let switch = message(&mut socket).await;
    assert_eq!((switch.name(), switch.value()), (&Name::SteamBoilerEnabled, &Value::Bool(false)));
}

#[tokio::test]
async fn a_draw_starts_updates_stops_and_counts() {
    let machine =
        Machine::builder().greeting([]).tick(Duration::ZERO).speed(1000.0).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    let draw = machine.brew(Group::ONE, Dose::C).await.unwrap();
    assert_eq!(draw.volume, 551.0);
    let started = message(&mut socket).await;
    assert_eq!(started.name(), &Name::BrewingStartedDoseIndex(Group::ONE));
    assert_eq!(started.value(), &Value::Text("DoseC".into()));
    let updated = message_of(&mut socket, &Name::BrewingUpdateTime(Group::ONE)).await;
    assert_eq!(updated.text().as_deref(), Some("1.100000"));
    let stopped = message_of(&mut socket, &Name::BrewingStoppedVolume(Group::ONE)).await;
    assert_eq!(stopped.value(), &Value::Number(551.0));
    let snapshot = message(&mut socket).await;
    let Some(lamarzocco_proto::Payload::BrewingSnapshot(snapshot)) = snapshot.payload() else {
        panic!("{snapshot:?}")
    };
    assert_eq!(snapshot.brewing().unwrap().volume(), Some(551.0));
    assert_eq!(snapshot.group_configuration().unwrap().group(), Some(Group::ONE));
    let settings = message(&mut socket).await.into_settings().unwrap();
    assert_eq!(settings.get(keys::MACHINE_DOSES_TOTAL).unwrap().as_u32(), Some(80_991));
}

#[tokio::test]
async fn a_draw_that_is_stopped_by_hand_is_a_flush_and_is_not_counted() {
    let machine =
        Machine::builder().greeting([]).tick(Duration::ZERO).speed(1000.0).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    machine.flush(Group::new(2).unwrap(), Dose::A, Duration::from_secs(2)).await.unwrap();
    let flushed = message_of(&mut socket, &Name::FlushStoppedTime(Group::new(2).unwrap())).await;
    assert_eq!(flushed.value(), &Value::Number(2.0));
    assert_eq!(machine.settings(), captured::settings());
}

#[tokio::test]
async fn a_draw_needs_a_machine_that_is_on_and_a_group_and_a_dose_that_exist_and_are_free() {
    let machine = Machine::builder().standby().plain().start().await.unwrap();
    assert_eq!(machine.brew(Group::ONE, Dose::A).await, Err(BrewError::StandBy));
    machine.power_on().await;
    assert_eq!(machine.brew(Group::new(3).unwrap(), Dose::A).await, Err(BrewError::NoSuchGroup));
    let first = machine.brew(Group::ONE, Dose::A);
    tokio::pin!(first);
    assert!((&mut first).now_or_never().is_none());
    assert_eq!(machine.brew(Group::ONE, Dose::B).await, Err(BrewError::Busy));
}

#[tokio::test]
async fn a_draw_that_is_dropped_frees_its_group() {
    let machine = Machine::builder().plain().speed(1000.0).start().await.unwrap();
    assert!(machine.brew(Group::ONE, Dose::A).now_or_never().is_none());
    assert!(machine.brew(Group::ONE, Dose::A).await.is_ok());
}

#[tokio::test]
async fn stand_by_is_told_in_the_configuration_and_reads_zero_degrees() {
    let machine = Machine::builder().greeting([]).tick(Duration::ZERO).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    machine.stand_by().await;
    let configuration = message(&mut socket).await.into_machine_configuration().unwrap();
    assert_eq!(configuration.machine_mode(), Some(MachineMode::StandBy));
    assert_eq!(number(&message(&mut socket).await), 0.0);
    assert_eq!(number(&message(&mut socket).await), 0.0);
}

#[tokio::test]
async fn the_greeting_is_what_the_builder_says() {
    let topics = [Topic::Configuration, Topic::Temperatures];
    let machine = Machine::builder().greeting(topics).tick(Duration::ZERO).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    assert_eq!(frame(&mut socket).await.class(), Class::MachineConfiguration);
    assert_eq!(frame(&mut socket).await.class(), Class::Measurement);
    machine.until(|seen| seen.frames_sent == 3).await;
}

#[tokio::test]
async fn anything_can_be_sent() {
    let machine = Machine::builder().greeting([]).tick(Duration::ZERO).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    machine.send_text("no JSON").await;
    machine.send_frame(&Message::flag(Name::CupwarmerStatus, true).into()).await;
    machine.send_binary("{}".as_bytes()).await;
    assert_eq!(text(&mut socket).await, "no JSON");
    assert_eq!(message(&mut socket).await.value(), &Value::Bool(true));
    assert_eq!(text(&mut socket).await, "{}");
}

#[tokio::test]
async fn pings_are_answered_in_both_directions_and_counted() {
    let machine = Machine::builder().greeting([]).tick(Duration::ZERO).start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    socket.send(tungstenite::Message::Ping("hello".into())).await.unwrap();
    let pong = socket.next().await.unwrap().unwrap();
    assert_eq!(pong, tungstenite::Message::Pong("hello".into()));
    machine.ping("are you there").await;
    let ping = socket.next().await.unwrap().unwrap();
    assert!(ping.is_ping());
    socket.flush().await.unwrap();
    socket.send(tungstenite::Message::text("what machines ignore")).await.unwrap();
    let seen = machine.until(|seen| seen.pongs_received == 1 && seen.frames_received == 1).await;
    assert_eq!(seen.pings_received, 1);
}

#[tokio::test]
async fn the_last_measurements_are_a_list_of_texts_with_their_times() {
    let machine = Machine::builder().standby().start().await.unwrap();
    let (status, head, body) = get(&machine, "/latest-measurement", Some(&machine.token())).await;
    assert_eq!(status, 200, "{head}");
    assert!(head.contains("application/json"));
    let frame = Frame::decode(&body).unwrap();
    let messages: Vec<&Message> = frame.iter().map(|message| message.as_ref().unwrap()).collect();
    assert!(messages.len() > 15);
    for message in &messages {
        assert_eq!(message.recorded(), Some("2024-07-12T15:45:00Z"));
        assert!(message.text().is_some() && message.name().is_known(), "{message:?}");
    }
    let find = |name: &Name| *messages.iter().find(|message| message.name() == name).unwrap();
    assert_eq!(find(&Name::SteamBoilerUpdateSetPoint).text().as_deref(), Some("122.000000"));
    assert_eq!(
        find(&Name::CoffeeBoilerUpdateSetPoint(Boiler::ONE)).text().as_deref(),
        Some("93.800000")
    );
    assert!(
        matches!(find(&Name::Settings).value(), Value::Settings(settings) if settings.len() == 249)
    );
}

#[tokio::test]
async fn the_configuration_is_answered_bare() {
    let machine = Machine::builder().standby().start().await.unwrap();
    let (status, _, body) = get(&machine, "/config?x=1", Some(&machine.token())).await;
    assert_eq!(status, 200);
    assert_eq!(body, captured::configuration().to_string());
    assert_eq!(MachineConfiguration::from_rest(&body).unwrap(), machine.configuration());
    assert_eq!(machine.seen().requests[0].path, "/config");
}

#[tokio::test]
async fn without_the_right_token_everything_is_401() {
    let machine = Machine::start().await.unwrap();
    assert_eq!(refusal(connect_with(&machine, "wrong").await), 401);
    assert_eq!(get(&machine, "/config", None).await.0, 401);
    machine.set_token("another");
    assert_eq!(get(&machine, "/config", Some("another")).await.0, 200);
    let seen = machine.seen();
    let credentials: Vec<_> = seen.requests.iter().map(|request| request.credential).collect();
    assert_eq!(credentials, [Credential::Refused, Credential::Absent, Credential::Accepted]);
    assert_eq!(
        (seen.upgrades, seen.requests[0].status, seen.requests[0].is_authorized()),
        (0, Some(401), false)
    );
}

#[tokio::test]
async fn a_local_interface_that_is_not_activated_is_403() {
    let machine = Machine::builder().activated(false).start().await.unwrap();
    assert_eq!(refusal(connect(&machine).await), 403);
    machine.set_activated(true);
    assert!(connect(&machine).await.is_ok());
}

#[tokio::test]
async fn other_paths_are_404_and_messages_without_an_upgrade_are_426() {
    let machine = Machine::start().await.unwrap();
    assert_eq!(get(&machine, "/", Some(&machine.token())).await.0, 404);
    assert_eq!(get(&machine, "/messages", Some(&machine.token())).await.0, 426);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_client_that_is_connected_gets_every_frame() {
    let machine = Machine::builder().greeting([]).tick(Duration::ZERO).start().await.unwrap();
    let mut sockets = [connect(&machine).await.unwrap(), connect(&machine).await.unwrap()];
    machine.send_text("for both").await;
    for socket in &mut sockets {
        assert_eq!(text(socket).await, "for both");
    }
    let [first, _second] = sockets;
    drop(first);
    machine.until(|seen| seen.open_sockets == 1 && seen.open_connections == 1).await;
}

#[tokio::test]
async fn a_flood_waits_for_the_client_and_loses_nothing() {
    let machine =
        Machine::builder().greeting([]).tick(Duration::ZERO).plain().start().await.unwrap();
    let mut socket = connect(&machine).await.unwrap();
    let flood = async {
        for number in 0..20_000 {
            machine.send_text(number.to_string()).await;
        }
    };
    let read = async {
        for number in 0..20_000 {
            assert_eq!(text(&mut socket).await, number.to_string());
        }
    };
    tokio::join!(flood, read);
}

#[tokio::test]
async fn nothing_prints_the_token() {
    let builder = Machine::builder().token("very-secret-token");
    assert!(!format!("{builder:?}").contains("very-secret"));
    let machine = builder.start().await.unwrap();
    get(&machine, "/config", Some("very-secret-token")).await;
    let printed = format!("{machine:?} {:?} {:?}", machine.seen(), machine.identity());
    assert!(!printed.contains("very-secret"), "{printed}");
}

#[test]
fn a_machine_can_be_shared_between_tasks() {
    fn assert_shared<T: Send + Sync + 'static>() {}
    assert_shared::<Machine>();
}
