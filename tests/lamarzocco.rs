//! The client against a simulated machine, over real sockets.
#![cfg(feature = "lamarzocco")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use devicelink::lamarzocco::longlink::net::Ask;
use devicelink::lamarzocco::longlink::{Observation, StopReason, TlsFault};
use devicelink::lamarzocco::proto::settings::{approx_eq, keys};
use devicelink::lamarzocco::proto::{Boiler, Group, Message, Name, Reason};
use devicelink::lamarzocco::{
    BoilerId, Builder, Client, CredentialSource, ErrorKind, Failure, Pin, Secret, State,
    TlsOptions, Update, Updates, inspect_certificate, target,
};
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::{Answer, Credential, Fault, FaultPlan, Identity};
use futures::StreamExt;
use tokio::time::timeout;

/// No step of any test takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

fn pin(machine: &Machine) -> Pin {
    machine.certificate_sha256().parse().expect("a pin")
}

fn builder(machine: &Machine) -> Builder {
    Client::builder(machine.url()).token(machine.token()).pin(pin(machine))
}

fn client(machine: &Machine) -> Client {
    builder(machine).build().expect("a client")
}

async fn start() -> Machine {
    Machine::start().await.expect("a machine")
}

async fn with_faults(faults: FaultPlan) -> Machine {
    Machine::builder().faults(faults).start().await.expect("a machine")
}

async fn next(updates: &mut Updates) -> Update {
    timeout(PATIENCE, updates.next()).await.expect("in time").expect("the stream goes on")
}

/// Reads on until an update is what is looked for.
async fn find<T>(updates: &mut Updates, mut wanted: impl FnMut(Update) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(next(updates).await) {
            return found;
        }
    }
}

async fn message(updates: &mut Updates, name: &str) -> Arc<Message> {
    let is_wanted = |message: &Message| message.name().to_string() == name;
    find(updates, |update| match update {
        Update::Message(message) if is_wanted(&message) => Some(message),
        _ => None,
    })
    .await
}

async fn gap(updates: &mut Updates) -> Failure {
    find(updates, |update| if let Update::Gap(failure) = update { Some(failure) } else { None })
        .await
}

async fn resynced(updates: &mut Updates) {
    find(updates, |update| matches!(update, Update::Resynced).then_some(())).await;
}

/// Why the client stopped.
async fn stop(client: &Client) -> Failure {
    let online = timeout(PATIENCE, client.online()).await.expect("in time");
    let error = online.expect_err("the client stops");
    assert_eq!(error.kind(), ErrorKind::Stopped, "{error}");
    error.failure().expect("the error has its failure").clone()
}

fn reason(client: &Client) -> Option<StopReason> {
    match client.state() {
        State::Stopped { reason, .. } => Some(reason),
        _ => None,
    }
}

#[tokio::test]
async fn everything_that_the_machine_sends_arrives_decoded_and_makes_the_snapshot() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "SteamBoilerUpdateTemperature").await;
    message(&mut updates, "CoffeeBoiler1UpdateTemperature").await;
    message(&mut updates, "Settings").await;
    message(&mut updates, "MachineConfiguration").await;

    let snapshot = client.snapshot();
    assert!(snapshot.is_live());
    assert!(snapshot.temperature(BoilerId::Steam).is_some());
    assert!(snapshot.temperature(BoilerId::Coffee(Boiler::ONE)).is_some());
    assert_eq!(snapshot.temperatures().count(), 2);
    let settings = snapshot.settings().expect("settings");
    assert_eq!(settings.len(), 249);
    let target = keys::coffee_boiler(Boiler::ONE).target_temperature();
    let target = settings.get(target).and_then(|entry| entry.as_f32()).expect("a float");
    assert!(approx_eq(f64::from(target), 93.8));
    assert!(snapshot.configuration().is_some());
    assert!(snapshot.readings().all(|(_, reading)| reading.is_live()));
}

