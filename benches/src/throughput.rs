//! Calls per second, natively, through egress alone, and through the component.

use crate::load::rps;
use crate::report::Report;
use crate::server::{PAGE_PATH, Server};
use crate::subjects::{Shared, call, check, component_call, native, native_call};
use airlock_runtime::auth::{Credential, FixedSource, Placement};
use airlock_runtime::egress::{
    Egress, EgressConfig, HostPattern, Lane, LaneId, LanePolicy, Purpose, SendOptions,
    SystemResolver, VecAudit,
};
use airlock_runtime::store::{ConnectionId, TenantId};
use anyhow::{Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

pub(crate) async fn measure(
    report: &mut Report,
    server: &Server,
    warm: &Shared,
    fresh: &Shared,
    depths: &[usize],
    length: Duration,
) -> Result<()> {
    let url = format!("{}{PAGE_PATH}", server.origin());
    let lane = lane(server)?;
    for &in_flight in depths {
        // The subjects take turns at each depth, so that noise on the machine meets all of them.
        let client = native();
        let to = url.clone();
        let native = rps(in_flight, length, move || {
            let (client, to) = (client.clone(), to.clone());
            async move { native_call(&client, &to).await }
        })
        .await?;
        let (lane, to) = (Arc::clone(&lane), url.clone());
        let egress = rps(in_flight, length, move || {
            let (lane, to) = (Arc::clone(&lane), to.clone());
            async move { egress_call(&lane, &to).await }
        })
        .await?;
        let page = Arc::new(call("bench", server, PAGE_PATH)?);
        let through = |host: &Shared| {
            let (host, page) = (Arc::clone(host), Arc::clone(&page));
            rps(in_flight, length, move || {
                let (host, page) = (Arc::clone(&host), Arc::clone(&page));
                async move { component_call(&host, &page).await }
            })
        };
        let warm = through(warm).await?;
        let fresh = through(fresh).await?;
        report.put(format!("native_rps_{in_flight}"), native);
        report.put(format!("egress_rps_{in_flight}"), egress);
        report.put(format!("warm_rps_{in_flight}"), warm);
        report.put(format!("fresh_rps_{in_flight}"), fresh);
        report.put(format!("warm_over_native_{in_flight}"), warm / native);
        report.put(format!("fresh_over_native_{in_flight}"), fresh / native);
    }
    let microseconds = |name: &str, report: &Report| 1e6 / report.get(name);
    let egress = microseconds("egress_rps_1", report) - microseconds("native_rps_1", report);
    report.put("egress_cost_us", egress);
    let sandbox = microseconds("warm_rps_1", report) - microseconds("egress_rps_1", report);
    report.put("sandbox_cost_us", sandbox);
    Ok(())
}

/// A lane of its own, used natively: what egress costs without a component.
fn lane(server: &Server) -> Result<Arc<Lane>> {
    let here = HostPattern::parse(&server.address.to_string())?;
    let egress = Egress::new(
        EgressConfig {
            allow_loopback: true,
            allow_plain_http: vec![here.clone()],
            max_in_flight_per_connection: 1_024,
            idle_connections_per_host: 512,
            ..EgressConfig::default()
        },
        Arc::new(SystemResolver),
        Arc::new(VecAudit::default()),
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
