//! The recorded dialogue between a phone and the cloud, with the simulated cloud in its part.

mod common;

use common::app::{App, DEVICE, plain, user_online};
use coolkit_proto::{ClientFrame, Frame, Params};
use devicelink_sim::coolkit::{Account, Cloud, Device};

macro_rules! recorded {
    ($($file:literal),* $(,)?) => {
        [$(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/coolkit/", $file))),*]
    };
}

/// The frames of the dialogue, in their order; number 1 is at index 0.
const DIALOGUE: [&str; 12] = recorded![
    "01_user_online_v6.json",
    "02_handshake_reply.json",
    "03_update_heat_below.json",
    "04_ack_heat_below.json",
    "05_update_heat_above.json",
    "06_ack_heat_above.json",
    "07_device_update_switch.json",
    "08_update_manual_off.json",
    "09_ack_manual_off.json",
    "10_update_manual_on.json",
    "11_ack_manual_on.json",
    "12_device_update_temperature.json",
];

fn account() -> Account {
    let Ok(ClientFrame::UserOnline(login)) = ClientFrame::decode(DIALOGUE[0]) else { panic!() };
    Account::new(login.at().unwrap(), login.apikey().unwrap(), login.appid().unwrap())
}

async fn cloud() -> Cloud {
    let builder = plain().account(account()).legacy(true).device(Device::th16(DEVICE));
    builder.start().await.unwrap()
}

fn params(text: &str) -> Params {
    let frame = Frame::decode(text).unwrap();
    frame.params().unwrap().members().to_object().into()
}

/// Says what the phone said after its login, and compares what the cloud says.
async fn play(cloud: &Cloud, app: &mut App) {
    for (number, text) in (3..).zip(&DIALOGUE[2..]) {
        match number {
            3 | 5 | 8 | 10 => app.say(*text).await,
            7 | 12 => {
                cloud.set(DEVICE, params(text)).await;
                assert_eq!(app.text().await, text.trim_end(), "frame {number}");
            }
            _ => assert_eq!(app.text().await, text.trim_end(), "frame {number}"),
        }
    }
    let state = cloud.state(DEVICE);
    assert_eq!(state.view().text("switch"), Some("on"));
    assert_eq!(state.members().get("targets"), params(DIALOGUE[4]).members().get("targets"));
    assert_eq!(state.view().text("currentHumidity"), Some("unavailable"));
}

#[tokio::test]
async fn the_cloud_says_its_part_of_the_dialogue_word_for_word() {
    let cloud = cloud().await;
    let mut app = App::open(&cloud).await;
    app.say(DIALOGUE[0]).await;
    assert_eq!(app.text().await, DIALOGUE[1].trim_end());
    play(&cloud, &mut app).await;
    let heard = cloud.heard();
    let said: Vec<_> = heard.commands().map(Frame::encode).collect();
    assert_eq!(said, [2, 4, 7, 9].map(|at: usize| DIALOGUE[at].trim_end()));
}

#[tokio::test]
async fn after_a_login_of_version_8_the_dialogue_is_the_same() {
    let cloud = cloud().await;
    let mut app = App::open(&cloud).await;
    let login = user_online(&cloud, 1_519_293_433_136).to_frame();
    app.say(login.encode()).await;
    assert_eq!(app.text().await, DIALOGUE[1].trim_end());
    play(&cloud, &mut app).await;
}
