//! Rows by the thousand: how fast they are made through the component, over a native client that makes the same calls,
//! how many operations of batches are done, and what memory a file of rows takes.

use crate::memory::peak_kib;
use crate::native::native_post;
use crate::report::{Report, median};
use crate::sim::Rows;
use crate::sim_load::sign_in;
use crate::subjects::Shared;
use airlock_runtime::Call;
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Rows of one taking, unless the simulator was asked to hold fewer.
const ROWS: usize = 20_000;
/// Rows of one message: what the connector arrives at with a service as quick as this.
const MESSAGE: usize = 1_000;
/// Requests at once: what the service recommends.
const AT_ONCE: usize = 4;
/// Takings; the median is reported.
const TURNS: usize = 3;
/// Operations of one batch.
const OPERATIONS: usize = 1_000;

pub(crate) async fn measure(report: &mut Report, host: &Shared, rows: &Rows) -> Result<()> {
    let token = sign_in(rows).await?;
    let count = ROWS.min(usize::try_from(rows.count)?);
    let (mut through, mut ratios) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let native = natively(rows, &token, (turn, count)).await?;
        let component = streamed(host, (turn, count)).await?;
        through.push(component);
        ratios.push(component / native);
    }
    report.put("bulk_create_rows_per_s", median(through));
    report.put("bulk_create_over_native", median(ratios));
    let mut operations = Vec::new();
    for turn in 0..TURNS {
        operations.push(batched(host, turn).await?);
    }
    report.put("batch_ops_per_s", median(operations));
    Ok(())
}

fn call(action: &str, input: Value) -> Result<Call> {
    Ok(Call {
        tenant: "default".parse()?,
        connection: "sim".parse()?,
        action: action.to_owned(),
        input,
        idempotency_key: None,
        deadline: None,
        progress: None,
    })
}

fn line(number: usize) -> String {
    format!(
        "{{\"name\":\"Bulk {number}\",\"telephone1\":\"+39 045 {number}\",\"numberofemployees\":{number}}}\n"
    )
}

/// Rows per second through the component.
async fn streamed(host: &Shared, (turn, count): (usize, usize)) -> Result<f64> {
    let from = (turn + 1) * 10_000_000;
    let text: String = (from..from + count).map(line).collect();
    let pieces: Vec<Bytes> = text
        .as_bytes()
        .chunks(64 << 10)
        .map(Bytes::copy_from_slice)
        .collect();
    let call = call("create-rows", json!({ "table": "account" }))?;
    let start = Instant::now();
    let piped = host.pipe(&call, Some(stream::iter(pieces).boxed())).await?;
    piped.data.for_each(|_| std::future::ready(())).await;
    let summary = piped.done.await?;
    let took = start.elapsed();
    ensure!(summary.get("done") == Some(&json!(count)), "{summary}");
    Ok(count as f64 / took.as_secs_f64())
}

/// Rows per second of the same messages, sent natively.
async fn natively(rows: &Rows, token: &str, (turn, count): (usize, usize)) -> Result<f64> {
    let client = native_post();
    let url = format!(
        "{}accounts/Microsoft.Dynamics.CRM.CreateMultiple",
        rows.web_api_url()
    );
    let from = (turn + 1) * 20_000_000;
    let starts = (from..from + count).step_by(MESSAGE);
    let start = Instant::now();
    stream::iter(starts.map(|from| {
        let (client, url) = (client.clone(), url.clone());
        async move {
            let targets: Vec<Value> = (from..from + MESSAGE)
                .map(|number| {
                    json!({
                        "@odata.type": "Microsoft.Dynamics.CRM.account",
                        "accountid": format!("{number:08x}-0000-4000-8000-{number:012x}"),
                        "name": format!("Bulk {number}"),
                        "telephone1": format!("+39 045 {number}"),
                        "numberofemployees": number,
                    })
                })
                .collect();
            let body = serde_json::to_vec(&json!({ "Targets": targets }))?;
            crate::native::post(&client, &url, token, body).await
        }
    }))
    .buffer_unordered(AT_ONCE)
    .try_collect::<Vec<()>>()
    .await?;
    Ok(count as f64 / start.elapsed().as_secs_f64())
}

/// Operations per second of batches, one after the other.
async fn batched(host: &Shared, turn: usize) -> Result<f64> {
    let operations: Vec<Value> = (0..OPERATIONS)
        .map(|number| {
            json!({
                "action": "create",
                "table": "account",
                "row": { "name": format!("Batch {turn} {number}") },
            })
        })
        .collect();
    let call = call("batch", json!({ "operations": operations }))?;
    let start = Instant::now();
    let answer = host.invoke(&call).await?.output.json().await?;
    ensure!(answer.get("not-done") == Some(&json!(0)), "{answer}");
    Ok(OPERATIONS as f64 / start.elapsed().as_secs_f64())
}

/// Peak memory of the command line for a file of so many rows.
pub(crate) fn memory(
    report: &mut Report,
    airlock: &Path,
    folder: &Path,
    config: &Path,
    rows: usize,
) -> Result<()> {
    for rows in [10_000.min(rows), rows] {
        let file = folder.join("rows.ndjson");
        let mut out = BufWriter::new(std::fs::File::create(&file)?);
        for number in 0..rows {
            out.write_all(line(number).as_bytes())?;
        }
        out.flush()?;
        let mut child = Command::new(airlock)
            .arg("--data-dir")
            .arg(folder.join("data"))
            .arg("--config")
            .arg(config)
            .args([
                "run",
                "sim",
                "create-rows",
                "--table",
                "account",
                "-o",
                "ndjson",
                "--input",
            ])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", airlock.display()))?;
        let output = child.stdout.take().context("no pipe")?;
        let (mut counted, mut peak) = (0_usize, 0.0_f64);
        for line in BufReader::with_capacity(1 << 20, output).split(b'\n') {
            ensure!(!line?.is_empty(), "an empty line in the results");
            counted += 1;
            if counted.is_multiple_of(1_000) {
                peak = peak.max(peak_kib(child.id()).unwrap_or(0.0));
            }
        }
        ensure!(child.wait()?.success(), "the run failed");
        ensure!(counted == rows, "{counted} results of {rows} rows");
        report.put(format!("bulk_peak_rss_mib_{rows}"), peak / 1024.0);
    }
    Ok(())
}
