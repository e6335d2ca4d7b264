//! What an observer sees of a link.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use longlink::net::{Ask, Attempt, Connector, Opened, Tap, TapEvent, Tapped};
use longlink::{Failure, Frame, Observation, Outcome, Secret};
use tokio::time::sleep;

use crate::memory::{Broken, Hanging, Memory, link, waiting};

/// What happened, in words.
type Words = Arc<Mutex<Vec<String>>>;

fn tapped<C: Connector>(connector: C) -> (Tapped<C>, Words) {
    let words = Words::default();
    let written = Arc::clone(&words);
    let text = |frame: &Frame| match frame {
        Frame::Text(text) => text.as_str().to_owned(),
        other => format!("{other:?}"),
    };
    let tap = Tap::new(move |epoch, event| {
        let word = match event {
            TapEvent::Received(frame) => format!("{epoch} < {}", text(frame)),
            TapEvent::Sent(frame) => format!("{epoch} > {}", text(frame)),
            TapEvent::Failed(failure) => format!("{epoch} {:?}", failure.observation()),
            event => format!("{epoch} {event:?}"),
        };
        written.lock().unwrap().push(word);
    });
    (Tapped::new(connector, Some(tap)), words)
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_every_frame_and_what_becomes_of_each_connection() {
    let (memory, mut peers) = Memory::new(8);
    let (connector, words) = tapped(memory);
    let link = link(connector);
    link.start();
    peers.next().await.unwrap().greet_and_go().await;
    let peer = peers.next().await.unwrap();
    let call = link.call("hi".into(), waiting());
    tokio::spawn(peer.serve());
    assert_eq!(call.await, Outcome::Ok("hi".into()));
    link.close().await;
    let words = words.lock().unwrap();
    let hello = words.iter().find(|word| word.starts_with("1 > hello")).expect("a greeting");
    assert_eq!(words[..5], ["1 Connecting", "1 Opened", hello, "1 < welcome", "1 Closed"]);
    let second: Vec<_> = words.iter().filter(|word| word.starts_with("2 ")).collect();
    assert!(second.iter().any(|word| word.starts_with("2 > call") && word.ends_with(" hi")));
    assert!(second.iter().any(|word| word.starts_with("2 < ok") && word.ends_with(" hi")));
    assert_eq!(words.iter().filter(|word| *word == "2 Closed").count(), 1);
    assert_eq!(words.last().unwrap(), "2 Closed");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_fails_or_is_given_up_is_seen_to_its_end() {
    let (connector, words) = tapped(Broken(Observation::Refused, Arc::new(AtomicUsize::new(0))));
    let broken = link(connector);
    broken.start();
    sleep(Duration::from_millis(1)).await;
    broken.close().await;
    assert_eq!(words.lock().unwrap()[..3], ["1 Connecting", "1 Refused", "1 Closed"]);

    let (connector, words) = tapped(Hanging(Arc::new(AtomicUsize::new(0))));
    let hanging = link(connector);
    hanging.start();
    sleep(Duration::from_millis(1)).await;
    hanging.close().await;
    assert_eq!(words.lock().unwrap()[..], ["1 Connecting", "1 Closed"]);
}

/// Opens with a credential for the greeting.
struct WithCredential(Memory);

#[async_trait]
impl Connector for WithCredential {
    async fn connect(&self, attempt: Attempt) -> Result<Opened, Failure> {
        Ok(self.0.connect(attempt).await?.with_credential(Secret::from("hunter2")))
    }
}

#[tokio::test]
async fn the_credential_passes_by_the_observer() {
    let (memory, _peers) = Memory::new(8);
    let (connector, words) = tapped(WithCredential(memory));
    let opened = connector.connect(Attempt::new(7, Ask::Current)).await.unwrap();
    assert_eq!(opened.credential, Some(Secret::from("hunter2")));
    assert_eq!(words.lock().unwrap()[..], ["7 Connecting", "7 Opened"]);
}
