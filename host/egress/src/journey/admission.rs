//! The driver: takes one request through the ten stages, in their order, and does all the waiting.
//! The stages decide; this only carries what they answer from one to the next. The wire's part
//! (stages 6 to 8) is in [`exchange`](crate::journey::exchange).

use std::sync::Arc;

use bytes::Bytes;
use http::header::{HeaderMap, IF_MATCH, IF_NONE_MATCH};
use http::uri::PathAndQuery;
use http::{Method, Request, Response};
use tokio::time::Instant;

use crate::body::request::{self, BodyLimits, Prepared};
use crate::deadline::Deadline;
use crate::dry_run::{self, Asked, DryRun};
use crate::error::{EgressError, Waiting};
use crate::fields::Fields;
use crate::journey::arrival::Arrival;
use crate::journey::audit_entry::Entry;
use crate::lane::core::LaneCore;
use crate::lane::handle::{Body, Lane, SendOptions, Sender};
use crate::lane::quota::Place;
use crate::lane::target::{Route, Site};
use crate::stages::headers::{self, CleanHeaders};
use crate::stages::{parse, policy};

/// Sends `request` through `lane`.
pub(crate) async fn send(
    lane: &Lane,
    request: Box<Request<Body>>,
    options: SendOptions,
    sender: Sender,
) -> Result<Response<Body>, EgressError> {
    let started = Instant::now();
    let mut entry = Entry::open(&lane.core, started, request.method(), request.uri());
    let journey = Journey {
        lane,
        core: &lane.core,
        total: total_deadline(&lane.core, &options, started),
        options,
        started,
        sender,
    };
    match journey.run(request, &mut entry).await {
        Ok(arrival) => Ok(arrival.into_response(entry, &journey)),
        Err(error) => {
            entry.failed(&error);
            Err(error)
        }
    }
}

fn total_deadline(core: &LaneCore, options: &SendOptions, started: Instant) -> Deadline {
    let configured = core.shared.config.total_timeout();
    let length = options
        .deadline
        .map_or(configured, |deadline| deadline.min(configured));
    let length = core.shared.defences().deadlines.then_some(length);
    Deadline::after(started, length, Waiting::Total)
}

/// What stays the same on the way of one request.
pub(crate) struct Journey<'a> {
    pub(crate) lane: &'a Lane,
    pub(crate) core: &'a Arc<LaneCore>,
    pub(crate) options: SendOptions,
    /// Until when everything has to be over.
    pub(crate) total: Deadline,
    started: Instant,
    sender: Sender,
}

/// A request that stages 1 to 5 have passed.
pub(crate) struct Cleared {
    pub(crate) method: Method,
    pub(crate) path: PathAndQuery,
    pub(crate) fields: Fields,
    /// It asks for something only under a condition.
    pub(crate) conditional: bool,
    /// It only prepares another one, as its component says.
    pub(crate) prepares: bool,
    pub(crate) body: Prepared,
    pub(crate) site: Arc<Site>,
    pub(crate) route: Arc<Route>,
    /// Its place in the quota.
    pub(crate) place: Option<Place>,
}

