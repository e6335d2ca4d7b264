use crate::*;

#[tokio::test]
async fn a_wrong_token_is_refused_once_and_for_all() {
    let cloud = start().await;
    let account = cloud.account();
    let wrong = Credentials::new("wrong", account.apikey.expose(), account.appid.expose());
    let client = builder_for(&cloud, wrong).build().expect("a client");
    let mut updates = client.updates();
    let (kind, text) = stop(&client).await;
    assert_eq!(kind, ErrorKind::AuthLost);
    assert!(text.contains("406") && text.contains("set_token"), "{text}");
    find(&mut updates, |update| matches!(update, Update::Stopped(_)).then_some(())).await;
    assert!(updates.next().await.is_none());

    let error = client.device(DEVICE).expect("an identifier").switch(true).await;
    assert_eq!(error.expect_err("it has stopped").kind(), ErrorKind::AuthLost);
    assert_eq!(cloud.heard().logins().count(), 1);
    assert_eq!(cloud.seen().upgrades, 1);
}

#[tokio::test]
async fn a_new_token_leaves_the_stop_without_another_client() {
    let cloud = start().await;
    let account = cloud.account();
    let wrong = Credentials::new("wrong", account.apikey.expose(), account.appid.expose());
    let client = builder_for(&cloud, wrong).build().expect("a client");
    stop(&client).await;
    assert_eq!(client.set_token("two words").expect_err("no token").kind(), ErrorKind::Credentials);
    client.set_token(account.at.expose()).expect("a token");
    online(&client).await;
}

struct Fresh(String);

#[async_trait]
impl CredentialSource for Fresh {
    async fn credential(&self, ask: Ask) -> Result<Secret, Failure> {
        assert_eq!(ask, Ask::Refreshed);
        Ok(Secret::from(self.0.as_str()))
    }
}

#[tokio::test]
async fn a_refreshed_token_is_tried_once() {
    let cloud = start().await;
    let account = cloud.account();
    let wrong = || Credentials::new("old", account.apikey.expose(), account.appid.expose());
    let fresh = Fresh(account.at.expose().to_owned());
    let client = builder_for(&cloud, wrong()).refresh(fresh).build().expect("a client");
    online(&client).await;
    assert_eq!(cloud.heard().logins().count(), 2);

    let client = builder_for(&cloud, wrong()).refresh(Fresh("other".into())).build();
    let client = client.expect("a client");
    assert_eq!(stop(&client).await.0, ErrorKind::AuthLost);
    assert_eq!(cloud.heard().logins().count(), 4);
}

#[tokio::test]
async fn a_login_that_the_cloud_cannot_take_is_final() {
    let cloud = start().await;
    cloud.next_login(Reply::code(400));
    let (kind, text) = stop(&client(&cloud)).await;
    assert_eq!(kind, ErrorKind::ConfigRejected);
    assert!(text.contains("400"), "{text}");
}

#[tokio::test]
async fn a_cloud_that_says_nothing_is_given_up_by_the_deadline() {
    let cloud = start().await;
    cloud.next_login(Script::new());
    let client = builder(&cloud).login_timeout(Duration::from_millis(200)).build();
    let failure = wait(&client.expect("a client")).await;
    assert_eq!(*failure.observation(), Observation::GreetingTimeout);
}

#[tokio::test]
async fn an_overloaded_cloud_is_tried_again_later() {
    let cloud = start().await;
    cloud.next_login(Reply::code(529));
    let client = client(&cloud);
    let failure = wait(&client).await;
    assert_eq!(*failure.observation(), Observation::GreetingBusy);
    assert!(failure.to_string().contains("529"), "{failure}");
    let wait = client.next_attempt_in().expect("it waits");
    assert!(wait > Duration::from_secs(3), "{wait:?}");
    client.retry();
    online(&client).await;
}

#[tokio::test]
async fn an_update_may_be_the_first_frame() {
    let cloud = start().await;
    let first = server::device_update(DEVICE, &cloud.account().apikey, Params::switch(true));
    cloud.next_login(Script::new().text(first.encode()).reply(Reply::own()));
    let client = client(&cloud);
    let mut updates = client.updates();
    assert_eq!(event(&mut updates, "update").await.device_id(), Some(DEVICE));
    online(&client).await;
}

