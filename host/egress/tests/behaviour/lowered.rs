//! Each attack fails, and succeeds once the one defence against it is down: only so does its
//! failing prove anything. Built with the feature `lowered-defences` alone.

mod leaving;
#[cfg(unix)]
mod open_files;
mod returning;

use std::sync::Arc;

use airlock_egress::{
    Defences, Egress, EgressConfig, Lane, LanePolicy, Purpose, Resolve, SendOptions,
};
use http::{Request, Response};
use http_body_util::BodyExt;

use crate::support::credential::{Counting, token};
use crate::support::fixture::{everywhere, lane_id, local, patterns};
use crate::support::raw::Raw;
use crate::support::resolver::Script;
use crate::support::server::{Seen, Server, answer, answer_with};
use crate::support::{get, text};

use airlock_egress::{Body, EgressError, VecAudit};

const UP: Defences = Defences {
    strict_urls: true,
    host_policy: true,
    tls_required: true,
    header_hygiene: true,
    host_from_url: true,
    quotas: true,
    address_judgement: true,
    pinned_addresses: true,
    audience_binding: true,
    redirects_left_alone: true,
    deadlines: true,
    header_limits: true,
    response_filter: true,
    redaction: true,
    body_limits: true,
    lane_isolation: true,
};

fn egress(
    config: EgressConfig,
    resolver: impl Resolve + 'static,
    defences: Defences,
) -> Arc<Egress> {
    let audit = Arc::new(VecAudit::default());
    Egress::with_defences(config, Arc::new(resolver), audit, defences).unwrap()
}

fn lane(egress: &Arc<Egress>, policy: LanePolicy) -> Arc<Lane> {
    egress.lane(
        lane_id("default", Purpose::Api),
        policy,
        Some(Arc::new(Counting::bearer())),
    )
}

async fn send(
    config: EgressConfig,
    resolver: impl Resolve + 'static,
    defences: Defences,
    policy: LanePolicy,
    request: Request<Body>,
) -> Result<Response<Body>, EgressError> {
    let egress = egress(config, resolver, defences);
    lane(&egress, policy)
        .send(request, SendOptions::default())
        .await
}

fn localhost() -> Script {
    Script::of(&[&["127.0.0.1"]])
}

#[test]
fn all_defences_are_up_by_default() {
    assert_eq!(Defences::default(), UP);
}