#[tokio::test]
async fn the_first_use_connects_and_building_does_not() {
    let machine = start().await;
    let client = client(&machine);
    assert!(matches!(client.state(), State::Idle));
    assert_eq!(machine.seen().connects, 0);
    client.online().await.expect("online");
    assert_eq!(machine.seen().upgrades, 1);
}

#[tokio::test]
async fn a_changed_setting_is_seen_in_the_snapshot() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "MachineConfiguration").await;
    machine.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 126.5_f32).await;
    message(&mut updates, "Settings").await;
    let snapshot = client.snapshot();
    let entry = snapshot.settings().and_then(|it| it.get(keys::STEAM_BOILER_TARGET_TEMPERATURE));
    assert_eq!(entry.and_then(|entry| entry.as_f32()), Some(126.5));
}

#[tokio::test]
async fn every_kind_of_loss_is_a_gap_and_is_survived_over_one_socket_at_a_time() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    let faults = [
        (Fault::Reset, Observation::Reset),
        (Fault::Drop, Observation::Eof),
        (Fault::Close(1001), Observation::Closed(Some(1001))),
        (Fault::Close(1012), Observation::Closed(Some(1012))),
    ];
    for (sockets, (fault, expected)) in (1..).zip(faults) {
        message(&mut updates, "MachineConfiguration").await;
        machine.inject(fault.clone()).await;
        let failure = gap(&mut updates).await;
        assert_eq!(*failure.observation(), expected, "{fault:?}");
        assert!(!client.snapshot().is_live() || client.stats().link.accepted > sockets);
        resynced(&mut updates).await;
        let seen = machine.until(|seen| seen.open_sockets == 1).await;
        assert_eq!(seen.upgrades, sockets + 1);
    }
}

#[tokio::test]
async fn a_machine_that_restarts_at_its_address_is_found_again() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "Settings").await;
    machine.refuse_connections().await.expect("closed");
    machine.inject(Fault::Drop).await;
    gap(&mut updates).await;
    machine.accept_connections().await.expect("open");
    resynced(&mut updates).await;
    message(&mut updates, "Settings").await;
}

#[tokio::test]
async fn a_machine_that_cannot_be_reached_is_an_update_and_then_a_state() {
    let machine = start().await;
    machine.refuse_connections().await.expect("closed");
    let client = client(&machine);
    let mut updates = client.updates();
    assert_eq!(*gap(&mut updates).await.observation(), Observation::Refused);
    assert!(client.last_failure().is_some());
    machine.accept_connections().await.expect("open");
    resynced(&mut updates).await;
    assert!(client.last_failure().is_none());
}

#[tokio::test]
async fn a_machine_that_goes_silent_is_noticed_by_pings() {
    let machine = start().await;
    let client = builder(&machine)
        .ping_interval(Duration::from_millis(200))
        .pong_timeout(Duration::from_millis(200))
        .build()
        .expect("a client");
    let mut updates = client.updates();
    message(&mut updates, "MachineConfiguration").await;
    machine.set_faults(FaultPlan::new());
    machine.inject(Fault::Silence).await;
    let started = Instant::now();
    let failure = gap(&mut updates).await;
    assert_eq!(*failure.observation(), Observation::Silent);
    assert!(started.elapsed() < Duration::from_millis(200 + 200 + 1000));
    resynced(&mut updates).await;
}

#[tokio::test]
async fn a_wrong_token_stops_the_client_after_one_request() {
    let machine = start().await;
    let builder = Client::builder(machine.url()).token("not-this-one").pin(pin(&machine));
    let client = builder.build().expect("a client");
    let mut updates = client.updates();
    let failure = stop(&client).await;
    assert!(matches!(failure.observation(), Observation::Http { status: 401, .. }));
    assert!(failure.to_string().contains("give a valid credential"), "{failure}");
    assert_eq!(reason(&client), Some(StopReason::Unauthorized));
    assert!(matches!(next(&mut updates).await, Update::Stopped(_)));
    assert!(updates.next().await.is_none());
    let seen = machine.seen();
    assert_eq!(seen.request_count, 1);
    assert_eq!(seen.requests[0].credential, Credential::Refused);
    assert!(!failure.to_string().contains("not-this-one"));
}

