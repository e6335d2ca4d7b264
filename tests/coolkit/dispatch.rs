use crate::*;

#[tokio::test]
async fn it_is_asked_before_every_attempt() {
    let cloud = start().await;
    let client = client(&cloud);
    for attempt in 1..=3 {
        online(&client).await;
        let asked = cloud.seen().requests.iter().filter(|it| it.path == "/dispatch/app").count();
        assert_eq!(asked, attempt);
        cloud.kick().await;
        wait(&client).await;
        client.retry();
    }
}

#[tokio::test]
async fn a_foreign_host_gets_nothing() {
    let cloud = start().await;
    for domain in ["127.0.0.1", "evilcoolkit.cc", "coolkit.cc.example.org", "localhost"] {
        let port = cloud.address().port();
        cloud.next_dispatch(Dispatch::Host { domain: domain.into(), port });
        let client = Client::builder(credentials(&cloud.account()))
            .dispatch(cloud.dispatch_url())
            .pin(cloud.certificate_sha256().parse().expect("a pin"))
            .build()
            .expect("a client");
        let (kind, text) = stop(&client).await;
        assert_eq!(kind, ErrorKind::Stopped);
        assert!(text.contains("not one that credentials may be sent to"), "{text}");
        assert!(matches!(client.state(), State::Stopped { reason: StopReason::UntrustedHost, .. }));
    }
    assert_eq!(cloud.seen().upgrades, 0);
    assert_eq!(cloud.heard().frames.len(), 0);
}

#[tokio::test]
async fn its_errors_are_what_they_are_at_the_login() {
    let cloud = start().await;
    for (answer, expected) in [
        (Dispatch::Code(401), Some(ErrorKind::AuthLost)),
        (Dispatch::Code(402), Some(ErrorKind::AuthLost)),
        (Dispatch::Code(403), Some(ErrorKind::ConfigRejected)),
        (Dispatch::from(Answer::status(404)), Some(ErrorKind::Stopped)),
        (Dispatch::from(Answer::redirect("https://example.org/")), Some(ErrorKind::Stopped)),
        (Dispatch::Code(500), None),
        (Dispatch::WithoutDomain, None),
        (Dispatch::from(Answer::html(503)), None),
        (Dispatch::from(Answer::html(200)), None),
    ] {
        let shown = format!("{answer:?}");
        cloud.next_dispatch(answer);
        let client = client(&cloud);
        match expected {
            Some(kind) => assert_eq!(stop(&client).await.0, kind, "{shown}"),
            None => assert_eq!(
                wait(&client).await.verdict(),
                devicelink::coolkit::Verdict::Retry,
                "{shown}"
            ),
        }
    }
    assert_eq!(cloud.seen().upgrades, 0);
}

struct Own(String);

#[async_trait]
impl HttpClient for Own {
    async fn get(&self, path: &str, _: usize) -> Result<HttpResponse, HttpError> {
        assert_eq!(path, "/dispatch/app");
        Ok(HttpResponse::new(200, self.0.clone()))
    }
}

