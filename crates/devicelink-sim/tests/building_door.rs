//! How a building lets panels in.

mod common;

use common::panel::{Panel, bind, bound, plain};
use common::{get, refusal, request};
use devicelink_sim::Credential as Judged;
use devicelink_sim::placeos::{Building, Role};
use placeos_proto::endpoint::{Authority, Credential, Placement, Upgrade};
use placeos_proto::{Generation, Secret};
use tokio_tungstenite::tungstenite::Error;

const PATH: &str = "/api/engine/v2/systems/control";

fn api_key() -> Credential {
    Credential::api_key("KEYID.SECRET").unwrap()
}

fn bearer() -> Credential {
    Credential::bearer("JWT.TOKEN.SIG").unwrap()
}

async fn building() -> Building {
    plain()
        .grant(api_key(), Role::User)
        .grant(bearer(), Role::User)
        .grant(Credential::bearer("guest").unwrap(), Role::Guest)
        .start()
        .await
        .unwrap()
}

async fn status(building: &Building, credential: Credential) -> u16 {
    let opened = Panel::show(building, Generation::G3, credential).await;
    refusal(opened.map(|panel| panel.0))
}

#[tokio::test]
async fn everybody_is_told_the_authority() {
    let building = building().await;
    assert_eq!(building.authority_url(), format!("http://{}/auth/authority", building.domain()));
    let (status, head, body) = get(&building, "/auth/authority", None).await;
    assert!(status == 200 && head.contains("content-type: application/json"), "{head}");
    let authority = Authority::decode(&body).unwrap();
    assert!(authority.is_placeos());
    assert_eq!(authority.domain().as_deref(), Some("127.0.0.1"));
    assert_eq!((authority.session(), authority.config().unwrap().json()), (Some(false), "{}"));
    for text in [authority.id(), authority.name(), authority.login_url(), authority.logout_url()] {
        assert!(text.is_some());
    }
    assert_eq!(request(&building, "POST", "/auth/authority", None).await.0, 405);
    assert_eq!(get(&building, "/control/websocket", None).await.0, 404);
}

#[tokio::test]
async fn both_credentials_are_taken_from_every_place_and_a_fixed_device_may_say_so() {
    let building = building().await;
    for credential in [api_key(), bearer()] {
        for placement in [Placement::Header, Placement::Query, Placement::Cookie] {
            let upgrade = Upgrade::new(Generation::G3, credential.clone(), placement);
            for upgrade in [upgrade.clone(), upgrade.fixed_device()] {
                let mut panel = Panel::upgrade(&building, &upgrade).await.unwrap();
                assert_eq!(panel.ask(&bind(1, "power")).await, bound(1, "power"));
            }
        }
    }
    let seen = building.seen();
    assert_eq!(seen.upgrades, 12);
    assert!(seen.requests.iter().all(|it| it.path == PATH && it.is_authorized()));
}

#[tokio::test]
async fn a_new_key_opens_a_building_with_tls() {
    let building = Building::start().await.unwrap();
    assert_eq!(building.url(), format!("wss://{}{PATH}", building.domain()));
    assert_eq!(building.base_url(), format!("https://{}", building.address()));
    assert!(matches!(building.credential(), Credential::ApiKey(_)));
    let mut panel = Panel::open(&building).await;
    assert_eq!(panel.ask(&bind(1, "power")).await, bound(1, "power"));
    assert_ne!(building.credential(), Building::start().await.unwrap().credential());
}

#[tokio::test]
async fn unknown_credentials_are_401_with_a_reason_and_guests_403_without() {
    let building = building().await;
    let unknown = Panel::show(&building, Generation::G3, Credential::bearer("other").unwrap());
    let Err(Error::Http(answer)) = unknown.await.map(|_| ()) else { panic!() };
    assert_eq!(answer.status(), 401);
    let (code, _, body) = get(&building, PATH, None).await;
    assert!(code == 401 && body.starts_with(r#"{"error":""#), "{body}");
    assert_eq!(status(&building, Credential::bearer("guest").unwrap()).await, 403);
    let (code, _, body) = get(&building, PATH, Some("guest")).await;
    assert_eq!((code, body.as_str()), (403, ""));
    let judged: Vec<_> = building.seen().requests.iter().map(|it| it.credential).collect();
    assert_eq!(judged[..3], [Judged::Refused, Judged::Absent, Judged::Accepted]);
}

#[tokio::test]
async fn what_is_no_upgrade_is_426_and_a_strange_fixed_device_400() {
    let building = building().await;
    assert_eq!(get(&building, PATH, Some("JWT.TOKEN.SIG")).await.0, 426);
    let strange = format!("{PATH}?fixed_device=maybe");
    assert_eq!(get(&building, &strange, Some("JWT.TOKEN.SIG")).await.0, 400);
    assert_eq!(get(&building, &strange, None).await.0, 401);
}

#[tokio::test]
async fn a_credential_that_is_revoked_opens_nothing_and_closes_nothing() {
    let building = building().await;
    let mut panel = Panel::open(&building).await;
    building.revoke(&api_key());
    assert_eq!(status(&building, api_key()).await, 401);
    panel.hears_nothing().await;
    building.grant(api_key(), Role::Guest);
    assert_eq!(status(&building, api_key()).await, 403);
    building.grant(api_key(), Role::User);
    Panel::open(&building).await;
}

#[tokio::test]
async fn credentials_do_not_print() {
    let builder = plain().grant(api_key(), Role::User);
    let before = format!("{builder:?}");
    let building = builder.start().await.unwrap();
    Panel::upgrade(
        &building,
        &Upgrade::new(Generation::G3, building.credential(), Placement::Query),
    )
    .await
    .unwrap();
    let after = format!("{building:?}{:?}{:?}", building.seen(), building.heard());
    let Credential::ApiKey(key) = api_key() else { panic!() };
    assert_eq!(key, Secret::from("KEYID.SECRET"));
    assert!(!before.contains("SECRET") && !after.contains("SECRET"), "{before}{after}");
}
