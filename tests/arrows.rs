//! The arrows between the crates, and what may stand below them.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each crate of the workspace may depend on among its own kind.
const ARROWS: &[(&str, &[&str])] = &[
    ("devicelink", &["coolkit-client", "lamarzocco-client", "placeos-client"]),
    ("coolkit-client", &["coolkit-proto", "longlink"]),
    ("lamarzocco-client", &["lamarzocco-proto", "longlink"]),
    ("lamarzocco-proto", &[]),
    ("coolkit-proto", &["wirejson"]),
    ("placeos-client", &["longlink", "placeos-proto"]),
    ("placeos-proto", &[]),
    ("longlink", &[]),
    ("wirejson", &[]),
    ("devicelink-cli", &["devicelink", "devicelink-sim"]),
    ("devicelink-sim", &["coolkit-proto", "lamarzocco-proto", "placeos-proto"]),
];

/// What a crate without I/O never needs, neither itself nor below it.
const NO_IO: &[&str] = &[
    "async-trait",
    "fastrand",
    "futures",
    "futures-core",
    "hyper",
    "longlink",
    "rand",
    "rustls",
    "tokio",
    "tokio-tungstenite",
    "tracing",
    "tungstenite",
];

/// Crates that deny clocks and randomness by `clippy.toml`.
const PURE: &[&str] =
    &["coolkit-proto", "lamarzocco-proto", "longlink", "placeos-proto", "wirejson"];

/// Normal dependencies of each package of the workspace, by name, as declared.
fn declared() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata works");
    let packages = metadata.packages.iter().map(|package| {
        let normal = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal)
            .map(|dependency| dependency.name.clone());
        (package.name.to_string(), normal.collect())
    });
    packages.collect()
}

#[test]
fn the_crates_depend_on_each_other_only_along_the_arrows() {
    let declared = declared();
    let own: BTreeSet<_> = declared.keys().cloned().collect();
    let expected: BTreeSet<_> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(own, expected, "a new crate needs its arrows here");
    for (name, arrows) in ARROWS {
        let allowed = arrows.iter().map(|name| (*name).to_owned()).collect();
        let drawn: BTreeSet<_> = declared[*name].intersection(&own).cloned().collect();
        assert_eq!(drawn, allowed, "{name}");
    }
}

#[test]
fn the_proto_crates_and_wirejson_reach_no_io_however_deep_one_looks() {
    let metadata = MetadataCommand::new().exec().expect("cargo metadata works");
    let resolve = metadata.resolve.as_ref().expect("the graph is resolved");
    for root in &metadata.packages {
        if !root.name.ends_with("-proto") && *root.name != "wirejson" {
            continue;
        }
        let mut reached = BTreeSet::from([root.id.clone()]);
        let mut open = vec![root.id.clone()];
        while let Some(id) = open.pop() {
            let node =
                resolve.nodes.iter().find(|node| node.id == id).expect("every package has a node");
            for dependency in &node.deps {
                let normal =
                    dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
                if normal && reached.insert(dependency.pkg.clone()) {
                    open.push(dependency.pkg.clone());
                }
            }
        }
        let names: BTreeSet<_> = reached.iter().map(|id| metadata[id].name.to_string()).collect();
        let wrong: Vec<_> = NO_IO.iter().filter(|name| names.contains(**name)).collect();
        assert!(wrong.is_empty(), "{} reaches {wrong:?}", root.name);
    }
}

#[test]
fn the_pure_crates_deny_clocks_and_randomness() {
    for name in PURE {
        let path = format!("{}/crates/{name}/src/lib.rs", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("the crate is there");
        assert!(text.contains("#![deny(clippy::disallowed_methods)]"), "{path}");
    }
}
