//! What a lane remembers about an origin it may speak to: the verdict of policy, and the way there,
//! a pooled client over judged addresses. A verdict is a pure function of the origin and a policy
//! that never changes, so remembering it loses nothing.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use tokio::time::Instant;

use crate::body::request::RequestBody;
use crate::stages::judge::Permission;
use crate::stages::parse::Origin;
use crate::wire::client::HttpClient;

/// Origins that one lane remembers. A wildcard permits any number of them, and a guest chooses.
const REMEMBERED: usize = 64;

/// A permitted origin.
pub(crate) struct Target {
    pub(crate) origin: Origin,
    /// `scheme://host[:port]`, for messages.
    pub(crate) name: Arc<str>,
    /// The rule that permits it.
    pub(crate) rule: Arc<str>,
    /// Whether the credential may go there.
    pub(crate) credential: bool,
    route: Mutex<Option<Judged>>,
    /// Held by the one who looks for a new route, so that a burst of requests resolves once.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

/// The way to an origin: a pool whose sockets go to these addresses only.
pub(crate) struct Route {
    /// Judged addresses, in the order to dial them.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) client: HttpClient<RequestBody>,
}

struct Judged {
    route: Arc<Route>,
    at: Instant,
}

impl Target {
    pub(crate) fn new(origin: Origin, permission: Permission) -> Self {
        Self {
            name: origin.to_string().into(),
            origin,
            rule: permission.rule.into(),
            credential: permission.credential,
            route: Mutex::new(None),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// The route, if it was judged no longer than `age` ago.
    pub(crate) fn route(&self, now: Instant, age: Duration) -> Option<Arc<Route>> {
        let route = self.route.lock().unwrap_or_else(PoisonError::into_inner);
        route
            .as_ref()
            .filter(|judged| now.saturating_duration_since(judged.at) < age)
            .map(|judged| Arc::clone(&judged.route))
    }

    /// Takes a fresh judgement. The same set of addresses keeps its pool; another one gets its own,
    /// and the sockets to addresses that are no longer named are closed.
    pub(crate) fn install(
        &self,
        addresses: Vec<SocketAddr>,
        now: Instant,
        client: impl FnOnce(&[SocketAddr]) -> HttpClient<RequestBody>,
    ) -> Arc<Route> {
        let mut slot = self.route.lock().unwrap_or_else(PoisonError::into_inner);
        let route = match slot.take() {
            Some(judged) if same_set(&judged.route.addresses, &addresses) => judged.route,
            _ => Arc::new(Route {
                client: client(&addresses),
                addresses,
            }),
        };
        *slot = Some(Judged {
            route: Arc::clone(&route),
            at: now,
        });
        route
    }

    /// Gives up a route whose idle sockets turned out to be dead: a fresh pool, the same addresses.
    pub(crate) fn refresh(
        &self,
        dead: &Arc<Route>,
        client: impl FnOnce(&[SocketAddr]) -> HttpClient<RequestBody>,
    ) -> Arc<Route> {
        let mut slot = self.route.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.as_mut() {
            // Another request was faster.
            Some(judged) if !Arc::ptr_eq(&judged.route, dead) => Arc::clone(&judged.route),
            current => {
                let route = Arc::new(Route {
                    client: client(&dead.addresses),
                    addresses: dead.addresses.clone(),
                });
                if let Some(judged) = current {
                    judged.route = Arc::clone(&route);
                }
                route
            }
        }
    }

    /// Forgets the route: its addresses may no longer be spoken to.
    pub(crate) fn close(&self) {
        *self.route.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn same_set(one: &[SocketAddr], other: &[SocketAddr]) -> bool {
    one.len() == other.len() && one.iter().all(|address| other.contains(address))
}

/// The origins that a lane remembers, by the text that guests write for them.
#[derive(Default)]
pub(crate) struct Targets {
    https: RwLock<HashMap<Box<str>, Arc<Target>>>,
    http: RwLock<HashMap<Box<str>, Arc<Target>>>,
}

impl Targets {
    /// The target of `uri`, if it was spoken to before.
    pub(crate) fn get(&self, uri: &Uri) -> Option<Arc<Target>> {
        let targets = self.of(uri)?.read().unwrap_or_else(PoisonError::into_inner);
        targets.get(uri.authority()?.as_str()).cloned()
    }

    /// Remembers a target under the text of `uri`. Another spelling of the same origin shares it.
    pub(crate) fn remember(&self, uri: &Uri, target: Target) -> Arc<Target> {
        let (Some(targets), Some(authority)) = (self.of(uri), uri.authority()) else {
            return Arc::new(target);
        };
        let mut targets = targets.write().unwrap_or_else(PoisonError::into_inner);
        let known = targets
            .values()
            .find(|known| known.origin == target.origin)
            .cloned();
        let target = known.unwrap_or_else(|| Arc::new(target));
        if targets.len() >= REMEMBERED {
            targets.clear();
        }
        targets.insert(authority.as_str().into(), Arc::clone(&target));
        target
    }

    /// Forgets the route to every target.
    pub(crate) fn close(&self) {
        for targets in [&self.https, &self.http] {
            let targets = targets.read().unwrap_or_else(PoisonError::into_inner);
            targets.values().for_each(|target| target.close());
        }
    }

    fn of(&self, uri: &Uri) -> Option<&RwLock<HashMap<Box<str>, Arc<Target>>>> {
        match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => Some(&self.https),
            Some(scheme) if *scheme == Scheme::HTTP => Some(&self.http),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> (Uri, Target) {
        let uri: Uri = text.parse().unwrap();
        let permission = Permission {
            rule: "host x".into(),
            credential: true,
        };
        let target = Target::new(Origin::parse(&uri).unwrap(), permission);
        (uri, target)
    }

    #[test]
    fn spellings_of_one_origin_share_a_target_and_schemes_do_not() {
        let targets = Targets::default();
        let (first, target_first) = target("https://org.example/a");
        let (second, target_second) = target("https://ORG.example:443/b");
        let (third, target_third) = target("http://org.example/a");
        let first_target = targets.remember(&first, target_first);
        let second_target = targets.remember(&second, target_second);
        let third_target = targets.remember(&third, target_third);
        assert!(Arc::ptr_eq(&first_target, &second_target));
        assert!(!Arc::ptr_eq(&first_target, &third_target));
        assert!(Arc::ptr_eq(&targets.get(&second).unwrap(), &first_target));
    }

    #[test]
    fn a_guest_cannot_make_a_lane_remember_without_end() {
        let targets = Targets::default();
        for number in 0..1_000 {
            let (uri, target) = target(&format!("https://h{number}.example/"));
            targets.remember(&uri, target);
        }
        assert!(targets.https.read().unwrap().len() <= REMEMBERED);
    }
}
