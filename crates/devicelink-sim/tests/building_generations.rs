//! What buildings of the older generations do otherwise.

mod common;

use common::get;
use common::panel::{Panel, bind, bound, debug, done, exec, ignore, plain};
use devicelink_sim::placeos::Building;
use placeos_proto::endpoint::{Authority, Credential};
use placeos_proto::{BindingKey, Command, Generation, Id, Level, Request};

async fn open(generation: Generation) -> (Building, Panel) {
    let building = plain().generation(generation).start().await.unwrap();
    let panel = Panel::show(&building, generation, building.credential()).await.unwrap();
    (building, panel)
}

const META: &str = r#""meta":{"sys":"sys-1","mod":"Display","index":1,"name":"#;

#[tokio::test]
async fn the_first_has_another_path_another_version_and_bearer_tokens() {
    let (building, _panel) = open(Generation::G1).await;
    assert!(building.url().ends_with("/control/websocket"));
    assert!(matches!(building.credential(), Credential::Bearer(_)));
    let (_, _, body) = get(&building, "/auth/authority", None).await;
    assert!(!Authority::decode(&body).unwrap().is_placeos());
    assert_eq!(get(&building, "/api/engine/v2/systems/control", None).await.0, 404);
}

#[tokio::test]
async fn the_first_sends_values_without_an_id_and_takes_ids_of_any_kind() {
    let (building, mut panel) = open(Generation::G1).await;
    let bind = Request::bind(Id::from("a"), BindingKey::new("sys-1", "Display", 1, "text"));
    assert_eq!(panel.ask(&bind).await, format!(r#"{{"id":"a","type":"success",{META}"text"}}}}"#));
    assert_eq!(panel.text().await, format!(r#"{{"type":"notify","value":"[]",{META}"text"}}}}"#));
    assert_eq!(panel.ask(&exec(2, "nil", "[]")).await, r#"{"id":2,"type":"success","value":null}"#);
    assert_eq!(building.heard().bindings(), 1);
}

#[tokio::test]
async fn the_first_says_what_is_wrong_with_a_request() {
    let (building, mut panel) = open(Generation::G1).await;
    for (text, id, code) in [
        ("{", "null", 0),
        (r#"{"id":"x","cmd":"bind"}"#, "\"x\"", 1),
        (r#"{"id":5,"cmd":"nope","sys":"sys-1","mod":"Display","name":"power"}"#, "5", 4),
        (r#"{"id":5,"cmd":"bind","sys":"sys-9","mod":"Display","name":"power"}"#, "5", 5),
        (r#"{"id":5,"cmd":"exec","sys":"sys-9","mod":"Display","name":"echo"}"#, "5", 5),
        (r#"{"id":5,"cmd":"exec","sys":"sys-1","mod":"Nope","name":"echo"}"#, "5", 6),
        (r#"{"id":5,"cmd":"debug","sys":"sys-1","mod":"Nope","index":1,"name":"debug"}"#, "5", 6),
    ] {
        panel.say(text).await;
        let error = panel.text().await;
        assert!(error.starts_with(&format!(r#"{{"id":{id},"type":"error""#)), "{error}");
        assert!(error.ends_with(&format!(r#","code":{code}}}"#)), "{error}");
    }
    assert_eq!((building.heard().malformed, building.heard().refused), (1, 2));
}

#[tokio::test]
async fn the_first_debugs_a_module_by_its_name_and_ignores_it_by_its_id() {
    let (building, mut panel) = open(Generation::G1).await;
    let by_name = BindingKey::new("sys-1", "Display", 1, "debug");
    assert_eq!(
        panel.ask(&Request::new(Id::from(4), Command::Debug, by_name)).await,
        r#"{"id":4,"type":"success","mod_id":"mod-d1","meta":{"sys":"sys-1","mod":"Display","index":1}}"#
    );
    panel.text().await;
    assert_eq!(
        panel.text().await,
        r#"{"type":"debug","msg":"slow reply","mod":"mod-d1","klass":"::Display","level":"warn"}"#
    );
    assert!(panel.ask(&debug(5).without_index()).await.contains(r#""mod_id":"mod-d1""#));
    building.log("mod-d1", Level::Info, "once").await;
    assert!(panel.text().await.contains("once"));
    assert_eq!(panel.ask(&ignore(6).without_index()).await, done(6));
    building.log("mod-d1", Level::Info, "never").await;
    panel.hears_nothing().await;
}

#[tokio::test]
async fn the_second_sends_values_as_text_and_errors_without_a_status() {
    let (_building, mut panel) = open(Generation::G2).await;
    assert_eq!(panel.ask(&bind(1, "list")).await, bound(1, "list"));
    assert_eq!(
        panel.text().await,
        format!(r#"{{"id":1,"type":"notify","value":"[1,2,{{\"a\":\"x\"}}]",{META}"list"}}}}"#)
    );
    assert_eq!(
        panel.ask(&exec(2, "echo", "[1]")).await,
        format!(r#"{{"id":2,"type":"success","value":[1],{META}"echo"}}}}"#)
    );
    assert_eq!(
        panel.ask(&exec(3, "missing", "[]")).await,
        r#"{"id":3,"type":"error","msg":"could not find function missing","error_code":1}"#
    );
}

#[tokio::test]
async fn the_second_answers_what_it_cannot_read_under_id_0_and_no_other_invalid_request() {
    let (_building, mut panel) = open(Generation::G2).await;
    let error = r#"{"id":0,"type":"error","msg":"","error_code":3}"#;
    for text in ["[]", r#"{"id":"1","cmd":"bind","sys":"s","mod":"m","name":"n"}"#] {
        panel.say(text).await;
        assert_eq!(panel.text().await, error);
    }
    panel.say(r#"{"id":1,"cmd":"nope","sys":"s","mod":"m","name":"n"}"#).await;
    panel.hears_nothing().await;
}
