use crate::*;

#[tokio::test]
async fn older_generations_are_spoken_when_told() {
    for generation in [Generation::G1, Generation::G2] {
        let bearer = Credential::bearer("JWT.TOKEN.SIG").expect("a token");
        let building = Building::builder()
            .generation(generation)
            .grant(bearer, Role::User)
            .module("sys-1", sim::Module::display())
            .start()
            .await
            .expect("a building");
        let client = Client::builder(building.base_url())
            .bearer("JWT.TOKEN.SIG")
            .placement(Placement::Query)
            .generation(generation)
            .pin(building.certificate_sha256().parse().expect("a pin"))
            .build()
            .expect("a client");
        let mut list = display(&client).bind("list");
        assert_eq!(value(&mut list).await, r#"[1,2,{"a":"x"}]"#, "{generation:?}");
        let echoed = display(&client).exec("echo", [1]).await.expect("answered");
        assert_eq!(echoed.json(), "[1]");
        let error = display(&client).exec("missing", ()).await.expect_err("an error");
        let code = error.remote().and_then(|error| error.code.clone());
        assert_eq!(code.and_then(|code| code.number()), Some(1), "{generation:?}");
        client.close().await;
    }
}

#[tokio::test]
async fn a_silent_server_is_noticed_by_the_missing_pong() {
    let building = start().await;
    let client = builder(&building)
        .ping_interval(Duration::from_millis(100))
        .pong_timeout(Duration::from_millis(200))
        .build()
        .expect("a client");
    let mut power = display(&client).bind("power");
    value(&mut power).await;
    building.until_heard(|heard| heard.pings >= 2).await;
    let begin = Instant::now();
    building.inject(Fault::Silence).await;
    let failure = loop {
        if let Update::Gap(failure) = next(&mut power).await {
            break failure;
        }
    };
    assert_eq!(*failure.observation(), Observation::Silent);
    assert!(begin.elapsed() < Duration::from_millis(1300), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn what_belongs_to_nothing_is_a_diagnostic() {
    let building = start().await;
    let client = client(&building);
    let mut diagnostics = client.diagnostics();
    online(&client).await;
    building.send_text(r#"{"type":"brand new","x":1}"#).await;
    building.send_text("{").await;
    match item(&mut diagnostics).await {
        Diagnostic::Stray(response) => assert!(response.encode().contains("brand new")),
        other => panic!("{other:?}"),
    }
    assert!(matches!(item(&mut diagnostics).await, Diagnostic::Malformed(_)));
    assert!(client.state().is_online());
}

#[tokio::test]
async fn a_close_unbinds_ignores_and_ends_everything() {
    let building = start().await;
    let client = client(&building);
    let mut log = client.system("sys-1").debug("mod-d1", 1).expect("a module's id");
    let mut power = display(&client).bind("power");
    value(&mut power).await;
    item(&mut log).await;
    building.next_request(Command::Exec, Script::new());
    let call = tokio::spawn(display(&client).exec("echo", ()).into_future());
    building.until_heard(|heard| heard.of(Command::Exec).count() == 1).await;
    timeout(PATIENCE, client.close()).await.expect("in time");
    let error = call.await.expect("no panic").expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::Disconnected);
    while power.next().await.is_some() {}
    let heard = building.heard();
    let last: Vec<_> =
        heard.requests.iter().rev().take(2).map(|said| said.request.command().clone()).collect();
    assert_eq!(last, [Command::Ignore, Command::Unbind]);
    let error = display(&client).exec("echo", ()).await.expect_err("closed");
    assert_eq!(error.kind(), ErrorKind::Closed);
}
