use crate::*;

#[tokio::test]
async fn a_credential_is_shown_in_the_place_that_was_asked_for() {
    let bearer = Credential::bearer("JWT.TOKEN.SIG").expect("a token");
    let building = building().grant(bearer, Role::User).start().await.expect("a building");
    let pinned = || {
        let pin = building.certificate_sha256().parse().expect("a pin");
        Client::builder(building.base_url()).pin(pin)
    };
    for placement in [Placement::Header, Placement::Query, Placement::Cookie] {
        for builder in [pinned().api_key(KEY), pinned().bearer("JWT.TOKEN.SIG")] {
            let client = builder.placement(placement).fixed_device().build().expect("a client");
            online(&client).await;
            client.close().await;
        }
    }
    assert_eq!(building.seen().upgrades, 6);
}

#[tokio::test]
async fn an_unknown_key_is_refused_once_and_a_new_one_leaves_the_stop() {
    let building = start().await;
    building.revoke(&key());
    let client = client(&building);
    let mut power = display(&client).bind("power");
    let (kind, text) = stop(&client).await;
    assert_eq!(kind, ErrorKind::Unauthorized);
    assert!(text.contains("401") && text.contains("set_credential"), "{text}");
    assert!(matches!(next(&mut power).await, Update::Stopped(_)));
    assert_eq!(building.seen().requests.len(), 1);

    building.grant(Credential::api_key("other.key").expect("a key"), Role::User);
    assert_eq!(client.set_credential("no dot").expect_err("no key").kind(), ErrorKind::Credential);
    client.set_credential("other.key").expect("a key");
    online(&client).await;
}

struct Fresh;

#[async_trait]
impl CredentialSource for Fresh {
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
        assert_eq!(ask, Ask::Refreshed);
        Ok(Secret::from(KEY))
    }
}

#[tokio::test]
async fn a_refreshed_key_is_tried_once() {
    let building = start().await;
    let stale = || {
        let pin = building.certificate_sha256().parse().expect("a pin");
        Client::builder(building.base_url()).pin(pin).api_key("stale.key").refresh(Fresh)
    };
    online(&stale().build().expect("a client")).await;
    building.revoke(&key());
    let client = stale().build().expect("a client");
    assert_eq!(stop(&client).await.0, ErrorKind::Unauthorized);
    assert_eq!(building.seen().requests.len(), 4);
}

#[tokio::test]
async fn a_guest_is_told_that_guests_may_not() {
    let building = Building::builder().grant(key(), Role::Guest).start().await.expect("a building");
    let client = client(&building);
    let (kind, text) = stop(&client).await;
    assert_eq!(kind, ErrorKind::Forbidden);
    assert!(text.contains("403") && text.contains("guests may not"), "{text}");
}

#[tokio::test]
async fn a_server_that_is_none_stops_it_and_one_that_is_busy_does_not() {
    for (answer, expected) in [
        (Answer::status(404), Some(StopReason::NotTheProtocol)),
        (Answer::redirect("https://elsewhere.example/"), Some(StopReason::Redirected)),
        (Answer::html(200), Some(StopReason::NotTheProtocol)),
        (Answer::status(503), None),
    ] {
        let faults = FaultPlan::new().on(.., answer);
        let building = building().faults(faults).start().await.expect("a building");
        let client = client(&building);
        let mut states = client.states();
        let _bound = display(&client).bind("power");
        let reason = loop {
            match client.state() {
                State::Stopped { reason, .. } => break Some(reason),
                State::Waiting { .. } => break None,
                _ => drop(timeout(PATIENCE, states.next()).await.expect("in time")),
            }
        };
        assert_eq!(reason, expected);
    }
}

#[test]
fn wrong_input_is_told_with_what_is_expected() {
    let wrong = |builder: Builder| {
        let error = builder.build().expect_err("wrong input");
        (error.kind(), error.to_string())
    };
    let (kind, text) = wrong(Client::builder("https://example.com"));
    assert_eq!(kind, ErrorKind::Credential);
    assert!(text.contains("api_key") && text.contains("bearer"), "{text}");
    let (kind, text) = wrong(Client::builder("https://example.com/api?api-key=x").api_key(KEY));
    assert_eq!(kind, ErrorKind::Address);
    assert!(text.contains("give the server alone"), "{text}");
    assert_eq!(wrong(Client::builder("http://example.com").api_key(KEY)).0, ErrorKind::Address);
    assert_eq!(wrong(Client::builder("example.com").bearer("a b")).0, ErrorKind::Credential);
    let zero = Client::builder("example.com").api_key(KEY).exec_timeout(Duration::ZERO);
    let (kind, text) = wrong(zero);
    assert_eq!(kind, ErrorKind::Duration);
    assert!(text.contains("exec_timeout is 0ns"), "{text}");
}

#[tokio::test]
async fn a_credential_that_was_given_while_the_old_one_is_refused_is_used() {
    let guest = Credential::bearer("guest").expect("a token");
    let user = Credential::bearer("user").expect("a token");
    let building = building().grant(guest, Role::Guest).grant(user, Role::User).start();
    let building = building.await.expect("a building");
    for pause in 0..30 {
        let pin = building.certificate_sha256().parse().expect("a pin");
        let client = Client::builder(building.base_url()).bearer("guest").pin(pin).build();
        let client = client.expect("a client");
        client.retry();
        for _ in 0..pause {
            tokio::task::yield_now().await;
        }
        client.set_credential("user").expect("a token");
        online(&client).await;
        client.close().await;
    }
}