/// Gives a wrong token first, and the right one when that is refused.
struct Refreshing(AtomicUsize, String);

#[async_trait]
impl CredentialSource for Refreshing {
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Secret::from(if ask == Ask::Refreshed { self.1.as_str() } else { "stale" }))
    }
}

#[tokio::test]
async fn a_refused_token_is_refreshed_once_and_tried_at_once() {
    let machine = start().await;
    let source = Arc::new(Refreshing(AtomicUsize::new(0), machine.token()));
    let builder = Client::builder(machine.url()).credentials(Arc::clone(&source));
    let client = builder.pin(pin(&machine)).build().expect("a client");
    timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
    assert_eq!(source.0.load(Ordering::Relaxed), 2);
    assert_eq!(machine.seen().request_count, 2);

    machine.set_token("another one altogether");
    let mut updates = client.updates();
    machine.inject(Fault::Drop).await;
    gap(&mut updates).await;
    stop(&client).await;
    assert_eq!(machine.seen().request_count, 3, "no second refresh before a healthy time");
}

#[tokio::test]
async fn a_machine_whose_local_interface_is_off_stops_the_client() {
    let machine = Machine::builder().activated(false).start().await.expect("a machine");
    let client = client(&machine);
    let failure = stop(&client).await;
    assert!(matches!(failure.observation(), Observation::Http { status: 403, .. }));
    assert!(failure.to_string().contains("allow local access"), "{failure}");
    assert_eq!(machine.seen().request_count, 1);
}

#[tokio::test]
async fn a_wrong_pin_tells_both_digests_and_sends_no_byte() {
    let machine = start().await;
    let wrong = Pin::of_certificate(b"another certificate");
    let builder = Client::builder(machine.url()).token(machine.token()).pin(wrong);
    let client = builder.build().expect("a client");
    let failure = stop(&client).await;
    assert_eq!(reason(&client), Some(StopReason::Identity));
    match failure.observation() {
        Observation::Tls(TlsFault::PinMismatch { certificate, public_key }) => {
            assert_eq!(*certificate, machine.certificate_sha256());
            assert_eq!(*public_key, machine.public_key_sha256());
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(machine.seen().bytes_received, 0);
}

#[tokio::test]
async fn an_impostor_who_shows_the_pinned_certificate_is_refused() {
    let machine = start().await;
    let genuine = pin(&machine);
    let impostor = machine.identity().impostor().expect("an identity");
    machine.set_identity(impostor).expect("set");
    let builder = Client::builder(machine.url()).token(machine.token()).pin(genuine);
    let client = builder.build().expect("a client");
    let failure = stop(&client).await;
    assert_eq!(*failure.observation(), Observation::Tls(TlsFault::BadSignature));
    assert_eq!(machine.seen().bytes_received, 0);
}

#[tokio::test]
async fn a_certificate_that_changes_while_connected_stops_the_client_at_the_next_attempt() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "Settings").await;
    machine.set_identity(Identity::generate().expect("an identity")).expect("set");
    machine.inject(Fault::Reset).await;
    gap(&mut updates).await;
    stop(&client).await;
    assert_eq!(reason(&client), Some(StopReason::Identity));
}

