//! A simulated cloud and a client that others have written: what the tests with them share.

use std::fs;
use std::sync::LazyLock;

use devicelink_sim::coolkit::{Builder, Cloud, Device};

use crate::npm::{Package, Script};

pub(crate) const SWITCH: &str = "1000abcdef";
pub(crate) const FOUR: &str = "1000fedcba";

pub(crate) static PACKAGE: LazyLock<Option<Package>> =
    LazyLock::new(|| Package::install("coolkit"));

pub(crate) fn builder() -> Builder {
    Cloud::builder().device(Device::switch(SWITCH)).device(Device::four_channel(FOUR))
}

/// Starts a cloud, and a script that knows of it, with these variables besides.
pub(crate) async fn start(
    script: &str,
    builder: Builder,
    variables: &[(&str, &str)],
) -> Option<(Cloud, Script)> {
    let package = PACKAGE.as_ref()?;
    let cloud = builder.start().await.expect("a cloud");
    let root = format!("{}/{}.pem", env!("CARGO_TARGET_TMPDIR"), cloud.address().port());
    fs::write(&root, cloud.root_pem()).expect("a file");
    let account = cloud.account();
    let of_cloud = [
        ("NODE_EXTRA_CA_CERTS", root),
        ("CLOUD_URL", cloud.url()),
        ("CLOUD_DISPATCH", cloud.dispatch_url()),
        ("CLOUD_AT", account.at.expose().to_owned()),
        ("CLOUD_APIKEY", account.apikey.expose().to_owned()),
        ("CLOUD_APPID", account.appid.expose().to_owned()),
    ];
    let besides = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
    let script = package.run(script, of_cloud.into_iter().chain(besides));
    Some((cloud, script))
}
