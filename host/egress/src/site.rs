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

use crate::request_body::RequestBody;
use crate::stages::parse::Origin;
use crate::wire::client::HttpClient;

/// Origins that one lane remembers. A wildcard permits any number of them, and a guest chooses.
const REMEMBERED: usize = 64;

/// What policy said of an origin.
pub(crate) struct Permit {
    /// The rule that permits it.
    pub(crate) rule: String,
    /// Whether the credential may go there.
    pub(crate) credential: bool,
}

/// A permitted origin.
pub(crate) struct Site {
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

impl Site {
    pub(crate) fn new(origin: Origin, permit: Permit) -> Self {
        Self {
            name: origin.to_string().into(),
            origin,
            rule: permit.rule.into(),
            credential: permit.credential,
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
pub(crate) struct Sites {
    https: RwLock<HashMap<Box<str>, Arc<Site>>>,
    http: RwLock<HashMap<Box<str>, Arc<Site>>>,
}

impl Sites {
    /// The site of `uri`, if it was spoken to before.
    pub(crate) fn get(&self, uri: &Uri) -> Option<Arc<Site>> {
        let sites = self.of(uri)?.read().unwrap_or_else(PoisonError::into_inner);
        sites.get(uri.authority()?.as_str()).cloned()
    }

    /// Remembers a site under the text of `uri`. Another spelling of the same origin shares it.
    pub(crate) fn remember(&self, uri: &Uri, site: Site) -> Arc<Site> {
        let (Some(sites), Some(authority)) = (self.of(uri), uri.authority()) else {
            return Arc::new(site);
        };
        let mut sites = sites.write().unwrap_or_else(PoisonError::into_inner);
        let known = sites
            .values()
            .find(|known| known.origin == site.origin)
            .cloned();
        let site = known.unwrap_or_else(|| Arc::new(site));
        if sites.len() >= REMEMBERED {
            sites.clear();
        }
        sites.insert(authority.as_str().into(), Arc::clone(&site));
        site
    }

    fn of(&self, uri: &Uri) -> Option<&RwLock<HashMap<Box<str>, Arc<Site>>>> {
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

    fn site(text: &str) -> (Uri, Site) {
        let uri: Uri = text.parse().unwrap();
        let permit = Permit {
            rule: "host x".into(),
            credential: true,
        };
        let site = Site::new(Origin::parse(&uri).unwrap(), permit);
        (uri, site)
    }

    #[test]
    fn spellings_of_one_origin_share_a_site_and_schemes_do_not() {
        let sites = Sites::default();
        let (first, site_first) = site("https://org.example/a");
        let (second, site_second) = site("https://ORG.example:443/b");
        let (third, site_third) = site("http://org.example/a");
        let first_site = sites.remember(&first, site_first);
        let second_site = sites.remember(&second, site_second);
        let third_site = sites.remember(&third, site_third);
        assert!(Arc::ptr_eq(&first_site, &second_site));
        assert!(!Arc::ptr_eq(&first_site, &third_site));
        assert!(Arc::ptr_eq(&sites.get(&second).unwrap(), &first_site));
    }

    #[test]
    fn a_guest_cannot_make_a_lane_remember_without_end() {
        let sites = Sites::default();
        for number in 0..1_000 {
            let (uri, site) = site(&format!("https://h{number}.example/"));
            sites.remember(&uri, site);
        }
        assert!(sites.https.read().unwrap().len() <= REMEMBERED);
    }
}
