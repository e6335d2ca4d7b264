use crate::*;

#[tokio::test]
async fn the_current_value_comes_first_and_then_each_change() {
    let building = start().await;
    let client = client(&building);
    let mut power = display(&client).bind("power");
    assert_eq!(value(&mut power).await, "true");
    building.set("sys-1", "Display", 1, "power", false).await;
    assert_eq!(value(&mut power).await, "false");
}

#[tokio::test]
async fn values_may_be_read_as_a_type_and_a_misfit_ends_nothing() {
    let building = start().await;
    let client = client(&building);
    let mut power = display(&client).bind("power").typed::<bool>();
    assert_eq!(item(&mut power).await.ok(), Some(true));
    building.set("sys-1", "Display", 1, "power", "perhaps").await;
    assert!(item(&mut power).await.is_err());
    building.set("sys-1", "Display", 1, "power", false).await;
    assert_eq!(item(&mut power).await.ok(), Some(false));
}

#[tokio::test]
async fn a_variable_without_a_value_is_silent_until_it_has_one() {
    let building = start().await;
    let client = client(&building);
    let mut unset = display(&client).bind("unset");
    building.until_heard(|heard| heard.bindings() == 1).await;
    building.set("sys-1", "Display", 1, "unset", 1_i64).await;
    building.set("sys-1", "Display", 1, "unset", Value::null()).await;
    assert_eq!(value(&mut unset).await, "1");
    assert_eq!(value(&mut unset).await, "null");
}

#[tokio::test]
async fn a_module_that_appears_later_is_heard_from_then_on() {
    let building = start().await;
    let client = client(&building);
    let mut later = client.system("sys-9").module("Later", 1).bind("power");
    building.until_heard(|heard| heard.bindings() == 1).await;
    building.add_module("sys-9", sim::Module::new("Later").status("power", true)).await;
    assert_eq!(value(&mut later).await, "true");
}

#[tokio::test]
async fn dropping_the_last_of_a_variable_unbinds_it() {
    let building = start().await;
    let client = client(&building);
    let (mut first, mut second) = (display(&client).bind("power"), display(&client).bind("power"));
    value(&mut first).await;
    value(&mut second).await;
    drop(first);
    building.set("sys-1", "Display", 1, "power", false).await;
    assert_eq!(value(&mut second).await, "false");
    assert_eq!(building.heard().of(Command::Unbind).count(), 0);
    drop(second);
    let heard = building.until_heard(|heard| heard.of(Command::Unbind).count() == 1).await;
    assert_eq!(heard.of(Command::Bind).count(), 1);
}

#[tokio::test]
async fn it_survives_a_cut_connection_with_a_gap() {
    let building = start().await;
    let client = client(&building);
    let mut power = display(&client).bind("power");
    value(&mut power).await;
    building.inject(Fault::Reset).await;
    let gap = loop {
        if let Update::Gap(failure) = next(&mut power).await {
            break failure;
        }
    };
    assert!(matches!(gap.observation(), Observation::Reset | Observation::Eof), "{gap}");
    client.retry();
    assert!(matches!(next(&mut power).await, Update::Resynced));
    assert_eq!(value(&mut power).await, "true");
}

#[tokio::test]
async fn a_resync_fetches_what_was_lost_on_the_servers_side() {
    let building = start().await;
    let client = client(&building);
    let mut power = display(&client).bind("power");
    value(&mut power).await;
    power.resync();
    assert!(matches!(next(&mut power).await, Update::Gap(_)));
    assert!(matches!(next(&mut power).await, Update::Resynced));
    assert_eq!(value(&mut power).await, "true");
    let heard = building.heard();
    assert_eq!((heard.of(Command::Bind).count(), heard.of(Command::Unbind).count()), (2, 1));
}

#[tokio::test]
async fn a_refused_bind_says_so_in_its_stream() {
    let building = start().await;
    let client = client(&building);
    // Modules whose name begins so are for support staff.
    let mut hidden = client.system("sys-1").module("_TRIGGER_", 1).bind("state");
    match next(&mut hidden).await {
        Update::Refused { error, retrying: false } => {
            assert_eq!(error.class(&Command::Bind), ErrorClass::Permission);
        }
        other => panic!("{other:?}"),
    }
    assert!(hidden.next().await.is_none());
}

