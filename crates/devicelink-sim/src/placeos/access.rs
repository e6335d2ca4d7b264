//! Who may do what.

use bytes::Bytes;
use hyper::Request;
use placeos_proto::Generation;
use placeos_proto::endpoint::Credential;

use crate::server::seen::Credential as Judged;

/// What somebody may do, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Nothing: the upgrade is answered with 403.
    Guest,
    /// Bind, call functions, read logs.
    User,
    /// Also bind modules whose name begins with `_`, and call functions for support staff.
    Support,
    /// Everything.
    Administrator,
}

/// The credentials that are known.
#[derive(Default)]
pub(super) struct Access {
    grants: Vec<(Credential, Role)>,
}

impl Access {
    pub(super) fn grant(&mut self, credential: Credential, role: Role) {
        self.revoke(&credential);
        self.grants.push((credential, role));
    }

    pub(super) fn revoke(&mut self, credential: &Credential) {
        self.grants.retain(|(known, _)| known != credential);
    }

    /// What the server thinks of the credential of a request, and the role that it gives.
    pub(super) fn judge(&self, request: &Request<Bytes>) -> (Judged, Option<Role>) {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let header = |name: &str| request.headers().get(name)?.to_str().ok();
        match Credential::present(target, header) {
            Ok(None) => (Judged::Absent, None),
            Err(_) => (Judged::Refused, None),
            Ok(Some(shown)) => match self.grants.iter().find(|(known, _)| *known == shown) {
                Some((_, role)) => (Judged::Accepted, Some(*role)),
                None => (Judged::Refused, None),
            },
        }
    }
}

/// A new API key, or the token that the first generation has in its place.
pub(super) fn random(generation: Generation) -> Credential {
    let mut random = fastrand::Rng::new();
    let mut text = |length| -> String {
        std::iter::repeat_with(|| random.alphanumeric()).take(length).collect()
    };
    let (id, secret) = (text(16), text(43));
    let credential = match generation {
        Generation::G1 => Credential::bearer(secret),
        Generation::G2 | Generation::G3 => Credential::api_key(format!("{id}.{secret}")),
    };
    credential.unwrap_or_else(|_| unreachable!("letters and digits are a credential"))
}