#[tokio::test]
async fn it_may_be_asked_by_a_client_of_the_users_own() {
    let cloud = start().await;
    let port = cloud.address().port();
    let own = Own(format!(r#"{{"error":0,"domain":"127.0.0.1","port":"{port}"}}"#));
    let client = Client::builder(credentials(&cloud.account()))
        .http(own)
        .trust_any_host()
        .pin(cloud.certificate_sha256().parse().expect("a pin"))
        .build()
        .expect("a client");
    online(&client).await;
}

#[tokio::test]
async fn a_fixed_endpoint_needs_none() {
    let cloud = start().await;
    let client = Client::builder(credentials(&cloud.account()))
        .endpoint(cloud.url())
        .pin(cloud.certificate_sha256().parse().expect("a pin"))
        .build()
        .expect("a client");
    online(&client).await;
    assert!(cloud.seen().requests.iter().all(|request| request.path != "/dispatch/app"));
}

/// A dispatch that gives these answers, the last one first, and then names the cloud.
struct Flaky {
    answers: std::sync::Mutex<Vec<HttpResponse>>,
    body: String,
}

impl Flaky {
    fn new(cloud: &Cloud, answers: impl Fn(&str) -> Vec<HttpResponse>) -> Self {
        let port = cloud.address().port();
        let body = format!(r#"{{"error":0,"domain":"127.0.0.1","port":"{port}"}}"#);
        Self { answers: answers(&body).into(), body }
    }
}

#[async_trait]
impl HttpClient for Flaky {
    async fn get(&self, _: &str, _: usize) -> Result<HttpResponse, HttpError> {
        let answer = self.answers.lock().expect("no panic").pop();
        Ok(answer.unwrap_or_else(|| HttpResponse::new(200, self.body.clone())))
    }
}

fn through(cloud: &Cloud, http: Flaky, at: &str) -> Builder {
    let account = cloud.account();
    Client::builder(Credentials::new(at, account.apikey.expose(), account.appid.expose()))
        .http(http)
        .trust_any_host()
        .pin(cloud.certificate_sha256().parse().expect("a pin"))
}

/// A source that counts how often it is asked.
struct Counted(String, std::sync::Arc<std::sync::atomic::AtomicUsize>);

#[async_trait]
impl CredentialSource for Counted {
    async fn credential(&self, _: Ask) -> Result<Secret, Failure> {
        self.1.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(Secret::from(self.0.as_str()))
    }
}

#[tokio::test]
async fn a_refreshed_token_outlives_a_busy_dispatch() {
    let cloud = start().await;
    let http = Flaky::new(&cloud, |body| {
        vec![HttpResponse::new(503, "busy"), HttpResponse::new(200, body.to_owned())]
    });
    let asked = std::sync::Arc::default();
    let source = Counted(cloud.account().at.expose().to_owned(), std::sync::Arc::clone(&asked));
    let client = through(&cloud, http, "old").refresh(source).build().expect("a client");
    wait(&client).await;
    client.retry();
    online(&client).await;
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_status_that_is_no_success_names_no_host() {
    let cloud = start().await;
    for status in [302, 403, 500] {
        let http = Flaky::new(&cloud, |body| vec![HttpResponse::new(status, body.to_owned())]);
        let client = through(&cloud, http, cloud.account().at.expose()).build().expect("a client");
        let _updates = client.updates();
        let mut states = client.states();
        loop {
            match client.state() {
                State::Waiting { failure, .. } | State::Stopped { failure, .. } => {
                    assert!(failure.to_string().contains(&status.to_string()), "{failure}");
                    break;
                }
                _ => drop(timeout(PATIENCE, states.next()).await.expect("in time")),
            }
        }
        client.close().await;
    }
    assert_eq!(cloud.seen().upgrades, 0);
}

#[tokio::test]
async fn a_page_that_blocks_is_retried_slowly_and_retry_after_is_obeyed() {
    let cloud = start().await;
    for (answer, least) in
        [(Answer::html(403), 900.0), (Answer::status(429).header("retry-after", "120"), 120.0)]
    {
        cloud.next_dispatch(answer);
        let client = client(&cloud);
        wait(&client).await;
        let waits = client.next_attempt_in().expect("it waits").as_secs_f64();
        assert!(waits > least - 1.0, "{waits}");
        client.close().await;
    }
}

#[tokio::test]
async fn a_dispatch_that_may_not_name_a_host_does_not_get_the_token_either() {
    let cloud = start().await;
    let builder = |trusting: bool| {
        let builder = Client::builder(credentials(&cloud.account()))
            .dispatch(format!("{}?region=eu", cloud.dispatch_url()))
            .pin(cloud.certificate_sha256().parse().expect("a pin"));
        if trusting { builder.trust_any_host() } else { builder }
    };
    stop(&builder(false).build().expect("a client")).await;
    online(&builder(true).build().expect("a client")).await;
    let seen = cloud.seen();
    let asked: Vec<_> =
        seen.requests.iter().filter(|it| it.path.starts_with("/dispatch/app")).collect();
    let credentials: Vec<_> = asked.iter().map(|request| request.credential).collect();
    assert_eq!(credentials, [Credential::Absent, Credential::Accepted]);
}

#[tokio::test]
async fn it_is_not_asked_more_often_than_once_a_second() {
    let cloud = start().await;
    for _ in 0..20 {
        cloud.next_dispatch(Dispatch::Code(500));
    }
    let client = client(&cloud);
    wait(&client).await;
    for _ in 0..50 {
        client.retry();
        tokio::task::yield_now().await;
    }
    let waits = client.next_attempt_in().expect("it waits");
    assert!(waits > Duration::from_millis(500) && waits <= Duration::from_secs(1), "{waits:?}");
}

#[tokio::test]
async fn what_it_refuses_is_told_with_what_to_do() {
    let cloud = start().await;
    for (code, expected) in [(10004, "`region`"), (412, "quota"), (403, "quota")] {
        cloud.next_dispatch(Dispatch::Code(code));
        let (kind, text) = stop(&client(&cloud)).await;
        assert_eq!(kind, ErrorKind::ConfigRejected);
        assert!(text.contains(expected) && text.contains(&code.to_string()), "{text}");
    }
    cloud.next_dispatch(Dispatch::Host { domain: "elsewhere.example".into(), port: 8080 });
    let untrusting = Client::builder(credentials(&cloud.account()))
        .dispatch(cloud.dispatch_url())
        .pin(cloud.certificate_sha256().parse().expect("a pin"));
    let (_, text) = stop(&untrusting.build().expect("a client")).await;
    assert!(text.contains("elsewhere.example") && text.contains("`allow_domain`"), "{text}");
}
