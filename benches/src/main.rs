//! `make bench`: what Airlock costs, as ratios against a native client in the same run.
//!
//! Figures are for people who compare; nothing here is asserted, because machines differ. Every
//! subject does the same GET against the same server in this process, in turns, so that noise meets
//! all of them.

mod bulk;
mod command;
mod footprint;
mod load;
mod memory;
mod native;
mod report;
mod server;
mod sim;
mod sim_load;
mod subjects;
mod throughput;

use airlock_runtime::Isolation;
use anyhow::Result;
use clap::Parser;
use report::Report;
use server::Server;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measures throughput, latency and memory.
#[derive(Parser)]
struct Options {
    /// The command line to start cold.
    #[arg(long, default_value = "target/airlock")]
    airlock: PathBuf,
    /// The connector to run.
    #[arg(long, default_value = "target/dynamics.wasm")]
    component: PathBuf,
    /// The same connector with its HTTP through the contract's `web`.
    #[arg(long, default_value = "target/dynamics-web.wasm")]
    web_component: PathBuf,
    /// Where the figures go, as one flat JSON object.
    #[arg(long, default_value = "target/bench/report.json")]
    report: PathBuf,
    /// How long each throughput figure is taken for, in seconds and in several turns.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Rows of the streaming measurement.
    #[arg(long, default_value_t = 1_000_000)]
    rows: usize,
    /// Callers at once, for the throughput figures.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
    in_flight: Vec<usize>,
    /// Take the throughput figures and nothing else.
    #[arg(long)]
    throughput_only: bool,
    /// Take the simulator's figures and nothing else.
    #[arg(long)]
    sim_only: bool,
    /// Do one native GET and end: the yardstick of a cold start.
    #[arg(long, hide = true)]
    native_get: Option<String>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(url) = &options.native_get {
        return tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(native::native_get(&native::native(), url));
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(measure(&options))
}

async fn measure(options: &Options) -> Result<()> {
    let length = Duration::from_secs_f64(options.seconds);
    if options.sim_only {
        let mut report = Report::default();
        let sim = sim::start(options.rows, &mut report).await?;
        return sim_load::measure(&mut report, &sim, length).await;
    }
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let server = Server::start().await?;
    let authority = server.address.to_string();
    let warm = Arc::new(subjects::host(&data, &authority, Isolation::Warm).await?);
    subjects::install(&warm, "dynamics", &options.component).await?;
    subjects::install(&warm, "dynamics-web", &options.web_component).await?;
    subjects::connect(&warm, &server, "dynamics", "bench").await?;
    subjects::connect(&warm, &server, "dynamics-web", "bench-web").await?;
    let fresh = Arc::new(subjects::host(&data, &authority, Isolation::PerCall).await?);

    let mut report = Report::default();
    if options.throughput_only {
        return throughput::measure(
            &mut report,
            &server,
            &warm,
            &fresh,
            &options.in_flight,
            length,
        )
        .await;
    }
    // Memory first: throughput leaves buffers and pools behind that would hide it.
    footprint::measure(&mut report, &server, &warm).await?;
    throughput::measure(
        &mut report,
        &server,
        &warm,
        &fresh,
        &options.in_flight,
        length,
    )
    .await?;
    throughput::instantiate(&mut report, &fresh, length).await?;

    let config = folder.path().join("airlock.toml");
    let sim = sim::start(options.rows, &mut report).await?;
    sim_load::measure(&mut report, &sim, length).await?;
    std::fs::write(&config, sim::config(&[&authority, sim.authority()]))?;
    tokio::task::block_in_place(|| {
        command::cold(&mut report, &options.airlock, &data, &config, &server)
    })?;
    let to_rows = Arc::new(subjects::host(&data, sim.authority(), Isolation::Warm).await?);
    sim.connect(&to_rows).await?;
    tokio::task::block_in_place(|| {
        command::stream(&mut report, &options.airlock, &data, &config, options.rows)
    })?;
    // Last, because rows that are made here are among those that others count.
    bulk::measure(&mut report, &to_rows, &sim).await?;
    tokio::task::block_in_place(|| {
        let folder = folder.path();
        bulk::memory(&mut report, &options.airlock, folder, &config, options.rows)
    })?;
    report.write(&options.report)?;
    println!("written to {}", options.report.display());
    Ok(())
}