#[tokio::test]
async fn a_notify_before_the_success_or_without_a_target_is_heard() {
    let building = start().await;
    let client = client(&building);
    building.next_request(Command::Bind, Script::new().reply(Reply::notify(7)).reply(Reply::own()));
    let mut power = display(&client).bind("power");
    assert_eq!(value(&mut power).await, "7");
    building.next_request(
        Command::Bind,
        Script::new().reply(Reply::notify(8).without("meta")).reply(Reply::own()),
    );
    let mut input = display(&client).bind("input");
    assert_eq!(value(&mut input).await, "8");
}

#[tokio::test]
async fn ten_thousand_are_restored_after_a_restart_none_missing_and_none_twice() {
    const COUNT: usize = 10_000;
    let building = start().await;
    let client = client(&building);
    let module = display(&client);
    let mut bound: Vec<_> = (0..COUNT).map(|n| module.bind(&format!("v{n}"))).collect();
    let names = |heard: &sim::Heard, connection: u64| {
        let mut names = BTreeMap::new();
        for said in heard.requests.iter().filter(|said| said.connection == connection) {
            assert_eq!(*said.request.command(), Command::Bind);
            *names.entry(said.request.key().name().to_owned()).or_insert(0) += 1;
        }
        assert!(names.values().all(|count| *count == 1), "none twice");
        names.len()
    };
    let heard = building.until_heard(|heard| heard.bindings() == COUNT).await;
    assert_eq!(names(&heard, 1), COUNT);

    let begin = Instant::now();
    building.restart().await.expect("restarted");
    client.retry();
    let heard = building.until_heard(|heard| heard.bindings() == COUNT).await;
    println!("{COUNT} bindings restored in {:?}, the wait included", begin.elapsed());
    let last = heard.requests.last().expect("binds").connection;
    assert_eq!(names(&heard, last), COUNT);

    building.set("sys-1", "Display", 1, "v0", 1_i64).await;
    building.set("sys-1", "Display", 1, "v9999", 2_i64).await;
    assert_eq!(value(&mut bound[0]).await, "1");
    assert_eq!(value(&mut bound[COUNT - 1]).await, "2");
    client.close().await;
}

#[tokio::test]
async fn a_variable_with_an_endless_name_does_not_end_the_connection_of_all() {
    let building = start().await;
    let client = builder(&building).frame_limit(1 << 16).build().expect("a client");
    let mut power = display(&client).bind("power");
    value(&mut power).await;
    let mut long = display(&client).bind(&"x".repeat(1 << 17));
    match next(&mut long).await {
        Update::Stopped(failure) => {
            assert_eq!(*failure.observation(), Observation::SubscriptionTooLong);
        }
        other => panic!("{other:?}"),
    }
    assert!(long.next().await.is_none());
    building.set("sys-1", "Display", 1, "power", false).await;
    assert_eq!(value(&mut power).await, "false");
    assert_eq!(client.stats().failures, 0);
}

#[tokio::test]
async fn one_stream_too_many_says_so() {
    let building = start().await;
    let client = builder(&building).max_bindings(1).build().expect("a client");
    let _one = display(&client).bind("power");
    let mut two = display(&client).bind("input");
    match next(&mut two).await {
        Update::Stopped(failure) => assert!(failure.to_string().contains("too many"), "{failure}"),
        other => panic!("{other:?}"),
    }
    assert!(two.next().await.is_none());
}

#[tokio::test]
async fn a_value_beyond_the_frame_limit_says_what_to_do() {
    let building = start().await;
    building.set("sys-1", "Display", 1, "big", "x".repeat(5000).as_str()).await;
    let client = builder(&building).frame_limit(1024).build().expect("a client");
    let mut big = display(&client).bind("big");
    match next(&mut big).await {
        Update::Gap(failure) => {
            let text = failure.to_string();
            assert!(text.contains("longer than the limit") && text.contains("raise"), "{text}");
        }
        other => panic!("{other:?}"),
    }
}
