//! How fast the simulator answers a native client on connections that stay open: it must never be what limits a
//! benchmark against it.

use crate::load::rps;
use crate::memory::processor_seconds;
use crate::native::{Native, native};
use crate::report::Report;
use crate::sim::Rows;
use anyhow::{Result, ensure};
use bytes::Bytes;
use dataverse_sim::seed::generated_id;
use http::StatusCode;
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Callers at once.
const IN_FLIGHT: usize = 64;
/// Rows of a page.
const PAGE: usize = 50;
/// Odd, so that its multiples visit every row in an order that no cache likes.
const STEP: u64 = 2_654_435_761;

/// What one kind of call asks for, the n-th time.
type Address = fn(&str, u64) -> String;

pub(crate) async fn measure(report: &mut Report, rows: &Rows, length: Duration) -> Result<()> {
    let token = sign_in(rows).await?;
    let count = rows.count.saturating_sub(PAGE as u64).max(1);
    for (name, address, is_answer) in [
        ("sim_get", row as Address, has_name as fn(&Value) -> bool),
        ("sim_page", page, is_page),
    ] {
        let (client, token) = (native(), token.clone());
        let root = rows.web_api_url();
        let asked = Arc::new(AtomicU64::new(0));
        let first = get(&client, &token, &address(&root, count)).await?;
        ensure!(
            is_answer(&serde_json::from_slice(&first)?),
            "not what was asked for: {first:?}"
        );
        let (before, asked_too) = (processor_seconds()?, Arc::clone(&asked));
        let per_second = rps(IN_FLIGHT, length, move || {
            let number = asked.fetch_add(1, Ordering::Relaxed).wrapping_mul(STEP) % count + 1;
            let (client, token, url) = (client.clone(), token.clone(), address(&root, number));
            async move { get(&client, &token, &url).await.map(drop) }
        })
        .await?;
        report.put(format!("{name}_rps"), per_second);
        // The client's share and the simulator's.
        let spent = processor_seconds()? - before;
        let calls = asked_too.load(Ordering::Relaxed) as f64;
        report.put(format!("{name}_cpu_us"), spent / calls * 1e6);
    }
    Ok(())
}

fn row(root: &str, number: u64) -> String {
    let id = generated_id("account", number).unwrap_or_default();
    format!("{root}accounts({id})?$select=name,telephone1,revenue")
}

fn page(root: &str, number: u64) -> String {
    let filter = format!("accountnumber%20ge%20'A-{number:07}'");
    format!(
        "{root}accounts?$select=name,telephone1,revenue&$filter={filter}&$orderby=accountnumber"
    )
}

fn has_name(answer: &Value) -> bool {
    answer.get("name").is_some()
}

fn is_page(answer: &Value) -> bool {
    let rows = answer.get("value").and_then(Value::as_array);
    rows.is_some_and(|rows| rows.len() == PAGE && rows.iter().all(has_name))
}

async fn get(client: &Native, token: &str, url: &str) -> Result<Bytes> {
    let request = http::Request::get(url)
        .header("accept", "application/json")
        .header("authorization", token)
        .header("odata-version", "4.0")
        .header("odata-maxversion", "4.0")
        .header("prefer", format!("odata.maxpagesize={PAGE}"))
        .body(http_body_util::Empty::new())?;
    let response = client.request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    ensure!(status == StatusCode::OK, "{status}: {body:?}");
    Ok(body)
}

pub(crate) async fn sign_in(rows: &Rows) -> Result<String> {
    let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new())
        .build_http::<Full<Bytes>>();
    let request = http::Request::post(rows.token_url())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(rows.token_form())))?;
    let body = client
        .request(request)
        .await?
        .into_body()
        .collect()
        .await?
        .to_bytes();
    let answer: Value = serde_json::from_slice(&body)?;
    let token = answer
        .get("access_token")
        .and_then(Value::as_str)
        .unwrap_or_default();
    ensure!(!token.is_empty(), "no token: {answer}");
    Ok(format!("Bearer {token}"))
}
