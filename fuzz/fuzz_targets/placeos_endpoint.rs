//! The upgrade as a server reads it: a request line, then headers, a line each. And what a server says of itself.
#![no_main]

use devicelink_fuzz::{look, text_and_reference};
use libfuzzer_sys::fuzz_target;
use placeos_proto::Generation;
use placeos_proto::endpoint::{Authority, Credential, Placement, Upgrade};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Some((text, reference)) = text_and_reference(bytes) else { return };
    check_authority(text, reference.as_ref());
    let mut lines = text.split('\n');
    let target = lines.next().unwrap_or_default();
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
    let header =
        |name: &str| headers.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let found = Credential::present(target, header);
    look(&found);
    if let Ok(Some(credential)) = found {
        check_credential(&credential);
    }
    for credential in [Credential::api_key(target), Credential::bearer(target)] {
        look(&credential);
        if let Ok(credential) = credential {
            assert_eq!(credential.secret().expose(), target);
            check_credential(&credential);
        }
    }
});

/// It arrives wherever it stands, and prints nowhere.
fn check_credential(credential: &Credential) {
    let hidden = match credential {
        Credential::ApiKey(_) => Credential::api_key("id.secret"),
        Credential::Bearer(_) => Credential::bearer("secret"),
    };
    assert_eq!(format!("{credential:?}"), format!("{:?}", hidden.unwrap()));
    for placement in [Placement::Header, Placement::Query, Placement::Cookie] {
        let upgrade = Upgrade::new(Generation::G3, credential.clone(), placement).fixed_device();
        let header = upgrade.header();
        let look_up = |wanted: &str| {
            header.as_ref().filter(|(name, _)| *name == wanted).map(|(_, value)| value.expose())
        };
        let target = upgrade.path_and_query();
        assert!(target.expose().bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(
            Credential::present(target.expose(), look_up).as_ref(),
            Ok(&Some(credential.clone()))
        );
    }
}

fn check_authority(text: &str, reference: Option<&Value>) {
    match Authority::decode(text) {
        Ok(authority) => {
            look(&authority);
            look(&(authority.id(), authority.name(), authority.domain(), authority.is_placeos()));
            look(&(authority.login_url(), authority.logout_url(), authority.config()));
            let written = authority.encode();
            assert_eq!(Authority::decode(&written).unwrap(), authority);
            if let Some(reference) = reference {
                assert_eq!(&serde_json::from_str::<Value>(&written).unwrap(), reference);
                let session = reference.get("session").and_then(Value::as_bool);
                assert_eq!(authority.session(), session);
                let version = reference.get("version").and_then(Value::as_str);
                assert_eq!(authority.version().as_deref(), version);
            }
        }
        Err(error) => {
            assert!(!reference.is_some_and(Value::is_object), "{error}");
            assert!(error.offset() <= text.len() && error.excerpt().len() <= 64);
        }
    }
}