#[tokio::test]
async fn without_a_pin_a_certificate_of_its_own_is_refused_unless_it_is_a_root_or_anything_goes() {
    let machine = start().await;
    let builder = || Client::builder(machine.url()).token(machine.token());
    let no_roots = TlsOptions::new().without_builtin_roots();
    let refused = builder().tls(no_roots.clone()).build().expect("a client");
    let failure = stop(&refused).await;
    assert!(matches!(failure.observation(), Observation::Tls(TlsFault::UnknownIssuer)));
    assert_eq!(machine.seen().bytes_received, 0);

    let root = no_roots.root_pem(machine.root_pem()).expect("a root");
    let trusting = builder().tls(root).build().expect("a client");
    timeout(PATIENCE, trusting.online()).await.expect("in time").expect("online");

    let anything = TlsOptions::new().danger_accept_any_certificate();
    let careless = builder().tls(anything).build().expect("a client");
    timeout(PATIENCE, careless.online()).await.expect("in time").expect("online");
}

#[tokio::test]
async fn trust_on_first_use_is_a_look_and_a_pin() {
    let machine = start().await;
    let target = target(&machine.url()).expect("a target");
    let peer = inspect_certificate(&target, PATIENCE).await.expect("a certificate");
    assert_eq!(peer.certificate, pin(&machine));
    assert_eq!(machine.seen().bytes_received, 0, "a look sends nothing");
    for pin in [peer.certificate, peer.public_key] {
        let builder = Client::builder(machine.url()).token(machine.token()).pin(pin);
        let client = builder.build().expect("a client");
        timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
    }
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let elsewhere = start().await;
    let machine = with_faults(FaultPlan::new().on(.., Answer::redirect(&elsewhere.url()))).await;
    let client = client(&machine);
    stop(&client).await;
    assert_eq!(reason(&client), Some(StopReason::Redirected));
    assert_eq!(elsewhere.seen().connects, 0);
}

#[tokio::test]
async fn what_is_not_a_machine_stops_the_client() {
    for fault in [Answer::status(404).into(), Answer::html(200).into(), Fault::WrongAcceptKey] {
        let machine = with_faults(FaultPlan::new().on(.., fault)).await;
        let client = client(&machine);
        stop(&client).await;
        assert_eq!(reason(&client), Some(StopReason::NotTheProtocol));
        assert_eq!(machine.seen().request_count, 1);
    }
}

#[tokio::test]
async fn a_busy_machine_is_tried_again_but_not_before_it_allows_it() {
    let busy = Answer::status(503).header("retry-after", "1");
    let machine = with_faults(FaultPlan::new().on(1, busy)).await;
    let client = client(&machine);
    let started = Instant::now();
    timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_handshake_that_breaks_off_is_tried_again() {
    let faults = FaultPlan::new()
        .on(1, Fault::HalfStatusLine)
        .on(2, Fault::Reset)
        .on_request(3, Fault::Drop);
    let machine = with_faults(faults).await;
    let client = client(&machine);
    timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
    assert_eq!(machine.seen().connects, 4);
}

#[tokio::test]
async fn a_peer_that_says_nothing_or_one_byte_a_second_fails_at_the_connect_deadline() {
    for fault in [Fault::Silence, Fault::SlowAnswer(Duration::from_secs(1))] {
        let machine = with_faults(FaultPlan::new().on(1, fault)).await;
        let client = builder(&machine)
            .connect_timeout(Duration::from_millis(700))
            .build()
            .expect("a client");
        let started = Instant::now();
        timeout(PATIENCE, client.online()).await.expect("in time").expect("the second goes well");
        assert!(started.elapsed() >= Duration::from_millis(700));
        assert_eq!(client.stats().link.attempts, 2);
    }
}

#[tokio::test]
async fn garbage_is_an_update_and_the_connection_lives() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "MachineConfiguration").await;
    let malformed = |update| match update {
        Update::Malformed(error) => Some(error),
        _ => None,
    };
    machine.inject(Fault::Text("no JSON \u{7} at all".into())).await;
    let error = find(&mut updates, malformed).await;
    assert_eq!(error.reason(), Reason::NotJson);
    assert!(!error.to_string().contains('\u{7}'), "the excerpt is escaped");
    machine.inject(Fault::Binary(vec![0xff, 0xfe].into())).await;
    assert_eq!(find(&mut updates, malformed).await.reason(), Reason::NotUtf8);
    machine.send_text(r#"[{"Novelty":1},7,{"TankStatus":"full"}]"#).await;
    assert_eq!(message(&mut updates, "Novelty").await.value().as_f64(), Some(1.0));
    assert_eq!(find(&mut updates, malformed).await.reason(), Reason::ItemNotAnObject);
    message(&mut updates, "TankStatus").await;
    assert_eq!(client.stats().link.malformed, 3);
    assert_eq!(machine.seen().upgrades, 1);
}

