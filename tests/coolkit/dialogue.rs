use crate::*;

/// A frame that was recorded.
fn recorded(name: &str) -> Frame {
    let path = format!("{}/testdata/coolkit/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a recorded frame");
    Frame::decode(&text).expect("a frame")
}

/// The members of a frame by name, without those that are different in each connection.
fn members(frame: &Frame) -> Vec<(String, Json)> {
    let mut members: Vec<_> = frame
        .members()
        .iter()
        .filter(|(name, _)| !matches!(*name, "sequence" | "ts" | "nonce"))
        .map(|(name, value)| (name.to_owned(), value.to_json()))
        .collect();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    members
}

/// Plays the dialogue with this client, and compares all frames but the login.
async fn play(cloud: &Cloud, client: &Client) {
    let device = client.device("babecafe11").expect("an identifier");
    let mut updates = device.updates();
    online(client).await;
    let params = |name: &str| {
        let frame = recorded(name);
        Params::from(frame.params().expect("params").members().to_object())
    };
    let acks = [
        device.thermostat().on_below(28).await,
        device.thermostat().on_above(28).await,
        {
            cloud.set("babecafe11", params("07_device_update_switch")).await;
            let reported = event(&mut updates, "update").await;
            assert_eq!(members(&reported), members(&recorded("07_device_update_switch")));
            device.thermostat().manual(false).await
        },
        device.update(Params::switch(true).and(Params::manual(true))).await,
    ];
    cloud.set("babecafe11", params("12_device_update_temperature")).await;
    let reported = event(&mut updates, "update").await;
    assert_eq!(members(&reported), members(&recorded("12_device_update_temperature")));
    let thermostat = reported.params().expect("params").thermostat();
    assert_eq!(thermostat.temperature().and_then(|it| it.value()), Some(22.0));
    assert_eq!(thermostat.humidity().and_then(|it| it.value()), None);

    let names = ["04_ack_heat_below", "06_ack_heat_above", "09_ack_manual_off", "11_ack_manual_on"];
    for (ack, name) in acks.into_iter().zip(names) {
        let ack = ack.expect("acknowledged");
        assert_eq!(members(ack.frame()), members(&recorded(name)), "{name}");
    }
    let heard = cloud.heard();
    let sent: Vec<_> = heard.commands().map(members).collect();
    let names = [
        "03_update_heat_below",
        "05_update_heat_above",
        "08_update_manual_off",
        "10_update_manual_on",
    ];
    let expected: Vec<_> = names.iter().map(|name| members(&recorded(name))).collect();
    assert_eq!(sent, expected);

    let state = device.state();
    let reported = state.reported().switch("switch").and_then(|switch| switch.is_on());
    let assumed = state.assumed().switch("switch").and_then(|switch| switch.is_on());
    assert_eq!((reported, assumed), (Some(false), Some(true)));
    assert_eq!(state.presence(), Some(Presence::Online));
}

async fn cloud() -> Cloud {
    let login = recorded("01_user_online_v6");
    let ClientFrame::UserOnline(login) = ClientFrame::decode(&login.encode()).expect("a login")
    else {
        panic!("no login")
    };
    let secret = |secret: Option<coolkit_proto::Secret>| secret.expect("it is there");
    let account = Account::new(secret(login.at()), secret(login.apikey()), secret(login.appid()));
    let device = Device::th16("babecafe11");
    let builder = Cloud::builder().account(account).device(device).legacy(true);
    builder.start().await.expect("a cloud")
}

#[tokio::test]
async fn the_recorded_dialogue_is_the_same_frame_by_frame() {
    let cloud = cloud().await;
    let login = recorded("01_user_online_v6");
    let text = |name: &str| login.members().text(name).expect("a text").to_owned();
    let mut phone = coolkit_proto::LegacyPhone::new(text("imei").into());
    phone.model = text("model");
    phone.os = text("os");
    phone.rom_version = text("romVersion");
    phone.apk_version = text("apkVesrion");
    let client = builder(&cloud).legacy_login(phone).build().expect("a client");
    play(&cloud, &client).await;
    let heard = cloud.heard();
    let sent = heard.logins().next().expect("a login").frame();
    assert_eq!(members(sent), members(&login));
    let text = |name: &str| sent.members().text(name).expect("a text").to_owned();
    assert_eq!(text("nonce").len(), 8);
    assert_eq!(text("ts"), text("sequence")[..10], "seconds as text");
}

#[tokio::test]
async fn todays_login_passes_the_same_dialogue() {
    let cloud = cloud().await;
    play(&cloud, &client(&cloud)).await;
    assert_eq!(cloud.heard().logins().next().and_then(|login| login.version()), Some(8));
}
