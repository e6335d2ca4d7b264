//! La Marzocco: measurements. A machine sends them as soon as it is connected, so each round has a connection of its own.

use std::hint::black_box;

use futures::StreamExt;
use lamarzocco_client::{Client, Update};
use lamarzocco_proto::Frame;

use crate::group::{Group, Way};
use crate::raw::{Raw, Voice};
use crate::stage::{Stage, runtime};

pub(crate) fn events(stage: &Stage, count: u64) -> Group {
    let path = format!("/messages/{count}");
    let url = format!("ws://{}{path}", stage.address);
    let of_raw = {
        let (runtime, address) = (runtime(), stage.address.clone());
        Way::new("raw loop", count, move || {
            runtime.block_on(async { Raw::connect(&address, &path, Says).await.read(count).await });
        })
    };
    let runtime = runtime();
    let of_ours = Way::new("ours", count, move || {
        let client = Client::builder(&url).token("token").build().expect("a client");
        runtime.block_on(async {
            let mut updates = client.updates();
            for _ in 0..count {
                match black_box(updates.next().await) {
                    Some(Update::Message(_)) => {}
                    update => panic!("{update:?}"),
                }
            }
            client.close().await;
        });
    });
    Group { runs: 1, ..Group::new("La Marzocco: events", vec![of_raw, of_ours]) }
}

struct Says;

impl Voice for Says {
    fn request(&mut self) -> String {
        unreachable!("clients listen only")
    }

    fn hear(&mut self, text: &str) {
        for message in black_box(Frame::decode(text)).expect("a frame") {
            black_box(message).expect("a message");
        }
    }
}