#[tokio::test]
async fn a_settings_message_with_one_bad_entry_keeps_the_others_and_says_so() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "MachineConfiguration").await;
    let data = r#"{\"Settings\":[{\"Hash\":800486879,\"Value\":\"AAD6Qg==\"},{\"Hash\":5,\"Value\":\"?\"}]}"#;
    let frame = format!(r#"{{"name":"Settings","type":"string","data":"{data}"}}"#);
    machine.send_text(frame).await;
    find(&mut updates, |update| matches!(update, Update::Malformed(_)).then_some(())).await;
    let snapshot = client.snapshot();
    assert!(snapshot.settings_incomplete());
    let settings = snapshot.settings().expect("settings");
    assert_eq!(settings.len(), 249, "the others are still known");
    let steam = settings.get(keys::STEAM_BOILER_TARGET_TEMPERATURE);
    assert_eq!(steam.and_then(|entry| entry.as_f32()), Some(125.0));
    machine.set(keys::STEAM_BOILER_TARGET_TEMPERATURE, 126.0_f32).await;
    message(&mut updates, "Settings").await;
    assert!(!client.snapshot().settings_incomplete());
    assert_eq!(client.stats().parsed_settings, 1);
}

#[tokio::test]
async fn settings_of_another_shape_than_machines_are_known_to_send_are_counted() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "MachineConfiguration").await;
    let settings = client.snapshot().settings().cloned().expect("settings");
    for (frame, parsed) in [
        (settings.to_frame(), 0),
        (format!(" {}", settings.to_frame()), 1),
        (settings.to_frame(), 1),
    ] {
        machine.send_text(frame).await;
        message(&mut updates, "Settings").await;
        assert_eq!(client.stats().parsed_settings, parsed);
    }
    assert_eq!(client.snapshot().settings(), Some(&settings));
}

#[tokio::test]
async fn a_peer_that_breaks_the_protocol_is_told_why_and_has_three_tries() {
    let machine = with_faults(FaultPlan::new().after_frames(.., 1, Fault::InvalidUtf8)).await;
    let client = client(&machine);
    let mut updates = client.updates();
    let last = find(&mut updates, |update| match update {
        Update::Stopped(failure) => Some(failure),
        _ => None,
    })
    .await;
    assert_eq!(*last.observation(), Observation::Violation(1007));
    assert_eq!(reason(&client), Some(StopReason::NotTheProtocol));
    assert_eq!(machine.seen().upgrades, 3);
    let seen = machine.until(|seen| seen.closes_received == 3).await;
    assert_eq!(seen.upgrades, 3);
}

#[tokio::test]
async fn a_frame_beyond_the_limit_is_refused_also_if_only_its_header_has_come() {
    for fault in [Fault::Oversize(300 << 10), Fault::claimed(1 << 40)] {
        let machine = with_faults(FaultPlan::new().after_frames(1, 2, fault)).await;
        let client = client(&machine);
        let mut updates = client.updates();
        assert_eq!(*gap(&mut updates).await.observation(), Observation::Violation(1009));
        resynced(&mut updates).await;
    }
}

