use crate::*;

fn built(change: impl FnOnce(Builder) -> Builder) -> (ErrorKind, String) {
    let builder = Client::builder(Credentials::new("token", "apikey", "appid"));
    let error = change(builder.region(Region::Us)).build().expect_err("wrong input");
    (error.kind(), error.to_string())
}

#[test]
fn an_address_that_is_none_is_told_with_what_is_expected() {
    let no_place = Client::builder(Credentials::new("token", "apikey", "appid")).build();
    let text = no_place.expect_err("no place").to_string();
    assert!(text.contains("give a region"), "{text}");
    for url in ["", "us", "http://us-pconnect3.coolkit.cc", "https://host", "ws://example.org"] {
        assert_eq!(built(|builder| builder.endpoint(url)).0, ErrorKind::Address, "{url}");
    }
    for url in ["", "us-dispa.coolkit.cc", "wss://host", "http://us-dispa.coolkit.cc"] {
        assert_eq!(built(|builder| builder.dispatch(url)).0, ErrorKind::Address, "{url}");
    }
}

#[test]
fn durations_and_limits_out_of_bounds_are_told_by_name() {
    let (kind, text) = built(|builder| builder.command_timeout(Duration::ZERO));
    assert_eq!(kind, ErrorKind::Duration);
    assert!(text.contains("command_timeout is 0ns"), "{text}");
    let (kind, text) = built(|builder| builder.max_commands(0));
    assert_eq!(kind, ErrorKind::Limit);
    assert!(text.contains("max_commands is 0"), "{text}");
}

#[test]
fn an_identifier_that_is_none_is_refused_before_anything_is_sent() {
    let client = Client::builder(Credentials::new("token", "apikey", "appid"));
    let client = client.region(Region::Us).build().expect("a client");
    for id in ["", "babe cafe", "../devices", "\"", "ä000000000", &"a".repeat(65)] {
        let error = client.device(id).expect_err("no identifier");
        assert_eq!(error.kind(), ErrorKind::DeviceId, "{id}");
    }
    assert!(client.device("babecafe11").is_ok());
}

#[test]
fn a_domain_that_is_none_is_told_before_anything_is_sent() {
    for domain in ["", "cc", "https://my.cloud", ".example.org", "exa mple.org", "127.0.0.1"] {
        let (kind, text) = built(|builder| builder.allow_domain(domain));
        assert_eq!(kind, ErrorKind::Address, "{domain}");
        assert!(text.contains("is no domain"), "{text}");
    }
}

#[test]
fn an_address_without_a_path_has_the_usual_one() {
    for change in [
        |builder: Builder| builder.endpoint("wss://us-pconnect3.coolkit.cc:8080"),
        |builder: Builder| builder.dispatch("https://eu-dispa.coolkit.cc"),
    ] {
        let builder = Client::builder(Credentials::new("token", "apikey", "appid"));
        assert!(change(builder).build().is_ok());
    }
}

#[test]
fn a_region_is_read_in_any_case() {
    assert_eq!("EU".parse(), Ok(Region::Eu));
    assert!("mars".parse::<Region>().is_err());
}

#[test]
fn limits_of_the_heartbeat_that_would_flood_the_cloud_are_refused() {
    let limits = HeartbeatLimits { default: 0, min: 0, max: 0 };
    let (kind, text) = built(|builder| builder.heartbeat_limits(limits));
    assert_eq!(kind, ErrorKind::Limit);
    assert!(text.contains("heartbeat_limits"), "{text}");
}
