//! Where to connect, and where not to.

use coolkit_proto::dispatch::{
    DispatchError, DispatchReply, DispatchRequest, Endpoint, HostPolicy, HttpReply, Method,
    RedirectError, Redirects, Region, WhyUntrusted,
};
use coolkit_proto::{ApiVersion, ErrorClass, HttpCode, Secret};

fn endpoint(body: &str) -> Result<String, DispatchError> {
    DispatchReply::from_bytes(body.as_bytes())?
        .endpoint(&HostPolicy::official())
        .map(|endpoint| endpoint.url())
}

#[test]
fn each_region_has_its_dispatch() {
    let urls: Vec<_> = Region::ALL
        .into_iter()
        .map(|region| DispatchRequest::to(region).url().to_owned())
        .collect();
    assert_eq!(
        urls,
        [
            "https://cn-dispa.coolkit.cn/dispatch/app",
            "https://as-dispa.coolkit.cc/dispatch/app",
            "https://us-dispa.coolkit.cc/dispatch/app",
            "https://eu-dispa.coolkit.cc/dispatch/app",
        ]
    );
    assert_eq!(DispatchRequest::without_region().url(), "https://dispa.coolkit.cc/dispatch/app");
    let test = DispatchRequest::test_environment();
    assert_eq!(test.url(), "https://test-dispa.coolkit.cn/dispatch/app");
    let request = DispatchRequest::to(Region::Us).with_token(&Secret::from("token7"));
    assert_eq!(request.authorization().unwrap().expose(), "Bearer token7");
    assert!(!format!("{request:?}").contains("token7"));
}

#[test]
fn the_older_dispatch_takes_a_body() {
    let request = DispatchRequest::legacy(Region::As, &Secret::from("id9"), "3BDdpq43", 5);
    assert_eq!((request.method(), request.method().as_str()), (Method::Post, "POST"));
    assert_eq!(request.url(), "https://as-disp.coolkit.cc:8080/dispatch/app");
    assert_eq!(
        request.body().unwrap(),
        r#"{"accept":"ws","appid":"id9","nonce":"3BDdpq43","ts":5,"version":8}"#
    );
    assert!(!format!("{request:?}").contains("id9"));
}

