//! Peers that are not who they should be.

use devicelink::coolkit::{Observation, Pin, TlsOptions};
use devicelink_sim::{FaultPlan, Identity};

use crate::*;

rows! {
    f25_a_wrong_identity_is_refused_before_a_byte_is_said: coolkit, lamarzocco, placeos;
}

async fn f25_a_wrong_identity_is_refused_before_a_byte_is_said(vendor: Vendor) {
    let genuine = Identity::generate().expect("an identity");
    let pin: Pin = genuine.certificate_sha256().parse().expect("a pin");
    let rooted = |identity: &Identity| {
        let tls = TlsOptions::new().without_builtin_roots();
        tls.root_pem(identity.root_pem()).expect("a root")
    };
    let another = Identity::for_names(["espresso.example"]).expect("an identity");
    let expired = Identity::expired().expect("an identity");
    let cases = [
        ("wrong name", another.clone(), rooted(&another)),
        ("expired", expired.clone(), rooted(&expired)),
        ("self-signed", genuine.clone(), TlsOptions::new().without_builtin_roots().webpki_roots()),
        ("pin mismatch", another, TlsOptions::new().pin(pin)),
        ("without its key", genuine.impostor().expect("an identity"), TlsOptions::new().pin(pin)),
    ];
    let count = cases.len();
    let mut bytes = 0;
    for (name, identity, tls) in cases {
        let bench = Bench::with_faults(vendor, FaultPlan::new()).await;
        bench.server.set_identity(identity);
        let client = bench.client_with(Options { tls: Some(tls), ..Options::default() });
        let failure = client.events().failure().await;
        assert!(matches!(failure.observation(), Observation::Tls(_)), "{name}: {failure:?}");
        let seen = bench.server.until(|seen| seen.tls_failures == 1).await;
        assert_eq!(seen.tls_handshakes, 0, "{name}");
        bytes += seen.bytes_received;
        let first = bench.wire.traffic().connections[0].first_byte;
        assert_eq!(first, Some(0x16), "what the client says first is TLS");
    }
    assert_eq!(bytes, 0);
    report(
        "F25",
        vendor,
        format!("{count} wrong identities refused, {bytes} application bytes sent"),
    );
}
