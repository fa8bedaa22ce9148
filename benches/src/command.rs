//! The command line from the outside: cold start, and a million rows through a pipe.

use crate::memory::peak_kib;
use crate::report::{Report, median};
use crate::server::{PAGE_PATH, Server};
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Starts of each program; the median is reported.
const STARTS: usize = 31;

/// Cold start with the compiled component cached, against a native client that does the same GET.
pub(crate) fn cold(
    report: &mut Report,
    airlock: &Path,
    data: &Path,
    config: &Path,
    server: &Server,
) -> Result<()> {
    let own = std::env::current_exe()?;
    let url = format!("{}{PAGE_PATH}", server.origin());
    let mut through = Vec::with_capacity(STARTS);
    let mut natively = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        natively.push(timed(Command::new(&own).args(["--native-get", &url]))?);
        through.push(timed(
            Command::new(airlock)
                .args(["--data-dir"])
                .arg(data)
                .arg("--config")
                .arg(config)
                .args([
                    "run",
                    "bench",
                    "list-rows",
                    "--table",
                    "account",
                    "-o",
                    "json",
                ])
                .args(["--next-page", &url]),
        )?);
    }
    report.put("cli_cold_ms", median(through));
    report.put("cli_cold_native_ms", median(natively));
    Ok(())
}

fn timed(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let took = start.elapsed().as_secs_f64() * 1e3;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(took)
}

/// Streams every row of `table` through the command line and counts them.
pub(crate) fn stream(
    report: &mut Report,
    airlock: &Path,
    data: &Path,
    config: &Path,
    rows: usize,
) -> Result<()> {
    let start = Instant::now();
    let mut child = Command::new(airlock)
        .arg("--data-dir")
        .arg(data)
        .arg("--config")
        .arg(config)
        .args([
            "run",
            "sim",
            "list-rows",
            "--table",
            "account",
            "--fetch-all",
            "-o",
            "ndjson",
        ])
        .args(["--select", "name,accountnumber,revenue,createdon"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", airlock.display()))?;
    let output = child.stdout.take().context("no pipe")?;
    let mut counted = 0_usize;
    let mut peak = 0.0_f64;
    for line in BufReader::with_capacity(1 << 20, output).split(b'\n') {
        ensure!(!line?.is_empty(), "an empty line in the stream");
        counted += 1;
        if counted.is_multiple_of(50_000) {
            peak = peak.max(peak_kib(child.id()).unwrap_or(0.0));
        }
    }
    ensure!(child.wait()?.success(), "the stream failed");
    ensure!(counted == rows, "{counted} rows came, {rows} were there");
    report.put("stream_rows", counted as f64);
    report.put(
        "stream_rows_per_s",
        counted as f64 / start.elapsed().as_secs_f64(),
    );
    report.put("stream_peak_rss_mib", peak / 1024.0);
    Ok(())
}
