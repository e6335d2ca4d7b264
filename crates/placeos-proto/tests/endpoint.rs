//! Where to connect, and what is shown at the door.

use placeos_proto::endpoint::{Authority, Credential, InvalidCredential, Placement, Upgrade};
use placeos_proto::{Generation, Secret, Value};

fn key() -> Credential {
    Credential::api_key("keyid.f00dfeed").unwrap()
}

fn token() -> Credential {
    Credential::bearer("JWT.TO+KEN/.SIG=").unwrap()
}

/// What stands in the URL, and in the header.
fn sent(credential: Credential, placement: Placement) -> (String, Option<(&'static str, String)>) {
    let upgrade = Upgrade::new(Generation::G3, credential, placement);
    let header = upgrade.header().map(|(name, value)| (name, value.expose().to_owned()));
    (upgrade.path_and_query().expose().to_owned(), header)
}

#[test]
fn a_credential_stands_in_one_place() {
    let path = "/api/engine/v2/systems/control";
    let header = |name, value: &str| Some((name, value.to_owned()));
    for (credential, placement, query, expected) in [
        (key(), Placement::Header, "", header("X-API-Key", "keyid.f00dfeed")),
        (token(), Placement::Header, "", header("Authorization", "Bearer JWT.TO+KEN/.SIG=")),
        (key(), Placement::Query, "?api-key=keyid.f00dfeed", None),
        (token(), Placement::Query, "?bearer_token=JWT.TO%2BKEN%2F.SIG%3D", None),
        (key(), Placement::Cookie, "", header("Cookie", "api-key=keyid.f00dfeed")),
        (token(), Placement::Cookie, "", header("Cookie", "bearer_token=JWT.TO+KEN/.SIG=")),
    ] {
        assert_eq!(sent(credential, placement), (format!("{path}{query}"), expected));
    }
}

#[test]
fn a_fixed_device_says_so_first() {
    let target = |placement| {
        let upgrade = Upgrade::new(Generation::G3, key(), placement).fixed_device();
        upgrade.path_and_query().expose().to_owned()
    };
    let path = "/api/engine/v2/systems/control?fixed_device=true";
    assert_eq!(target(Placement::Header), path);
    assert_eq!(target(Placement::Query), format!("{path}&api-key=keyid.f00dfeed"));
}

#[test]
fn a_server_finds_what_a_client_sends() {
    for credential in [key(), token()] {
        for placement in [Placement::Header, Placement::Query, Placement::Cookie] {
            let upgrade = Upgrade::new(Generation::G1, credential.clone(), placement);
            let header = upgrade.header();
            let look_up = |wanted: &str| {
                header.as_ref().filter(|(name, _)| *name == wanted).map(|(_, value)| value.expose())
            };
            let found = Credential::present(upgrade.path_and_query().expose(), look_up);
            assert_eq!(found, Ok(Some(credential.clone())));
        }
    }
    assert_eq!(Credential::present("/api/engine/v2/systems/control", |_| None), Ok(None));
}

#[test]
fn the_first_place_counts_in_the_order_of_the_vendors_server() {
    let places: [(&str, &str); 6] = [
        ("X-API-Key", "a.1"),
        ("?", "api-key=a.2"),
        ("Cookie", "api-key=a.3"),
        ("Authorization", "Token t4"),
        ("?", "bearer_token=t5"),
        ("Cookie", "bearer_token=t6"),
    ];
    for (number, expected) in (0..).zip(["a.1", "a.2", "a.3", "t4", "t5", "t6"]) {
        let rest = &places[number..];
        let all = |place: &str, separator| {
            let values = rest.iter().filter(|(name, _)| *name == place).map(|(_, value)| *value);
            values.collect::<Vec<_>>().join(separator)
        };
        let (query, cookies) = (format!("/x?{}", all("?", "&")), all("Cookie", "; "));
        let header = |name: &str| match name {
            "Cookie" => Some(cookies.as_str()),
            _ => rest.iter().find(|(place, _)| *place == name).map(|(_, value)| *value),
        };
        let found = Credential::present(&query, header).unwrap().unwrap();
        assert_eq!(found.secret().expose(), expected);
    }
}

#[test]
fn an_empty_authorization_ends_the_search() {
    for empty in ["Bearer ", ""] {
        let header = |name: &str| (name == "Authorization").then_some(empty);
        let found = Credential::present("/x?bearer_token=t", header);
        assert_eq!(found, Err(InvalidCredential::Characters));
    }
}

#[test]
fn an_api_key_has_an_id_and_a_secret() {
    for wrong in ["f00dfeed", ".f00dfeed", "keyid."] {
        assert_eq!(Credential::api_key(wrong), Err(InvalidCredential::ApiKeyForm));
    }
    assert!(Credential::api_key("keyid.f00d.feed").is_ok());
}

#[test]
fn a_credential_cannot_break_out_of_its_place() {
    for wrong in ["", "a.b\r\nX: y", "a.b c", "a.b;c", "a.\"b\"", "a.b,c", "a.b\\", "a.é", "a.b\0"]
    {
        assert_eq!(Credential::api_key(wrong), Err(InvalidCredential::Characters), "{wrong:?}");
        assert_eq!(Credential::bearer(wrong), Err(InvalidCredential::Characters), "{wrong:?}");
    }
}

#[test]
fn nothing_that_holds_a_credential_prints_it() {
    for credential in [key(), token()] {
        for placement in [Placement::Header, Placement::Query, Placement::Cookie] {
            let upgrade = Upgrade::new(Generation::G3, credential.clone(), placement);
            let shown = format!(
                "{upgrade:?} {credential:?} {:?} {:?} {:?}",
                upgrade.path_and_query(),
                upgrade.header(),
                Secret::from("f00dfeed")
            );
            assert!(!shown.contains("f00dfeed") && !shown.contains("SIG"), "{shown}");
        }
    }
    let error = Credential::api_key("f00dfeed").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("f00dfeed"));
}

#[test]
fn the_authority_keeps_all_of_its_members() {
    let text = r#"{"id":"authority-1","name":"sim","description":"","domain":"127.0.0.1","login_url":"/login?continue={{url}}","logout_url":"/logout","session":false,"production":false,"config":{"a":1.50},"version":"2.2401.0","new":[null]}"#;
    let authority = Authority::decode(text).unwrap();
    assert_eq!(authority.encode(), text);
    assert_eq!(authority.id().as_deref(), Some("authority-1"));
    assert_eq!(authority.name().as_deref(), Some("sim"));
    assert_eq!(authority.login_url().as_deref(), Some("/login?continue={{url}}"));
    assert_eq!(authority.logout_url().as_deref(), Some("/logout"));
    assert_eq!(authority.session(), Some(false));
    assert_eq!(authority.config(), Some(Value::parse(r#"{"a":1.50}"#).unwrap()));
    assert!(authority.is_placeos());
    for (version, expected) in [("1.0.0", false), ("9.1.2", true), ("", false)] {
        assert_eq!(Authority::new().with("version", &version.into()).is_placeos(), expected);
    }
    assert!(!Authority::default().is_placeos() && Authority::decode("[]").is_err());
}