#[tokio::test]
async fn repeated_messages_change_nothing() {
    let machine = with_faults(FaultPlan::new().on(.., Fault::Duplicate)).await;
    let client = client(&machine);
    let mut updates = client.updates();
    for _ in 0..2 {
        message(&mut updates, "MachineConfiguration").await;
    }
    assert_eq!(client.snapshot().settings().expect("settings").len(), 249);
}

#[tokio::test]
async fn the_rest_snapshot_has_the_last_known_values_and_the_socket_wins() {
    let machine = start().await;
    let client = builder(&machine).rest_snapshot(true).build().expect("a client");
    timeout(PATIENCE, client.online()).await.expect("in time").expect("online");
    let mut updates = client.updates();
    message(&mut updates, "CoffeeBoiler1UpdateTemperature").await;
    let snapshot = client.snapshot();
    let recorded = snapshot.reading(&Name::CoffeeBoilerUpdateSetPoint(Boiler::ONE));
    let recorded = recorded.expect("a value that only REST has");
    assert!(!recorded.is_live() && recorded.message().recorded().is_some());
    let live = snapshot.reading(&Name::CoffeeBoilerUpdateTemperature(Boiler::ONE));
    assert!(live.expect("a temperature").is_live());
    let requests = machine.seen().requests;
    let paths: Vec<_> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/messages", "/latest-measurement", "/config"]);
    assert!(requests.iter().all(|request| request.is_authorized()));
}

#[tokio::test]
async fn a_machine_without_rest_is_none_the_worse() {
    let machine = with_faults(FaultPlan::new().on(2.., Answer::status(404))).await;
    let client = builder(&machine).rest_snapshot(true).build().expect("a client");
    let mut updates = client.updates();
    message(&mut updates, "Settings").await;
    assert_eq!(client.stats().link.accepted, 1);
}

#[tokio::test]
async fn a_draw_is_heard_from_start_to_snapshot() {
    let machine = Machine::builder().speed(20.0).start().await.expect("a machine");
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "MachineConfiguration").await;
    machine.brew(Group::ONE, keys::Dose::A).await.expect("a draw");
    message(&mut updates, "BrewingStartedGroup1DoseIndex").await;
    message(&mut updates, "BrewingStoppedGroup1Volume").await;
    let snapshot = message(&mut updates, "BrewingSnapshotGroup1").await;
    assert!(snapshot.payload().is_some());
}

#[tokio::test]
async fn nothing_but_control_frames_is_ever_sent_to_the_machine() {
    let machine = start().await;
    let client =
        builder(&machine).ping_interval(Duration::from_millis(50)).build().expect("a client");
    let mut updates = client.updates();
    message(&mut updates, "Settings").await;
    machine.ping("are you there?").await;
    machine.until(|seen| seen.pongs_received == 1).await;
    machine.until(|seen| seen.pings_received >= 1).await;
    client.close().await;
    let seen = machine.until(|seen| seen.closes_received == 1).await;
    assert_eq!(seen.frames_received, 0, "no text and no binary frame");
}

