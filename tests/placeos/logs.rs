use crate::*;

#[tokio::test]
async fn the_lines_of_a_module_come_while_somebody_listens() {
    let building = start().await;
    let client = client(&building);
    let mut log = client.system("sys-1").debug("mod-d1", 1).expect("a module's id");
    let line = item(&mut log).await;
    assert_eq!(
        (line.level.clone(), line.message.as_deref()),
        (Some(Level::Debug), Some("input changed to HDMI"))
    );
    assert_eq!(item(&mut log).await.level, Some(Level::Warn));
    building.log("mod-d1", Level::Error, "on fire").await;
    assert_eq!(item(&mut log).await.message.as_deref(), Some("on fire"));
    drop(log);
    building.until_heard(|heard| heard.of(Command::Ignore).count() == 1).await;
}

#[tokio::test]
async fn the_name_of_a_module_is_refused_because_the_server_would_stay_silent() {
    let building = start().await;
    let client = client(&building);
    let error = client.system("sys-1").debug("Display", 1).expect_err("a name");
    assert_eq!(error.kind(), ErrorKind::ModuleId);
    assert!(
        error.to_string().contains("\"Display\"") && error.to_string().contains("mod-"),
        "{error}"
    );
}
