//! Frames that no decent server sends.

use std::time::Duration;

use bytes::Bytes;
use devicelink::coolkit::{Observation, State, StopReason};
use devicelink_sim::Fault;

use crate::vendor::Answer;
use crate::*;

rows! {
    f14_replies_to_nobody_are_counted_and_the_link_is_kept: coolkit, placeos;
    f18_text_that_is_not_utf_8_is_closed_with_1007_three_times: coolkit, lamarzocco, placeos;
    f18_a_code_point_over_two_fragments_is_text: coolkit, lamarzocco, placeos;
    f21_what_is_no_message_is_told_or_counted_and_the_link_is_kept: coolkit, lamarzocco, placeos;
}

async fn f14_replies_to_nobody_are_counted_and_the_link_is_kept(vendor: Vendor) {
    const IDS: [&str; 8] =
        ["999999", "\"1\"", "-1", "9223372036854775808", "1e3", "null", "[1]", "\"\""];
    let bench = Bench::new(vendor).await;
    let (client, mut events) = bench.online().await;
    bench.server.answer([(7, Answer::After(Duration::from_millis(200)))]);
    let call = tokio::spawn(client.call(7));
    soon(bench.server.until_heard(2)).await;
    for id in IDS {
        bench.server.send_text(bench.server.reply_to(id)).await;
    }
    bench.server.send_text(bench.server.reply_without_id()).await;
    assert_eq!(soon(call).await.expect("no panic"), Ok(7));
    bench.exchange(&client, &mut events, 8).await;
    let stats = client.stats();
    assert_eq!((stats.attempts, stats.unmatched_replies), (1, IDS.len() as u64 + 1));
    report(
        "F14",
        vendor,
        format!(
            "{} odd replies, {} counted as matching nothing, the call answered, connections {}",
            IDS.len() + 1,
            stats.unmatched_replies,
            stats.attempts
        ),
    );
}

async fn f18_text_that_is_not_utf_8_is_closed_with_1007_three_times(vendor: Vendor) {
    let split = Fault::Raw(Bytes::from_static(b"\x01\x01\xc3\x80\x01\x28"));
    let bench = Bench::new(vendor).await;
    let (client, mut events) = bench.online().await;
    for (strike, fault) in (1..).zip([Fault::InvalidUtf8, split, Fault::InvalidUtf8]) {
        bench.server.inject(fault).await;
        let failure = events.failure().await;
        assert_eq!(*failure.observation(), Observation::Violation(1007));
        soon(bench.server.until(|seen| seen.closes_received == strike)).await;
        if strike < 3 {
            client.retry();
            bench.exchange(&client, &mut events, strike).await;
        }
    }
    let state = client.state();
    assert!(
        matches!(state, State::Stopped { reason: StopReason::NotTheProtocol, .. }),
        "{state:?}"
    );
    report("F18", vendor, "told 1007 three times, connected again twice, stopped at the third");
}

async fn f18_a_code_point_over_two_fragments_is_text(vendor: Vendor) {
    let bench = Bench::new(vendor).await;
    let (client, mut events) = bench.online().await;
    let text = "{\"x\":\"é\"}".as_bytes();
    let middle = text.iter().position(|byte| *byte == 0xc3).expect("é") + 1;
    let fragment = |first: u8, part: &[u8]| [&[first, part.len() as u8], part].concat();
    let frame = [fragment(0x01, &text[..middle]), fragment(0x80, &text[middle..])].concat();
    bench.server.inject(Fault::Raw(frame.into())).await;
    bench.exchange(&client, &mut events, 1).await;
    assert_eq!(client.stats().attempts, 1);
}

async fn f21_what_is_no_message_is_told_or_counted_and_the_link_is_kept(vendor: Vendor) {
    const TEXTS: [&str; 14] = [
        "",
        " ",
        "no JSON \u{7} at all",
        "pong ",
        "PONG",
        "\"pong\"",
        "null",
        "[]",
        "[[]]",
        "{}",
        "{\"type\":\"novel\"}",
        "{\"action\":\"novel\"}",
        "{\"type\":7,\"action\":[],\"name\":{},\"data\":null}",
        "{\"id\":",
    ];
    let bench = Bench::new(vendor).await;
    let (client, mut events) = bench.online().await;
    for text in TEXTS {
        bench.server.send_text(text).await;
    }
    for bytes in [&b""[..], b"\xff\xfe", b"{}", b"pong"] {
        bench.server.inject(Fault::Binary(Bytes::copy_from_slice(bytes))).await;
    }
    bench.exchange(&client, &mut events, 1).await;
    let stats = client.stats();
    assert_eq!((stats.attempts, stats.failures), (1, 0));
    assert!(stats.malformed > 0);
    report(
        "F21",
        vendor,
        format!(
            "{} odd frames, {} counted as malformed, connections lost 0",
            TEXTS.len() + 4,
            stats.malformed
        ),
    );
}