#[test]
fn a_port_that_cannot_be_used_is_8080() {
    for (port, used) in [
        ("8081", 8081),
        ("\"443\"", 443),
        ("0", 8080),
        ("65536", 8080),
        ("-1", 8080),
        ("8080.5", 8080),
        ("null", 8080),
        ("\"x\"", 8080),
        ("[1]", 8080),
    ] {
        let body = format!(r#"{{"error":0,"domain":"eu-pconnect1.coolkit.cc","port":{port}}}"#);
        let url = format!("wss://eu-pconnect1.coolkit.cc:{used}/api/ws");
        assert_eq!(endpoint(&body), Ok(url), "{port}");
    }
}

#[test]
fn without_a_domain_there_is_no_endpoint_whatever_the_address() {
    for domain in ["", r#","domain":null"#, r#","domain":"""#, r#","domain":7"#] {
        let body = format!(r#"{{"error":0,"IP":"18.0.0.1","port":8080{domain}}}"#);
        assert_eq!(endpoint(&body), Err(DispatchError::WithoutDomain));
    }
}

#[test]
fn a_refusal_has_a_code_and_a_class() {
    for (code, class) in [
        (400, ErrorClass::Permanent),
        (401, ErrorClass::Auth),
        (402, ErrorClass::Auth),
        (403, ErrorClass::Permanent),
        (500, ErrorClass::Retryable),
    ] {
        let error =
            endpoint(&format!(r#"{{"error":{code},"domain":"a.coolkit.cc"}}"#)).unwrap_err();
        assert_eq!(error, DispatchError::Refused { code: Some(HttpCode::new(code)) });
        assert_eq!(error.class(), class);
        assert!(!error.advice().is_empty());
    }
    let error = endpoint(r#"{"domain":"a.coolkit.cc"}"#).unwrap_err();
    assert_eq!(error, DispatchError::Refused { code: None });
    assert!(matches!(endpoint("<html>"), Err(DispatchError::Malformed(_))));
    assert!(matches!(endpoint("[]"), Err(DispatchError::Malformed(_))));
}

#[test]
fn only_hosts_of_the_cloud_get_the_token() {
    let policy = HostPolicy::official();
    for host in [
        "coolkit.cc",
        "coolkit.cn",
        "us-pconnect3.coolkit.cc",
        "cn-pconnect1.coolkit.cn",
        "US-PCONNECT3.CoolKit.CC",
        "a.b.coolkit.cc",
    ] {
        assert_eq!(policy.check(host, 8080).unwrap().host(), host.to_ascii_lowercase());
    }
    for host in [
        "evilcoolkit.cc",
        "coolkit.cc.example.org",
        "example.org",
        "coolkit.cc-example.org",
        "coolkit.com",
        "cc",
        "coolkit",
    ] {
        let why = policy.check(host, 8080).unwrap_err().why();
        assert!(matches!(why, WhyUntrusted::OtherDomain | WhyUntrusted::NotAName), "{host}");
    }
    for host in ["localhost", "0x7f000001"] {
        let policy = HostPolicy::official().and_domain(host);
        assert_eq!(policy.check(host, 8080).unwrap_err().why(), WhyUntrusted::NotAName);
    }
    for host in [
        "",
        ".",
        "coolkit.cc.",
        "us.coolkit.cc.",
        ".coolkit.cc",
        "a..coolkit.cc",
        "user@coolkit.cc",
        "user:password@coolkit.cc",
        "example.org@coolkit.cc",
        "example.org/.coolkit.cc",
        "example.org?.coolkit.cc",
        "example.org#.coolkit.cc",
        "example.org\\.coolkit.cc",
        "example.org:443.coolkit.cc",
        "coolkit.cc:8080",
        "wss://coolkit.cc",
        "example.org\r\n.coolkit.cc",
        "a b.coolkit.cc",
        " coolkit.cc",
        "a_b.coolkit.cc",
        "-a.coolkit.cc",
        "a-.coolkit.cc",
        "ｃoolkit.cc",
        "cоolkit.cc",
        "a\0.coolkit.cc",
        "%65.coolkit.cc",
        "127.0.0.1",
        "2130706433",
        "[::1]",
        "::1",
        "0x7f.1",
    ] {
        assert!(policy.check(host, 8080).is_err(), "{host:?}");
    }
    assert!(policy.check(&format!("{}.coolkit.cc", "a".repeat(64)), 1).is_err());
    assert!(policy.check(&format!("{}coolkit.cc", "a.".repeat(130)), 1).is_err());
    assert_eq!(policy.check("coolkit.cc", 0).unwrap_err().why(), WhyUntrusted::Port);
}

#[test]
fn a_refused_host_is_shown_escaped_and_never_with_a_user() {
    let policy = HostPolicy::official();
    let error = policy.check("user:password@coolkit.cc", 1).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("password"));
    let error = policy.check("evil\u{1b}[31m.example.org", 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the host is not a plain domain name: evil\\u{1b}[31m.example.org"
    );
    assert!(policy.check(&"a".repeat(100_000), 1).unwrap_err().to_string().len() < 200);
}

#[test]
fn other_hosts_need_an_explicit_override() {
    let policy = HostPolicy::official().and_domain("Example.org");
    assert!(policy.check("ws.example.org", 1).is_ok());
    assert!(policy.check("evilexample.org", 1).is_err());
    assert!(HostPolicy::official().and_domain("").check("example.org", 1).is_err());
    for (host, url) in [
        ("127.0.0.1", "ws://127.0.0.1:9/api/ws"),
        ("[::1]", "ws://[::1]:9/api/ws"),
        ("localhost", "ws://localhost:9/api/ws"),
    ] {
        assert_eq!(Endpoint::override_trust(host, 9, true).unwrap().url(), url);
    }
    for host in ["", "a/b", "a@b", "a b", "[", "[]", "[x]", "::1", "a:1", "é"] {
        assert!(Endpoint::override_trust(host, 9, false).is_err(), "{host}");
    }
}

#[test]
fn a_policy_may_trust_any_host_only_by_name() {
    let reply = DispatchReply::naming("127.0.0.1", "127.0.0.1", 4433);
    let url = |policy: &HostPolicy| reply.endpoint(policy).map(|endpoint| endpoint.url());
    assert!(url(&HostPolicy::official()).is_err());
    assert!(url(&HostPolicy::official().and_domain("127.0.0.1")).is_err());
    let trusting = HostPolicy::override_trust(false).and_domain("example.org");
    assert_eq!(url(&trusting).as_deref(), Ok("wss://127.0.0.1:4433/api/ws"));
    assert_eq!(url(&HostPolicy::override_trust(true)).as_deref(), Ok("ws://127.0.0.1:4433/api/ws"));
    assert!(DispatchReply::naming("user@host", "", 1).endpoint(&trusting).is_err());
}

#[test]
fn an_account_is_followed_to_another_region_once() {
    let v2 = HttpReply::new(200, br#"{"error":10004,"data":{"region":"eu"},"region":"us"}"#);
    let v1 = HttpReply::new(200, br#"{"error":301,"region":"cn"}"#);
    assert_eq!(Redirects::new().follow(&v2), Ok(Some(Region::Eu)));
    assert_eq!(Redirects::new().follow(&v1), Ok(Some(Region::Cn)));
    assert_eq!(v2.class(ApiVersion::V2), ErrorClass::RegionRedirect);
    let mut redirects = Redirects::new();
    assert_eq!(redirects.follow(&v1), Ok(Some(Region::Cn)));
    assert_eq!(redirects.follow(&v2), Err(RedirectError::Again));
    for body in [
        &br#"{"error":301,"data":{"region":"eu"}}"#[..],
        br#"{"error":10004,"region":"eu"}"#,
        br#"{"error":10004,"data":{"region":"example.org/"}}"#,
        br#"{"error":10004,"data":0}"#,
    ] {
        let reply = HttpReply::new(200, body);
        assert_eq!(Redirects::new().follow(&reply), Err(RedirectError::UnknownRegion));
    }
    assert_eq!(
        Redirects::new().follow(&HttpReply::new(200, br#"{"error":0,"region":"eu"}"#)),
        Ok(None)
    );
}

#[test]
fn the_status_is_the_code_of_an_answer_that_has_none() {
    let reply = HttpReply::new(503, b"<html>busy</html>");
    assert_eq!((reply.code(), reply.status()), (Some(HttpCode::new(503)), 503));
    assert_eq!(HttpReply::new(200, b"{}").class(ApiVersion::V2), ErrorClass::Unknown);
    assert_eq!(HttpReply::new(401, br#"{"error":402}"#).code(), Some(HttpCode::new(402)));
    assert_eq!(HttpReply::new(200, br#"{"error":"x"}"#).code(), None);
    assert!(HttpReply::new(200, b"\xff").body().is_err());
}
