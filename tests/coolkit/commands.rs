use crate::*;

#[tokio::test]
async fn what_a_device_answers_is_what_the_caller_gets() {
    let cloud = start().await;
    let client = client(&cloud);
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    device.switch(true).await.expect("acknowledged");
    let reply = device.query(["switch"]).await.expect("answered");
    let switch = reply.params().and_then(|params| params.switch("switch"));
    assert_eq!(switch.and_then(|switch| switch.is_on()), Some(true));

    for (code, class, may_have_acted) in [
        (400, ErrorClass::Permanent, false),
        (411, ErrorClass::OutcomeUnknown, true),
        (503, ErrorClass::DeviceOffline, false),
        (504, ErrorClass::OutcomeUnknown, true),
        (777, ErrorClass::Unknown, true),
    ] {
        cloud.next_command(Reply::code(code));
        let error = device.switch(true).await.expect_err("rejected");
        assert_eq!(error.kind(), ErrorKind::Rejected);
        let rejection = error.rejection().expect("an answer");
        assert_eq!(rejection.code().map(|code| code.get()), Some(code));
        assert_eq!((rejection.class(), error.may_have_acted()), (class, may_have_acted));
        assert!(error.to_string().contains(&code.to_string()), "{error}");
    }
    cloud.next_command(Reply::own().without("error"));
    let error = device.switch(true).await.expect_err("no verdict");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::NoVerdict, true));
    assert!(client.state().is_online());
}

#[tokio::test]
async fn an_offline_device_is_offline_until_the_cloud_says_otherwise() {
    let device = Device::switch(DEVICE).offline();
    let cloud = Cloud::builder().device(device).start().await.expect("a cloud");
    let client = client(&cloud);
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    let mut updates = device.updates();
    let error = device.switch(true).await.expect_err("offline");
    assert_eq!(error.rejection().map(|it| it.class()), Some(ErrorClass::DeviceOffline));
    assert_eq!(device.state().presence(), Some(Presence::Offline));
    cloud.set_online(DEVICE, true).await;
    event(&mut updates, "sysmsg").await;
    assert_eq!(device.state().presence(), Some(Presence::Online));
}

#[tokio::test]
async fn a_silent_device_is_neither_offline_nor_waited_for_without_end() {
    let simulated = Cloud::builder().device(Device::switch(DEVICE).silent());
    let cloud = simulated.device_timeout(Duration::from_millis(50)).start().await.expect("a cloud");
    let client = builder(&cloud).command_spacing(Duration::ZERO).build().expect("a client");
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    let error = device.switch(true).await.expect_err("nothing comes");
    assert_eq!(error.rejection().and_then(|it| it.code()).map(|code| code.get()), Some(504));
    assert_eq!(device.state().presence(), None);

    cloud.next_command(Script::new());
    let error = device.switch(true).timeout(Duration::from_millis(50)).await;
    let error = error.expect_err("nothing comes");
    assert_eq!(error.kind(), ErrorKind::TimedOut { sent: true });
    assert!(error.may_have_acted());
}

#[tokio::test]
async fn a_second_answer_is_told_and_does_no_harm() {
    let cloud = start().await;
    let client = client(&cloud);
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    let mut updates = client.updates();
    cloud.next_command(Script::new().reply(Reply::code(411)).reply(Reply::code(504)));
    device.switch(true).await.expect_err("rejected");
    let late = find(&mut updates, |update| match update {
        Update::Unmatched(unmatched) => Some(unmatched.frame().error().code()),
        _ => None,
    });
    assert_eq!(late.await.map(|code| code.get()), Some(504));
    device.switch(true).await.expect("acknowledged");
}

#[tokio::test]
async fn answers_out_of_order_find_their_commands() {
    let builder = Cloud::builder().device(Device::four_channel(DEVICE));
    let cloud = builder.start().await.expect("a cloud");
    let client = client(&cloud);
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    cloud.next_command(Script::new().hold().reply(Reply::own().with("n", 0_u8)));
    cloud.next_command(Reply::own().with("n", 1_u8));
    let (first, second) =
        tokio::join!(device.outlet(0, true).into_future(), device.outlet(1, true).into_future(),);
    let number = |reply: Result<std::sync::Arc<coolkit_proto::Reply>, _>| {
        reply.ok().and_then(|reply| reply.frame().get("n").and_then(JsonRef::as_u64))
    };
    assert_eq!((number(first), number(second)), (Some(0), Some(1)));
}

#[tokio::test]
async fn without_a_connection_a_command_fails_at_once_or_waits_if_asked() {
    let cloud = start().await;
    let client = client(&cloud);
    let device = client.device(DEVICE).expect("an identifier");
    let error = device.switch(true).await.expect_err("not connected");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::NotConnected, false));
    device.switch(true).wait_until_online().await.expect("acknowledged");
}

