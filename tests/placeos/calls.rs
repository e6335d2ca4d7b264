use crate::*;

#[tokio::test]
async fn a_function_gives_its_result_as_it_is_or_as_a_type() {
    let building = start().await;
    let client = client(&building);
    online(&client).await;
    let display = display(&client);
    let echoed = display.exec("echo", ("x", 1, None::<u8>, [true])).await.expect("answered");
    assert_eq!(echoed.json(), r#"["x",1,null,[true]]"#);
    assert_eq!(display.exec("echo", ()).await.expect("answered").json(), "[]");
    assert!(display.exec("nil", ()).await.expect("answered").is_null());
    let typed: Vec<u8> = display.exec("echo", [1, 2]).typed().await.expect("numbers");
    assert_eq!(typed, [1, 2]);
    let error = display.exec("echo", [1]).typed::<String>().await.expect_err("no text");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Undecodable, true));
    let response = display.exec("echo", [1]).response().await.expect("answered");
    assert_eq!(response.status(), Some(200));
}

#[tokio::test]
async fn an_error_has_its_code_and_what_to_do() {
    let building = start().await;
    let client = client(&building);
    online(&client).await;
    let display = display(&client);
    for (call, code, class, may_have_acted) in [
        (display.exec("missing", ()), 1, ErrorClass::Permanent, false),
        (display.exec("sup", ()), 2, ErrorClass::Permission, false),
        (display.exec("boom", ()), 3, ErrorClass::Remote, true),
        (client.system("sys-1").module("Nope", 1).exec("echo", ()), 6, ErrorClass::NotFound, false),
        (
            client.system("sys-nope").module("Display", 1).exec("echo", ()),
            6,
            ErrorClass::NotFound,
            false,
        ),
    ] {
        let error = call.await.expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Remote);
        let remote = error.remote().expect("the server's words");
        assert_eq!(remote.code.as_ref().and_then(|code| code.number()), Some(code));
        assert_eq!(remote.class(&Command::Exec), class);
        assert_eq!(error.may_have_acted(), may_have_acted, "{error}");
    }
}

#[tokio::test]
async fn arguments_that_are_no_array_are_refused_before_anything_is_sent() {
    let building = start().await;
    let client = client(&building);
    online(&client).await;
    for error in [
        display(&client).exec("echo", "x").await.expect_err("a text"),
        display(&client).exec("echo", BTreeMap::from([("a", 1)])).await.expect_err("an object"),
    ] {
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Args, false));
        assert!(error.to_string().contains("an array, a tuple or a slice"), "{error}");
    }
    assert!(building.heard().requests.is_empty());
}

#[tokio::test]
async fn ten_thousand_in_flight_are_answered_in_any_order() {
    const COUNT: usize = 10_000;
    let building = start().await;
    building.on_request(|request| {
        // Every other one waits for the next.
        let turn = request.args().and_then(|args| args.deserialize::<(usize,)>().ok());
        let script = Script::from(Reply::own());
        Some(if turn.is_some_and(|(n,)| n % 2 == 0) {
            Script::new().hold().reply(Reply::own())
        } else {
            script
        })
    });
    let client = client(&building);
    online(&client).await;
    let display = display(&client);
    let calls: Vec<_> =
        (0..COUNT).map(|n| tokio::spawn(display.exec("echo", [n]).into_future())).collect();
    for (n, call) in calls.into_iter().enumerate() {
        let answer = timeout(PATIENCE, call).await.expect("in time").expect("no panic");
        assert_eq!(answer.expect("answered").json(), format!("[{n}]"));
    }
}

#[tokio::test]
async fn equal_calls_at_once_are_all_carried_out() {
    let module = sim::Module::new("Amplifier").status("volume", 0_i64).function(
        "up",
        Function::new(|call| {
            let volume = call.status("volume").and_then(|volume| volume.as_i64()).unwrap_or(0);
            call.set("volume", volume + 1);
            Ok(Value::from(volume + 1))
        }),
    );
    let building = building().module("sys-1", module).start().await.expect("a building");
    let client = client(&building);
    online(&client).await;
    let amplifier = client.system("sys-1").module("Amplifier", 1);
    let (first, second) = tokio::join!(
        amplifier.exec("up", ()).into_future(),
        amplifier.exec("up", ()).into_future(),
    );
    let volume = |answer: Result<Value, _>| answer.ok().and_then(|value| value.as_i64());
    assert_eq!((volume(first), volume(second)), (Some(1), Some(2)));
}

#[tokio::test]
async fn what_is_not_answered_ends_by_its_deadline() {
    let building = start().await;
    let client = client(&building);
    online(&client).await;
    for script in [Script::new(), Script::from(Reply::empty_body())] {
        building.next_request(Command::Exec, script);
        let call = display(&client).exec("echo", ()).timeout(Duration::from_millis(50));
        let error = call.await.expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::TimedOut { sent: true });
    }
    assert!(client.state().is_online());
}

#[tokio::test]
async fn without_a_connection_a_call_fails_at_once_or_waits_if_asked() {
    let building = start().await;
    let client = client(&building);
    let error = display(&client).exec("echo", ()).await.expect_err("not connected");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::NotConnected, false));
    display(&client).exec("echo", ()).wait_until_online().await.expect("answered");
}

#[tokio::test]
async fn any_request_may_be_made_and_read_whole() {
    let building = start().await;
    let client = client(&building);
    online(&client).await;
    let response = display(&client).raw(Command::Bind, "power", None).response().await;
    let response = response.expect("bound");
    assert!(response.encode().starts_with(r#"{"id":1,"type":"success","meta":{"sys":"sys-1""#));
}

#[tokio::test]
async fn a_call_near_the_bound_does_not_end_the_connection_of_all() {
    let building = start().await;
    let client = builder(&building).frame_limit(1 << 18).build().expect("a client");
    online(&client).await;
    let module = display(&client);
    for spare in [2000, 120, 110, 103, 100, 96, 90, 80, 0] {
        let few: Vec<_> =
            (0..30).map(|n| module.exec("nil", (n, "y".repeat(200))).into_future()).collect();
        let long = module.exec("nil", ("x".repeat((1 << 18) - spare), 1)).into_future();
        let (few, long) = tokio::join!(futures::future::join_all(few), long);
        assert!(few.iter().all(Result::is_ok), "{spare}");
        match long {
            Ok(_) => assert!(spare > 80, "{spare}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::TooLong, "{spare}"),
        }
    }
    assert_eq!(client.stats().failures, 0);
}

#[tokio::test]
async fn a_call_may_be_as_long_as_the_frame_limit_and_no_longer() {
    let building = start().await;
    let client = builder(&building).frame_limit(1 << 16).build().expect("a client");
    online(&client).await;
    let echo = |length: usize| display(&client).exec("echo", ["x".repeat(length)]);
    echo((1 << 16) - 200).await.expect("answered");
    let error = echo(1 << 16).await.expect_err("too long");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::TooLong, false));
}

#[tokio::test]
async fn the_timeout_of_functions_is_the_builders_unless_the_call_says_otherwise() {
    let building = start().await;
    let client = builder(&building).exec_timeout(Duration::from_millis(50)).build();
    let client = client.expect("a client");
    online(&client).await;
    building.next_request(Command::Exec, Script::new());
    let error = display(&client).exec("echo", ()).await.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::TimedOut { sent: true });
}
