//! `dataverse-sim`: a local Dataverse on the command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{ArgGroup, Parser};
use dataverse_sim::operations::{CustomError, CustomOperations};
use dataverse_sim::seed::Seed;
use dataverse_sim::sim::StartError;
use dataverse_sim::{RunningSim, Sim};

/// Less time in malloc is most of what a small answer can still gain.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A local Dataverse: Web API, metadata and sign-in over real sockets, with invented data.
///
/// Everything under /sim is the simulator's own: request log, faults, health.
#[derive(Debug, Parser)]
#[command(version, group = ArgGroup::new("transport").args(["tls", "plain"]))]
struct Arguments {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8443", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,

    /// Serve over TLS with an own authority (the default).
    #[arg(long)]
    tls: bool,

    /// Serve plain HTTP.
    #[arg(long)]
    plain: bool,

    /// Where to write the authority's certificate for clients to trust. Without it a file in the temporary
    /// directory is used.
    #[arg(long, value_name = "FILE", conflicts_with = "plain")]
    ca: Option<PathBuf>,

    /// Host name under which clients reach it, besides localhost and the address. May be given more than once.
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,

    /// Rows to begin with: `small`, or `rows=N` with an optional `,table=account`, `contact` or `lead`. May be given
    /// more than once.
    #[arg(long, value_name = "SEED", default_value = "small")]
    seed: Vec<Seed>,

    /// Begin with users and nothing else.
    #[arg(long, conflicts_with = "seed")]
    empty: bool,

    /// Keep rows in this SQLite file. A file that has rows already is not seeded again.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Functions and actions of the organisation's own, declared in this TOML file; examples/operations.toml shows
    /// every part of one. May be given more than once.
    #[arg(long, value_name = "FILE")]
    operations: Vec<PathBuf>,

    /// Requests to keep in the log; 0 keeps none.
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    log: usize,

    /// Worker threads; as many as there are processors unless given.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    /// Print addresses and development credentials as shell assignments and nothing else.
    #[arg(long)]
    print_env: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dataverse-sim: {error:#}");
            if is_wrong_input(&error) {
                ExitCode::from(2)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Whether what failed is a file that the user gave, as clap says it of the arguments themselves.
fn is_wrong_input(error: &anyhow::Error) -> bool {
    error.is::<CustomError>() || matches!(error.downcast_ref(), Some(StartError::Operations(_)))
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let sim = start(arguments)?;
    let ca = match sim.ca_pem() {
        Some(pem) => Some(write_ca(pem, arguments, &sim)?),
        None => None,
    };
    if arguments.print_env {
        print_environment(&sim, ca.as_deref());
    } else {
        print_banner(&sim, ca.as_deref(), arguments);
    }
    sim.wait();
    Ok(())
}

fn start(arguments: &Arguments) -> anyhow::Result<RunningSim> {
    let mut builder = Sim::builder()
        .listen(arguments.listen)
        .tls(!arguments.plain)
        .log_capacity(arguments.log);
    for host in &arguments.host {
        builder = builder.host(host);
    }
    if !arguments.empty {
        for seed in &arguments.seed {
            builder = builder.seed(seed.clone());
        }
    }
    if let Some(file) = &arguments.file {
        builder = builder.file(file);
    }
    for file in &arguments.operations {
        let operations = CustomOperations::read(file)
            .with_context(|| format!("--operations {}", file.display()))?;
        builder = builder.operations(operations);
    }
    if let Some(threads) = arguments.threads {
        builder = builder.threads(threads);
    }
    Ok(builder.start_blocking()?)
}

fn write_ca(pem: &str, arguments: &Arguments, sim: &RunningSim) -> anyhow::Result<PathBuf> {
    let path = arguments.ca.clone().unwrap_or_else(|| {
        std::env::temp_dir().join(format!("dataverse-sim-{}-ca.pem", sim.address().port()))
    });
    std::fs::write(&path, pem).with_context(|| {
        format!(
            "cannot write the authority's certificate to {}",
            path.display()
        )
    })?;
    Ok(path)
}

fn print_banner(sim: &RunningSim, ca: Option<&Path>, arguments: &Arguments) {
    println!("dataverse-sim {} is running", env!("CARGO_PKG_VERSION"));
    println!("  Web API        {}", sim.web_api_url());
    println!("  Token URL      {}", sim.token_url());
    println!("  Scope          {}", sim.scope());
    println!("  Client id      {}", sim.client_id());
    println!("  Client secret  {}", sim.client_secret());
    if let Some(ca) = ca {
        println!("  CA             {}", ca.display());
    }
    println!("  Simulator      {}", sim.admin_url());
    match &arguments.file {
        Some(file) => println!("  Rows           {}", file.display()),
        None => println!("  Rows           in memory, gone when this ends"),
    }
    println!("The credentials are for development and guard nothing. Press Ctrl+C to end.");
}

fn print_environment(sim: &RunningSim, ca: Option<&Path>) {
    println!("DATAVERSE_URL={}", sim.base_url());
    println!("DATAVERSE_WEB_API_URL={}", sim.web_api_url());
    println!("DATAVERSE_TOKEN_URL={}", sim.token_url());
    println!("DATAVERSE_SCOPE={}", sim.scope());
    println!("DATAVERSE_TENANT_ID={}", sim.tenant_id());
    println!("DATAVERSE_CLIENT_ID={}", sim.client_id());
    println!("DATAVERSE_CLIENT_SECRET={}", sim.client_secret());
    println!("DATAVERSE_ADMIN_URL={}", sim.admin_url());
    if let Some(ca) = ca {
        println!("DATAVERSE_CA={}", ca.display());
    }
}
