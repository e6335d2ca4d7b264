//! The servers, in a process of their own.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::{env, io};

use devicelink_sim::coolkit::Cloud;
use devicelink_sim::lamarzocco::Machine;
use devicelink_sim::placeos::{Building, Module};
use tokio::runtime::Runtime;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Vendor {
    Lamarzocco,
    Coolkit,
    Placeos,
}

pub(crate) struct Simulators {
    child: Child,
    /// By vendor, and whether without TLS.
    addresses: HashMap<String, String>,
}

impl Simulators {
    /// Those of all vendors; the building has a module with this many variables.
    pub(crate) fn start(variables: usize) -> Self {
        let mut command = Command::new(env::current_exe().expect("a path"));
        command.args(["simulate", &variables.to_string()]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let lines = output.lines().map_while(Result::ok).take_while(|line| !line.is_empty());
        let addresses = lines.filter_map(|line| {
            let (name, address) = line.split_once('\t')?;
            Some((name.to_owned(), address.to_owned()))
        });
        Self { addresses: addresses.collect(), child }
    }

    /// Where a client finds the server, with what it has to show there, and with the pin.
    pub(crate) fn address(&self, vendor: Vendor, is_plain: bool) -> &str {
        &self.addresses[&name(vendor, is_plain)]
    }
}

impl Drop for Simulators {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.child.stdin.take());
        self.child.wait().expect("it ends");
    }
}

fn name(vendor: Vendor, is_plain: bool) -> String {
    format!("{vendor:?} {is_plain}")
}

/// Says where the servers are, and lets them live until standard input ends.
pub(crate) fn run(variables: usize) {
    let runtime = Runtime::new().expect("a runtime");
    let servers: Vec<_> =
        [true, false].into_iter().map(|plain| runtime.block_on(start(plain, variables))).collect();
    println!();
    io::stdin().read_to_end(&mut Vec::new()).expect("the end");
    drop(servers);
    // Nobody waits for ten thousand connections to close.
    runtime.shutdown_background();
}

async fn start(is_plain: bool, variables: usize) -> (Machine, Cloud, Building) {
    let display =
        (0..variables).fold(Module::display(), |display, n| display.status(&format!("v{n}"), true));
    let (mut machine, mut cloud, mut building) =
        (Machine::builder(), Cloud::builder(), Building::builder().module("sys-1", display));
    if is_plain {
        (machine, cloud, building) = (machine.plain(), cloud.plain(), building.plain());
    }
    let machine = machine.start().await.expect("a machine");
    let cloud = cloud.start().await.expect("a cloud");
    let building = building.start().await.expect("a building");
    let tell = |vendor, parts: &[&str]| println!("{}\t{}", name(vendor, is_plain), parts.join(" "));
    tell(Vendor::Lamarzocco, &[&machine.url(), &machine.certificate_sha256(), &machine.token()]);
    let account = cloud.account();
    let [at, apikey, appid] = [&account.at, &account.apikey, &account.appid].map(|it| it.expose());
    tell(Vendor::Coolkit, &[&cloud.dispatch_url(), &cloud.certificate_sha256(), at, apikey, appid]);
    let credential = building.credential();
    tell(
        Vendor::Placeos,
        &[&building.base_url(), &building.certificate_sha256(), credential.secret().expose()],
    );
    (machine, cloud, building)
}
