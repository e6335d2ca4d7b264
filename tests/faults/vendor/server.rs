use std::net::SocketAddr;
use std::time::Duration;

use coolkit_proto::{Params, server};
use devicelink_sim::coolkit::{self, Cloud};
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::placeos::{self, Building};
use devicelink_sim::{Fault, FaultPlan, Identity, Seen};
use placeos_proto::{Command, Request};

use super::{DEVICE, Vendor};

pub(crate) enum Server {
    CoolKit(Cloud),
    LaMarzocco(Machine),
    PlaceOs(Building),
}

/// What is done about a call, for [`Server::answer`].
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    /// The right answer after so long.
    After(Duration),
    Never,
}

impl Server {
    pub(crate) async fn start(vendor: Vendor, faults: FaultPlan, is_plain: bool) -> Self {
        macro_rules! started {
            ($builder:expr) => {{
                let builder = $builder.faults(faults);
                let builder = if is_plain { builder.plain() } else { builder };
                builder.start().await.expect("a server")
            }};
        }
        match vendor {
            Vendor::CoolKit => {
                Self::CoolKit(started!(Cloud::builder().device(coolkit::Device::switch(DEVICE))))
            }
            Vendor::LaMarzocco => {
                Self::LaMarzocco(started!(Machine::builder().greeting([]).tick(Duration::ZERO)))
            }
            Vendor::PlaceOs => Self::PlaceOs(started!(
                Building::builder().module("sys-1", placeos::Module::display())
            )),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        each!(self, it => it.address())
    }

    /// The address of the WebSocket, as the client takes it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::PlaceOs(building) => building.base_url(),
            Self::CoolKit(cloud) => cloud.url(),
            Self::LaMarzocco(machine) => machine.url(),
        }
    }

    pub(crate) fn seen(&self) -> Seen {
        each!(self, it => it.seen())
    }

    pub(crate) async fn until(&self, condition: impl FnMut(&Seen) -> bool) -> Seen {
        each!(self, it => it.until(condition).await)
    }

    pub(crate) fn set_faults(&self, faults: FaultPlan) {
        each!(self, it => it.set_faults(faults));
    }

    pub(crate) fn identity(&self) -> Identity {
        each!(self, it => it.identity())
    }

    pub(crate) fn set_identity(&self, identity: Identity) {
        each!(self, it => it.set_identity(identity)).expect("a key that TLS can use");
    }

    pub(crate) async fn inject(&self, fault: impl Into<Fault>) {
        each!(self, it => it.inject(fault).await);
    }

    pub(crate) async fn send_text(&self, text: impl Into<String>) {
        each!(self, it => it.send_text(text).await);
    }

    /// An event with a number, as [`Events`](super::Events) read it.
    pub(crate) async fn publish(&self, number: u64) {
        match self {
            Self::CoolKit(cloud) => {
                let params = Params::new().with("n", number);
                let frame = server::device_update(DEVICE, &cloud.account().apikey, params);
                cloud.send_frame(&frame).await;
            }
            Self::LaMarzocco(machine) => {
                machine.send_text(format!(r#"{{"name":"Counter","data":"{number}"}}"#)).await;
            }
            Self::PlaceOs(building) => {
                let number = i64::try_from(number).expect("a small number");
                building.set("sys-1", "Display", 1, "n", number).await;
            }
        }
    }

    /// What is done about the calls of these numbers, which come in this order.
    pub(crate) fn answer(&self, answers: impl IntoIterator<Item = (u64, Answer)>) {
        match self {
            Self::CoolKit(cloud) => {
                for (number, answer) in answers {
                    let right = || coolkit::Reply::own().with("n", number);
                    cloud.next_command(match answer {
                        Answer::After(time) => coolkit::Script::new().wait(time).reply(right()),
                        Answer::Never => coolkit::Script::new(),
                    });
                }
            }
            Self::PlaceOs(building) => {
                for (_, answer) in answers {
                    building.next_request(
                        Command::Exec,
                        match answer {
                            Answer::After(time) => {
                                placeos::Script::new().wait(time).reply(placeos::Reply::own())
                            }
                            Answer::Never => placeos::Script::new(),
                        },
                    );
                }
            }
            Self::LaMarzocco(_) => unreachable!("there are no calls"),
        }
    }

    /// The numbers of the calls that were heard, in order.
    pub(crate) fn heard(&self) -> Vec<u64> {
        match self {
            Self::CoolKit(cloud) => cloud
                .heard()
                .commands()
                .filter_map(|frame| frame.params()?.json("n")?.as_u64())
                .collect(),
            Self::PlaceOs(building) => building
                .heard()
                .of(Command::Exec)
                .filter_map(|request: &Request| request.args()?.deserialize::<(u64,)>().ok())
                .map(|(number,)| number)
                .collect(),
            Self::LaMarzocco(_) => Vec::new(),
        }
    }

    /// Waits until so many calls were heard.
    pub(crate) async fn until_heard(&self, count: usize) {
        match self {
            Self::CoolKit(cloud) => {
                drop(cloud.until_heard(|heard| heard.commands().count() >= count).await);
            }
            Self::PlaceOs(building) => {
                let is_there = |heard: &placeos::Heard| heard.of(Command::Exec).count() >= count;
                drop(building.until_heard(is_there).await);
            }
            Self::LaMarzocco(_) => unreachable!("there are no calls"),
        }
    }

    /// A reply with a wrong number to each call that was heard, for [`send_text`](Self::send_text).
    pub(crate) fn wrong_replies(&self) -> Vec<String> {
        let ids: Vec<_> = match self {
            Self::CoolKit(cloud) => {
                let heard = cloud.heard();
                let sequences = heard.commands().filter_map(|frame| frame.sequence());
                sequences.map(|sequence| format!("{sequence:?}")).collect()
            }
            Self::PlaceOs(building) => {
                let heard = building.heard();
                heard.of(Command::Exec).map(|request| request.id().to_string()).collect()
            }
            Self::LaMarzocco(_) => Vec::new(),
        };
        ids.iter().map(|id| self.reply_to(id)).collect()
    }

    /// A reply with a wrong number to a call of this id, which is JSON.
    pub(crate) fn reply_to(&self, id: &str) -> String {
        match self {
            Self::CoolKit(cloud) => {
                let apikey = cloud.account().apikey;
                let apikey = apikey.expose();
                format!(
                    r#"{{"error":0,"deviceid":"{DEVICE}","apikey":"{apikey}","sequence":{id},"n":77777}}"#
                )
            }
            _ => format!(r#"{{"id":{id},"type":"success","code":200,"value":[77777]}}"#),
        }
    }

    /// The same without any id.
    pub(crate) fn reply_without_id(&self) -> String {
        let id = match self {
            Self::CoolKit(_) => "\"sequence\":0,",
            _ => "\"id\":0,",
        };
        self.reply_to("0").replace(id, "")
    }
}
