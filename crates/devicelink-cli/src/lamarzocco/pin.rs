use std::fmt;
use std::time::Duration;

use clap::Args;
use devicelink::lamarzocco::{PeerCertificate, inspect_certificate, target};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Output;

/// Show the digests of a machine's certificate, to trust it from then on.
///
/// No token is sent. Do so only on a network that you trust.
#[derive(Args)]
#[command(after_help = "\
Example:
  devicelink lamarzocco pin 192.168.50.102")]
pub(crate) struct Pin {
    /// The machine's address, for example 192.168.50.102.
    address: String,
    /// How many seconds to wait for it.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
}

#[derive(Serialize)]
struct Shown {
    target: String,
    certificate: String,
    public_key: String,
}

impl Pin {
    pub(crate) async fn run(self, mut output: Output) -> Result<(), Failure> {
        let target = target(&self.address).map_err(Failure::usage)?;
        if !target.is_tls() {
            return Err(Failure::usage(
                "a ws:// address has no certificate to show: give a host or a wss:// address",
            ));
        }
        let timeout = Duration::from_secs(self.timeout);
        let PeerCertificate { certificate, public_key, .. } =
            inspect_certificate(&target, timeout).await?;
        let shown = Shown {
            target: target.to_string(),
            certificate: certificate.to_string(),
            public_key: public_key.to_string(),
        };
        Ok(output.say(&shown)?)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} shows a certificate with the SHA-256 digests\n  certificate  {}\n  public key   {}\n\
             Give one with --pin: the certificate's, or that of its public key if it is renewed with the same key.",
            self.target, self.certificate, self.public_key
        )
    }
}
