//! Shows a machine's certificate digests, for trust on first use.
//!
//! A machine on the local network has a certificate that no authority has signed. Look at it once, on a network that you
//! trust, and pin it from then on: `cargo run --example lamarzocco_pin --features lamarzocco -- 192.168.50.102`. No token
//! is sent. Without an address it looks at a simulated machine.

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use devicelink::lamarzocco::{inspect_certificate, target};
use devicelink_sim::lamarzocco::Machine;

mod common;

/// Shows the certificate digests of a La Marzocco machine: yours, or a simulated one.
#[derive(Parser)]
struct Args {
    /// The machine's address: a host, or a whole URL.
    address: Option<String>,
    /// How many seconds to wait for it.
    #[arg(long, default_value_t = 10)]
    timeout: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    common::run(run(Args::parse())).await
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    // The simulated machine is there as long as its handle.
    let mut _simulated = None;
    let address = match args.address {
        Some(address) => address,
        None => _simulated.insert(Machine::start().await?).url(),
    };
    let target = target(&address)?;
    if !target.is_tls() {
        return Err(
            "a ws:// address has no certificate to show: give a host or a wss:// address".into()
        );
    }
    let peer = inspect_certificate(&target, Duration::from_secs(args.timeout)).await?;
    writeln!(stdout(), "{target} shows a certificate with the SHA-256 digests")?;
    writeln!(stdout(), "  certificate  {}", peer.certificate)?;
    writeln!(stdout(), "  public key   {}", peer.public_key)?;
    writeln!(
        stdout(),
        "Pin the certificate, or its public key if the certificate is renewed with the same key."
    )?;
    writeln!(
        stdout(),
        "Do so only if you trust the network between this computer and the machine."
    )?;
    Ok(())
}