#[tokio::test]
async fn a_close_is_prompt_ends_the_streams_and_leaves_no_socket() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "Settings").await;
    let started = Instant::now();
    client.close().await;
    assert!(started.elapsed() < Duration::from_secs(2));
    while timeout(PATIENCE, updates.next()).await.expect("the stream ends").is_some() {}
    machine.until(|seen| seen.open_connections == 0).await;
    assert!(matches!(client.state(), State::Closed));
    let error = client.online().await.expect_err("closed");
    assert_eq!(error.kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_close_against_a_machine_that_does_not_listen_ends_by_its_deadline() {
    let machine = start().await;
    let client =
        builder(&machine).close_timeout(Duration::from_millis(300)).build().expect("a client");
    let mut updates = client.updates();
    message(&mut updates, "MachineConfiguration").await;
    machine.inject(Fault::Silence).await;
    let started = Instant::now();
    client.close().await;
    let took = started.elapsed();
    assert!(took < Duration::from_millis(300 + 1000), "{took:?}");
}

#[tokio::test]
async fn dropping_the_client_and_its_streams_ends_the_connection() {
    let machine = start().await;
    let client = client(&machine);
    let mut updates = client.updates();
    message(&mut updates, "Settings").await;
    drop(client);
    message(&mut updates, "SteamBoilerUpdateTemperature").await;
    drop(updates);
    machine.until(|seen| seen.open_connections == 0).await;
}

#[tokio::test]
async fn a_stream_that_nobody_reads_delays_nobody_and_is_told_what_it_missed() {
    let machine = start().await;
    let client = builder(&machine).update_capacity(16).build().expect("a client");
    let mut stalled = client.updates();
    let mut live = client.updates();
    message(&mut live, "MachineConfiguration").await;
    for n in 0..200 {
        machine.send_text(format!(r#"{{"name":"Counter","data":"{n}"}}"#)).await;
        assert_eq!(message(&mut live, "Counter").await.value().as_f64(), Some(f64::from(n)));
    }
    let Update::Lagged(dropped) = next(&mut stalled).await else { panic!("it was told") };
    assert_eq!(dropped, client.stats().link.lagged_events);
    assert!(dropped >= 184);
}

#[test]
fn bad_input_is_refused_with_what_was_wrong_what_is_expected_and_what_to_do() {
    let good = || Client::builder("192.168.50.102").token("token");
    assert!(good().build().is_ok());
    let tiny = Duration::from_nanos(1);
    let long = Duration::from_secs(1_000_000);
    for (builder, kind, words) in [
        (Client::builder("http://192.168.50.102").token("t"), ErrorKind::Address, "wss://"),
        (Client::builder("https://machine").token("t"), ErrorKind::Address, "wss://"),
        (Client::builder("").token("t"), ErrorKind::Address, "192.168.50.102"),
        (Client::builder("wss://user:pw@host/").token("t"), ErrorKind::Address, "user"),
        (Client::builder("ws://93.184.216.34/messages").token("t"), ErrorKind::Address, "wss://"),
        (Client::builder("192.168.50.102"), ErrorKind::Token, "token"),
        (Client::builder("192.168.50.102").token(""), ErrorKind::Token, "it is empty"),
        (Client::builder("192.168.50.102").token(" "), ErrorKind::Token, "it is empty"),
        (Client::builder("192.168.50.102").token("a\nb"), ErrorKind::Token, "a line break"),
        (good().connect_timeout(Duration::ZERO), ErrorKind::Duration, "connect_timeout is 0ns"),
        (good().ping_interval(tiny), ErrorKind::Duration, "ping_interval"),
        (good().pong_timeout(long), ErrorKind::Duration, "pong_timeout"),
        (good().close_timeout(Duration::ZERO), ErrorKind::Duration, "close_timeout"),
        (good().message_timeout(Duration::from_secs(59)), ErrorKind::Duration, "60s"),
        (good().frame_limit(0), ErrorKind::Limit, "frame_limit is 0"),
        (good().update_capacity(0), ErrorKind::Limit, "update_capacity"),
    ] {
        let error = builder.build().expect_err(words);
        assert_eq!(error.kind(), kind, "{error}");
        let text = error.to_string();
        assert!(text.contains(words), "{text}");
        assert!(text.contains(error.advice()) || error.failure().is_some(), "{text}");
        assert!(!text.contains("pw"), "{text}");
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_stops_the_client_before_anything_is() {
    let machine = start().await;
    let source = Secret::from("to\r\nken: x");
    let builder = Client::builder(machine.url()).credentials(source).pin(pin(&machine));
    let client = builder.build().expect("a client");
    let failure = stop(&client).await;
    assert_eq!(*failure.observation(), Observation::NoCredential);
    assert!(!format!("{failure} {failure:?}").contains("ken: x"));
    assert_eq!(machine.seen().connects, 0);
}
