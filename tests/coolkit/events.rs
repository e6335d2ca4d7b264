use crate::*;

#[tokio::test]
async fn a_reboot_is_followed_event_by_event() {
    let cloud = start().await;
    let client = client(&cloud);
    let device = client.device(DEVICE).expect("an identifier");
    let mut updates = device.updates();
    online(&client).await;
    cloud.reboot(DEVICE).await;
    for action in ["sysmsg", "sysmsg", "update", "update"] {
        let next = find(&mut updates, |update| match update {
            Update::Event(event) => Some(event.action().as_str().to_owned()),
            _ => None,
        });
        assert_eq!(next.await, action);
    }
    assert_eq!(device.state().presence(), Some(Presence::Online));
    assert!(client.devices().contains_key(DEVICE));
}

#[tokio::test]
async fn what_is_unknown_or_no_frame_is_told_and_the_connection_lives() {
    let cloud = start().await;
    let client = client(&cloud);
    let mut updates = client.updates();
    online(&client).await;
    let unknown = Frame::new(Object::new().with("action", "brandNew").with("x", 1_u8));
    cloud.send_frame(&unknown).await;
    cloud.send_text("{nonsense").await;
    assert_eq!(event(&mut updates, "brandNew").await, unknown);
    let malformed = find(&mut updates, |update| match update {
        Update::Malformed(malformed) => Some(malformed.offset()),
        _ => None,
    });
    assert_eq!(malformed.await, 1);
    assert!(client.state().is_online());
    assert_eq!(client.stats().malformed, 1);
}

#[tokio::test]
async fn after_a_lost_connection_the_gap_is_told_and_the_devices_are_asked() {
    let cloud = start().await;
    let client = builder(&cloud).resync(true).build().expect("a client");
    let device = client.device(DEVICE).expect("an identifier");
    let mut updates = device.updates();
    online(&client).await;
    cloud.until_heard(|heard| heard.commands().count() == 1).await;
    cloud.inject(Fault::Drop).await;
    find(&mut updates, |update| matches!(update, Update::Gap(_)).then_some(())).await;
    assert!(device.state().is_stale());
    // It happens while nobody is connected.
    cloud.set(DEVICE, Params::switch(true)).await;
    client.retry();
    find(&mut updates, |update| matches!(update, Update::Resynced).then_some(())).await;
    find(&mut updates, |update| matches!(update, Update::Reply(_)).then_some(())).await;
    let state = device.state();
    assert_eq!(state.reported().switch("switch").and_then(|it| it.is_on()), Some(true));
    assert!(!state.is_stale());
}

#[tokio::test]
async fn a_cloud_that_goes_silent_is_noticed_by_the_missing_pong() {
    let cloud = start().await;
    let client = builder(&cloud)
        .ping_interval(Duration::from_millis(100))
        .pong_timeout(Duration::from_millis(200))
        .build()
        .expect("a client");
    let mut updates = client.updates();
    online(&client).await;
    cloud.until_heard(|heard| heard.pings() >= 3).await;
    let begin = Instant::now();
    cloud.inject(Fault::Silence).await;
    let failure = find(&mut updates, |update| match update {
        Update::Gap(failure) => Some(failure),
        _ => None,
    });
    assert_eq!(*failure.await.observation(), Observation::Silent);
    assert!(begin.elapsed() < Duration::from_millis(1300), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_close_ends_commands_and_streams() {
    let cloud = start().await;
    let client = client(&cloud);
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    cloud.next_command(Script::new());
    let command = device.switch(true).into_future();
    cloud.until_heard(|heard| heard.commands().count() == 1).await;
    let mut updates = client.updates();
    timeout(PATIENCE, client.close()).await.expect("in time");
    assert_eq!(command.await.expect_err("no answer").kind(), ErrorKind::Disconnected);
    assert!(updates.next().await.is_none());
    let error = device.switch(true).await.expect_err("closed");
    assert_eq!(error.kind(), ErrorKind::Closed);
}