impl Journey<'_> {
    async fn run(
        &self,
        request: Box<Request<Body>>,
        entry: &mut Entry,
    ) -> Result<Arrival, EgressError> {
        let mut cleared = self.clear(request, entry).await?;
        if let Some(dry_run) = &self.options.dry_run {
            cleared = Box::pin(self.rehearse(dry_run, cleared)).await?;
        }
        // 6 to 8.
        self.exchange(&mut cleared, entry).await
    }

    /// Stages 1 to 5.
    async fn clear(
        &self,
        request: Box<Request<Body>>,
        entry: &mut Entry,
    ) -> Result<Cleared, EgressError> {
        let (parts, body) = request.into_parts();
        // 1 and 2. The origin's verdict is remembered; path and method are judged every time.
        let path = parts
            .uri
            .path_and_query()
            .cloned()
            .unwrap_or(PathAndQuery::from_static("/"));
        let site = self.core.site(&parts.uri)?;
        self.judge_path(&parts.method, &path)?;
        entry.permitted(&site.rule);
        // 3.
        let clean = self.clean_headers(parts.headers, &site)?;
        // 4.
        let place = self.enter(&site).await?;
        // 5.
        let route = match site.route(self.started, self.core.shared.config.dns_cache()) {
            Some(route) => route,
            None => self.core.route(&site, self.total).await?,
        };

        // Nothing is sent, and no credential leased, for a body that never comes.
        let body = self.prepare_body(body, clean.content_length, &site).await?;
        Ok(Cleared {
            method: parts.method,
            path,
            conditional: clean.fields.contains_key(IF_MATCH)
                || clean.fields.contains_key(IF_NONE_MATCH),
            fields: Fields::new(clean.fields, body.is_replayable()),
            prepares: clean.prepares,
            body,
            site,
            route,
            place,
        })
    }

    fn judge_path(&self, method: &Method, path: &PathAndQuery) -> Result<(), EgressError> {
        let defences = self.core.shared.defences();
        let traits = match parse::path(path) {
            Err(_) if !defences.strict_urls => parse::PathTraits {
                hides_dot_segments: false,
            },
            read => read?,
        };
        match policy::judge_request(method, path, traits, &self.core.policy) {
            Err(_) if !defences.host_policy => Ok(()),
            judged => judged,
        }
    }

    fn clean_headers(&self, given: HeaderMap, site: &Site) -> Result<CleanHeaders, EgressError> {
        let defences = self.core.shared.defences();
        let rules = headers::Rules {
            limits: self.core.header_limits(),
            hygiene: defences.header_hygiene,
            host_from_url: defences.host_from_url,
            may_authorize: self.sender == Sender::Host,
        };
        headers::judge(given, &site.origin, rules)
    }

    async fn enter(&self, site: &Site) -> Result<Option<Place>, EgressError> {
        if !self.core.shared.defences().quotas {
            return Ok(None);
        }
        if let Some(place) = self.core.gate.enter_at_once() {
            return Ok(Some(place));
        }
        let entering = self.core.gate.enter(&self.core.policy.connection);
        self.total.wait(&site.name, entering).await?.map(Some)
    }

    async fn prepare_body(
        &self,
        body: Body,
        declared: Option<u64>,
        site: &Site,
    ) -> Result<Prepared, EgressError> {
        if request::is_empty(&body, declared) {
            return Ok(Prepared::Held(Bytes::new()));
        }
        let reading = request::prepare(body, declared, self.body_limits());
        self.total.wait(&site.name, reading).await?
    }

    fn body_limits(&self) -> BodyLimits {
        let config = &self.core.shared.config;
        let defences = self.core.shared.defences();
        BodyLimits {
            largest: if defences.body_limits {
                config.max_request_body_bytes
            } else {
                u64::MAX
            },
            held: config.replay_body_bytes,
            trailers: defences.header_hygiene.then(|| self.core.header_limits()),
        }
    }

    /// Gives a request back that only prepares another, and catches any other one.
    async fn rehearse(
        &self,
        dry_run: &DryRun,
        mut cleared: Cleared,
    ) -> Result<Cleared, EgressError> {
        let shown = cleared.body.show(self.core.shared.config.replay_body_bytes);
        let (body, cut) = self.total.wait(&cleared.site.name, shown).await??;
        let asked = Asked {
            method: &cleared.method,
            prepares: cleared.prepares,
            query: cleared.path.query(),
            has_body: cut || !body.is_empty(),
        };
        if dry_run.lets_pass(&asked) {
            cleared.body = Prepared::Held(body);
            return Ok(cleared);
        }
        let url = cleared.site.origin.join(cleared.path)?.to_string();
        let credential = cleared.site.credential && self.lane.credential.is_some();
        dry_run.catch(dry_run::describe(
            &cleared.method,
            url,
            &cleared.fields.next(),
            credential,
            &body,
            cut,
        ));
        Err(EgressError::DryRun)
    }
}