#[tokio::test]
async fn a_command_is_sent_again_only_where_the_caller_says_that_it_does_no_harm() {
    let cloud = start().await;
    let client = client(&cloud);
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    cloud.next_command(Reply::code(504));
    device.switch(true).await.expect_err("once");
    assert_eq!(cloud.heard().commands().count(), 1);

    cloud.next_command(Reply::code(504));
    device.switch(true).idempotent(1).await.expect("the second time");
    assert_eq!(cloud.heard().commands().count(), 3);

    // To ask again helps nobody where the answer is final.
    cloud.next_command(Reply::code(400));
    device.switch(true).idempotent(5).await.expect_err("rejected");
    assert_eq!(cloud.heard().commands().count(), 4);
}

#[tokio::test]
async fn a_queue_that_is_full_says_so() {
    let cloud = start().await;
    let client = builder(&cloud).max_commands(2).build().expect("a client");
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    let send = || device.switch(true).into_future();
    let (first, second, third) = (send(), send(), send());
    assert_eq!(third.await.expect_err("full").kind(), ErrorKind::QueueFull);
    first.await.expect("acknowledged");
    second.await.expect("acknowledged");
}

#[tokio::test]
async fn a_shared_device_is_commanded_with_its_owners_key() {
    let shared = Device::switch(DEVICE).owner("owner's key");
    let cloud = Cloud::builder().device(shared).start().await.expect("a cloud");
    let client = client(&cloud);
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    let error = device.switch(true).await.expect_err("not ours");
    assert_eq!(error.rejection().and_then(|it| it.code()).map(|code| code.get()), Some(403));
    device.owned_by("owner's key").switch(true).await.expect("acknowledged");
}

#[tokio::test]
async fn the_error_of_the_last_try_says_that_an_earlier_one_may_have_acted() {
    let cloud = start().await;
    let client = client(&cloud);
    online(&client).await;
    cloud.next_command(Script::new().fault(Fault::Drop));
    let device = client.device(DEVICE).expect("an identifier");
    let command = device.switch(true).timeout(Duration::from_millis(200)).idempotent(1);
    let error = command.await.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::TimedOut { sent: false });
    assert_eq!(cloud.heard().commands().count(), 1);
    assert!(error.may_have_acted(), "{error}");
}

#[tokio::test]
async fn an_idempotent_command_waits_for_the_cloud_that_was_too_busy_or_was_cut() {
    let cloud = start().await;
    let client = client(&cloud);
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    cloud.next_command(Reply::code(500));
    device.switch(true).idempotent(1).await.expect("the second time");

    cloud.next_command(Script::new().fault(Fault::Drop));
    let command = tokio::spawn(device.switch(false).idempotent(1).into_future());
    wait(&client).await;
    client.retry();
    let answer = timeout(PATIENCE, command).await.expect("in time").expect("no panic");
    answer.expect("after the reconnect");
    assert_eq!(cloud.heard().commands().count(), 4);
}

#[tokio::test]
async fn an_idempotent_command_does_not_wait_for_a_connection_unless_asked() {
    let cloud = start().await;
    let client = client(&cloud);
    let device = client.device(DEVICE).expect("an identifier");
    let error = device.switch(true).idempotent(5).await.expect_err("not connected");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::NotConnected, false));
    online(&client).await;
    assert_eq!(cloud.heard().commands().count(), 0);
}

#[tokio::test]
async fn a_command_that_is_too_long_is_not_sent() {
    let cloud = start().await;
    let client = builder(&cloud).frame_limit(1024).build().expect("a client");
    online(&client).await;
    let device = client.device(DEVICE).expect("an identifier");
    let error = device.update(Params::new().with("note", "x".repeat(2000).as_str())).await;
    assert_eq!(error.expect_err("too long").kind(), ErrorKind::TooLong);
    assert_eq!(cloud.heard().commands().count(), 0);
}

#[tokio::test]
async fn a_login_is_not_for_users_to_send() {
    let cloud = start().await;
    let device = client(&cloud).device(DEVICE).expect("an identifier");
    let error = device.request(Action::UserOnline, Object::new()).expect_err("a login");
    assert_eq!(error.kind(), ErrorKind::Action);
}

#[tokio::test]
async fn a_shared_device_is_remembered_with_its_owner() {
    let shared = Device::switch(DEVICE).owner("owner's key");
    let cloud = Cloud::builder().device(shared).start().await.expect("a cloud");
    let client = builder(&cloud).resync(true).build().expect("a client");
    let device = client.device(DEVICE).expect("an identifier");
    assert!(client.devices().is_empty(), "nothing was heard of it");
    drop(device.owned_by("owner's key"));
    let device = client.device(DEVICE).expect("an identifier");
    online(&client).await;
    cloud.until_heard(|heard| heard.commands().count() == 1).await;
    let heard = cloud.heard();
    let query = heard.commands().next().expect("a query");
    assert_eq!(query.get("apikey").and_then(JsonRef::as_str), Some("owner's key"));
    device.switch(true).await.expect("acknowledged");
}
