//! Calls per second, natively, through egress alone, and through the component.

use crate::load::rps;
use crate::native::{Native, native, native_get};
use crate::report::{Report, median};
use crate::server::{PAGE_PATH, Server};
use crate::subjects::{Shared, call, check, component_call, egress_config};
use airlock_runtime::Call;
use airlock_runtime::auth::{Credential, FixedSource, Placement};
use airlock_runtime::egress::{
    Egress, HostPattern, Lane, LaneId, LanePolicy, Purpose, SendOptions, SystemResolver,
    TracingAudit,
};
use airlock_runtime::store::{ConnectionId, TenantId};
use anyhow::{Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How often each subject has its turn at a depth. What else happens on the machine comes and goes
/// within seconds, so a ratio is taken within a turn, and the median of all turns is reported.
const TURNS: u32 = 5;

/// Calls per second of the subjects, one right after the other.
struct Turn {
    native: f64,
    egress: f64,
    warm: f64,
    fresh: f64,
    web_warm: f64,
    web_fresh: f64,
}

pub(crate) async fn measure(
    report: &mut Report,
    server: &Server,
    warm: &Shared,
    fresh: &Shared,
    depths: &[usize],
    length: Duration,
) -> Result<()> {
    let subjects = Subjects {
        url: format!("{}{PAGE_PATH}", server.origin()),
        native: native(),
        lane: lane(server)?,
        page: Arc::new(call("bench", server, PAGE_PATH)?),
        web_page: Arc::new(call("bench-web", server, PAGE_PATH)?),
        warm: Arc::clone(warm),
        fresh: Arc::clone(fresh),
    };
    for &in_flight in depths {
        let mut turns = Vec::new();
        for _ in 0..TURNS {
            turns.push(subjects.turn(in_flight, length / TURNS).await?);
        }
        let mut put = |name: &str, figure: fn(&Turn) -> f64| {
            let figures = turns.iter().map(figure).collect();
            report.put(format!("{name}_{in_flight}"), median(figures));
        };
        put("native_rps", |turn| turn.native);
        put("egress_rps", |turn| turn.egress);
        put("warm_rps", |turn| turn.warm);
        put("fresh_rps", |turn| turn.fresh);
        put("warm_over_native", |turn| turn.warm / turn.native);
        put("fresh_over_native", |turn| turn.fresh / turn.native);
        put("web_warm_rps", |turn| turn.web_warm);
        put("web_fresh_rps", |turn| turn.web_fresh);
        put("web_warm_over_native", |turn| turn.web_warm / turn.native);
        put("web_fresh_over_native", |turn| turn.web_fresh / turn.native);
    }
    let microseconds = |name: &str, report: &Report| 1e6 / report.get(name);
    let egress = microseconds("egress_rps_1", report) - microseconds("native_rps_1", report);
    report.put("egress_cost_us", egress);
    let sandbox = microseconds("warm_rps_1", report) - microseconds("egress_rps_1", report);
    report.put("sandbox_cost_us", sandbox);
    Ok(())
}

struct Subjects {
    url: String,
    native: Native,
    lane: Arc<Lane>,
    page: Arc<Call>,
    /// The same through the contract's `web`.
    web_page: Arc<Call>,
    warm: Shared,
    fresh: Shared,
}

impl Subjects {
    async fn turn(&self, in_flight: usize, length: Duration) -> Result<Turn> {
        let (client, url) = (self.native.clone(), self.url.clone());
        let native = rps(in_flight, length, move || {
            let (client, url) = (client.clone(), url.clone());
            async move { native_get(&client, &url).await }
        });
        let native = native.await?;
        let (lane, url) = (Arc::clone(&self.lane), self.url.clone());
        let egress = rps(in_flight, length, move || {
            let (lane, url) = (Arc::clone(&lane), url.clone());
            async move { egress_call(&lane, &url).await }
        });
        Ok(Turn {
            native,
            egress: egress.await?,
            warm: through(&self.warm, &self.page, in_flight, length).await?,
            fresh: through(&self.fresh, &self.page, in_flight, length).await?,
            web_warm: through(&self.warm, &self.web_page, in_flight, length).await?,
            web_fresh: through(&self.fresh, &self.web_page, in_flight, length).await?,
        })
    }
}

async fn through(
    host: &Shared,
    page: &Arc<Call>,
    in_flight: usize,
    length: Duration,
) -> Result<f64> {
    let (host, page) = (Arc::clone(host), Arc::clone(page));
    rps(in_flight, length, move || {
        let (host, page) = (Arc::clone(&host), Arc::clone(&page));
        async move { component_call(&host, &page).await }
    })
    .await
}

/// A lane of its own, used natively: what egress costs without a component.
fn lane(server: &Server) -> Result<Arc<Lane>> {
    let here = HostPattern::parse(&server.address.to_string())?;
    let egress = Egress::new(
        egress_config(&server.address.to_string())?,
        Arc::new(SystemResolver),
        Arc::new(TracingAudit),
    )?;
    let credential = Credential::new(Placement::Bearer, "bench-token-0123456789".into());
    Ok(egress.lane(
        LaneId {
            tenant: TenantId::default(),
            connection: ConnectionId::random(),
            purpose: Purpose::Api,
        },
        LanePolicy {
            connection: "bench".to_owned(),
            hosts: vec![here.clone()],
            credential_hosts: vec![here],
            methods: Vec::new(),
            path_prefixes: Vec::new(),
        },
        Some(Arc::new(FixedSource::new(credential))),
    ))
}

async fn egress_call(lane: &Arc<Lane>, url: &str) -> Result<()> {
    let request = http::Request::get(url)
        .header("accept", "application/json")
        .header("odata-version", "4.0")
        .header("odata-maxversion", "4.0")
        .body(
            Empty::<Bytes>::new()
                .map_err(|never| match never {})
                .boxed_unsync(),
        )?;
    let response = lane.send(request, SendOptions::default()).await?;
    let body = response.into_body().collect().await?.to_bytes();
    check(&serde_json::from_slice(&body)?)
}

/// Instantiate, call without I/O, drop; in microseconds.
pub(crate) async fn instantiate(
    report: &mut Report,
    fresh: &Shared,
    length: Duration,
) -> Result<()> {
    let host = Arc::clone(fresh);
    let tenant: TenantId = "default".parse()?;
    let name: airlock_runtime::store::ConnectionName = "bench".parse()?;
    let per_second = rps(1, length, move || {
        let (host, tenant, name) = (Arc::clone(&host), tenant.clone(), name.clone());
        async move {
            // An unknown source is refused by the connector before it sends anything.
            let refused = host
                .choices(&tenant, &name, "no-such-source", &Value::Null)
                .await;
            ensure!(refused.is_err(), "an unknown source was answered");
            Ok(())
        }
    })
    .await?;
    report.put("instantiate_us", 1e6 / per_second);
    Ok(())
}