#[tokio::test]
async fn a_second_program_on_the_account_takes_the_connection_and_the_first_waits() {
    let cloud = start().await;
    let first = client(&cloud);
    online(&first).await;
    let second = client(&cloud);
    online(&second).await;
    let failure = wait(&first).await;
    assert_eq!(failure.verdict(), devicelink::coolkit::Verdict::Retry);
    assert!(first.next_attempt_in().expect("it waits") > Duration::from_secs(3));
    assert!(second.state().is_online());

    // Another login over HTTP has made the first one's token invalid.
    cloud.set_token("another");
    first.retry();
    assert_eq!(stop(&first).await.0, ErrorKind::AuthLost);
    assert!(second.state().is_online());
}

fn with_token(cloud: &Cloud, at: &str) -> Builder {
    let account = cloud.account();
    builder_for(cloud, Credentials::new(at, account.apikey.expose(), account.appid.expose()))
}

#[tokio::test]
async fn a_token_that_was_given_before_the_refusal_of_the_last_is_tried() {
    let cloud = start().await;
    let client = client(&cloud);
    online(&client).await;
    // Another login over HTTP: the token of before is void, and the new one is given in good time.
    cloud.set_token("brand-new");
    client.set_token("brand-new").expect("a token");
    cloud.next_command(Reply::code(406));
    client.device(DEVICE).expect("an identifier").switch(true).await.expect_err("406");
    cloud.until_heard(|heard| heard.logins().count() == 2).await;
    online(&client).await;
}

#[tokio::test]
async fn a_token_that_was_given_during_the_login_with_another_is_tried() {
    let cloud = start().await;
    let client = with_token(&cloud, "old").build().expect("a client");
    // The answer waits until the next login has one.
    cloud.next_login(Script::new().wait(Duration::from_millis(100)).reply(Reply::own()));
    let waiter = tokio::spawn({
        let client = client.clone();
        async move { client.online().await }
    });
    cloud.until_heard(|heard| heard.logins().count() == 1).await;
    client.set_token(cloud.account().at.expose()).expect("a token");
    let answer = timeout(PATIENCE, waiter).await.expect("in time").expect("no panic");
    answer.expect("online");
}

/// What a source does when it is asked.
enum Source {
    Fails(Observation),
    Explains(&'static str),
    Gives(String),
    GivesWhenTold(String, std::sync::Arc<tokio::sync::Notify>),
}

#[async_trait]
impl CredentialSource for Source {
    async fn credential(&self, _: Ask) -> Result<Secret, Failure> {
        match self {
            Self::Fails(observation) => Err(Failure::new(observation.clone())),
            Self::Explains(text) => Err(Failure::with_source(Observation::NoCredential, *text)),
            Self::Gives(token) => Ok(Secret::from(token.as_str())),
            Self::GivesWhenTold(token, told) => {
                told.notified().await;
                Ok(Secret::from(token.as_str()))
            }
        }
    }
}

#[tokio::test]
async fn a_token_of_the_user_is_used_although_the_source_is_down() {
    let cloud = start().await;
    let source = Source::Fails(Observation::Io);
    let client = with_token(&cloud, "old").refresh(source).build().expect("a client");
    wait(&client).await;
    client.set_token(cloud.account().at.expose()).expect("a token");
    client.retry();
    online(&client).await;
}

#[tokio::test]
async fn a_token_of_the_user_is_not_overwritten_by_a_slow_source() {
    let cloud = start().await;
    let told = std::sync::Arc::new(tokio::sync::Notify::new());
    let source = Source::GivesWhenTold("stale".into(), std::sync::Arc::clone(&told));
    let client = with_token(&cloud, "old").refresh(source).build().expect("a client");
    let waiter = tokio::spawn({
        let client = client.clone();
        async move { client.online().await }
    });
    cloud.until_heard(|heard| heard.logins().count() == 1).await;
    client.set_token(cloud.account().at.expose()).expect("a token");
    told.notify_one();
    let answer = timeout(PATIENCE, waiter).await.expect("in time").expect("no panic");
    answer.expect("online");
}

#[tokio::test]
async fn what_the_source_did_wrong_is_told() {
    let cloud = start().await;
    let at = cloud.account().at.expose().to_owned();
    for (source, expected) in [
        (Source::Explains("the refresh token expired on Tuesday"), "expired on Tuesday"),
        (Source::Gives(format!("{at}\n")), "line break"),
    ] {
        let client = with_token(&cloud, "old").refresh(source).build().expect("a client");
        let (kind, text) = stop(&client).await;
        assert_eq!(kind, ErrorKind::AuthLost);
        assert!(text.contains(expected), "{text}");
    }
}
