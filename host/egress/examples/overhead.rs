//! What the ten stages cost: the same requests through the bare pooled client and through a lane,
//! in turn, against one server in this process.
//!
//! `cargo run --release -p airlock-egress --example overhead [REQUESTS] [IN_FLIGHT]`

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use airlock_auth::{Credential, FixedSource, Placement};
use airlock_egress::{
    AuditSink, Egress, EgressConfig, EgressError, LaneId, LanePolicy, NoAudit, Purpose,
    SendOptions, SystemResolver, VecAudit,
};
use airlock_store::{ConnectionId, TenantId};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

/// Each way is measured so often, in turn.
const ROUNDS: usize = 9;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok());
    let requests: usize = arguments.next().unwrap_or(100_000);
    let in_flight: usize = arguments.next().unwrap_or(64);
    let url = format!(
        "{}/api/data/v9.2/leads?$select=subject&$top=5",
        serve().await?
    );

    let quiet = lane(Arc::new(NoAudit), in_flight)?;
    let audited = lane(Arc::new(VecAudit::new(16)), in_flight)?;
    let connector = hyper_util::client::legacy::connect::HttpConnector::new();
    let bare: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(in_flight)
        .build(connector);

    println!(
        "{requests} GETs of 1 KiB, {in_flight} in flight: requests per second, and CPU per request"
    );
    println!("(client, server and kernel together; CPU is what a busy machine does not blur)");
    let mut shares = Vec::new();
    for _ in 0..ROUNDS {
        let (client, to) = (bare.clone(), url.clone());
        let base = measure(requests, in_flight, move || {
            by_client(client.clone(), to.clone())
        })
        .await?;
        let (lane, to) = (Arc::clone(&quiet), url.clone());
        let plain = measure(requests, in_flight, move || {
            by_lane(Arc::clone(&lane), to.clone())
        })
        .await?;
        let (lane, to) = (Arc::clone(&audited), url.clone());
        let audit = measure(requests, in_flight, move || {
            by_lane(Arc::clone(&lane), to.clone())
        })
        .await?;
        shares.push(base.cpu_micros / plain.cpu_micros);
        println!(
            "bare {base} | lane {plain}, {} | audited {audit}, {}",
            plain.share(&base),
            audit.share(&base)
        );
    }
    println!("median by CPU: {:.0} %", 100.0 * median(shares));
    Ok(())
}

fn median(mut shares: Vec<f64>) -> f64 {
    shares.sort_by(f64::total_cmp);
    shares.get(shares.len() / 2).copied().unwrap_or_default()
}

/// A server that answers every request with a kilobyte; its origin.
async fn serve() -> Result<String, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let body = Bytes::from(vec![b'x'; 1_024]);
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let _ = tcp.set_nodelay(true);
            let body = body.clone();
            let service = service_fn(move |_: Request<Incoming>| {
                let answer = Response::builder()
                    .header("content-type", "application/json; odata.metadata=minimal")
                    .header("odata-version", "4.0")
                    .body(Full::new(body.clone()));
                async move { answer }
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(tcp), service),
            );
        }
    });
    Ok(origin)
}

fn lane(audit: Arc<dyn AuditSink>, in_flight: usize) -> Result<Arc<airlock_egress::Lane>, Failure> {
    let config = EgressConfig {
        allow_loopback: true,
        allow_plain_http: vec!["127.0.0.1:*".parse()?],
        max_in_flight_per_connection: in_flight,
        idle_connections_per_host: in_flight,
        ..EgressConfig::default()
    };
    let egress = Egress::new(config, Arc::new(SystemResolver), audit)?;
    let id = LaneId {
        tenant: TenantId::default(),
        connection: ConnectionId::random(),
        purpose: Purpose::Api,
    };
    let policy = LanePolicy::new("bench", vec!["127.0.0.1:*".parse()?]);
    // As long as a token of Entra ID.
    let token = Credential::new(Placement::Bearer, "e".repeat(1_500).into());
    Ok(egress.lane(id, policy, Some(Arc::new(FixedSource::new(token)))))
}

async fn by_client<C>(client: Client<C, Empty<Bytes>>, url: String) -> Result<usize, Failure>
where
    C: hyper_util::client::legacy::connect::Connect + Clone + Send + Sync + 'static,
{
    // The bare client sends the same bytes, token included.
    let request = headers(Request::get(url))
        .header("accept-encoding", "identity")
        .header("authorization", format!("Bearer {}", "e".repeat(1_500)))
        .body(Empty::new())?;
    let response = client.request(request).await?;
    Ok(response.into_body().collect().await?.to_bytes().len())
}

async fn by_lane(lane: Arc<airlock_egress::Lane>, url: String) -> Result<usize, Failure> {
    let body = Empty::new().map_err(|never: Infallible| -> EgressError { match never {} });
    let request = headers(Request::get(url)).body(body.boxed_unsync())?;
    let response = lane.send(request, SendOptions::default()).await?;
    Ok(response.into_body().collect().await?.to_bytes().len())
}

/// What the connector sends with each request.
fn headers(builder: http::request::Builder) -> http::request::Builder {
    builder
        .header("accept", "application/json")
        .header("odata-version", "4.0")
        .header("odata-maxversion", "4.0")
        .header("prefer", "odata.include-annotations=\"*\"")
}

struct Measured {
    per_second: f64,
    cpu_micros: f64,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:6.0}/s {:5.2} µs", self.per_second, self.cpu_micros)
    }
}

impl Measured {
    fn share(&self, base: &Self) -> String {
        format!(
            "{:3.0} % by rate, {:3.0} % by CPU",
            100.0 * self.per_second / base.per_second,
            100.0 * base.cpu_micros / self.cpu_micros
        )
    }
}

/// Sends `requests` in `in_flight` loops.
#[allow(clippy::cast_precision_loss, reason = "rates of a benchmark")]
async fn measure<F, M>(requests: usize, in_flight: usize, make: M) -> Result<Measured, Failure>
where
    F: Future<Output = Result<usize, Failure>> + Send + 'static,
    M: Fn() -> F + Clone + Send + 'static,
{
    let (begun, cpu) = (Instant::now(), cpu_ticks()?);
    let mut loops = tokio::task::JoinSet::new();
    for _ in 0..in_flight {
        let make = make.clone();
        loops.spawn(async move {
            for _ in 0..requests / in_flight {
                make().await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = loops.join_next().await {
        done??;
    }
    // Linux counts a hundred ticks to a second.
    let cpu = (cpu_ticks()? - cpu) as f64 * 10_000.0;
    Ok(Measured {
        per_second: requests as f64 / begun.elapsed().as_secs_f64(),
        cpu_micros: cpu / requests as f64,
    })
}

/// Processor time of this process, user and kernel (proc(5), fields 14 and 15).
fn cpu_ticks() -> Result<u64, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    Ok(ticks.map(|text| text.parse().unwrap_or(0)).sum())
}
