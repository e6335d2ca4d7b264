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

#[tokio::test]
async fn the_oldest_servers_take_the_name_of_a_module() {
    let building = Building::builder()
        .generation(Generation::G1)
        .grant(Credential::bearer("JWT.TOKEN.SIG").expect("a token"), Role::User)
        .module("sys-1", sim::Module::new("Bookings").id("mod-b"))
        .start()
        .await
        .expect("a building");
    let client = Client::builder(building.base_url())
        .bearer("JWT.TOKEN.SIG")
        .placement(Placement::Query)
        .generation(Generation::G1)
        .pin(building.certificate_sha256().parse().expect("a pin"))
        .build()
        .expect("a client");
    let mut log = client.system("sys-1").debug("Bookings", 1).expect("names are taken");
    building.until_heard(|heard| heard.debugs() == 1).await;
    building.log("mod-b", Level::Debug, "hello").await;
    assert_eq!(item(&mut log).await.message.as_deref(), Some("hello"));
}
