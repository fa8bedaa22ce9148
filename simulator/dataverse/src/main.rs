//! `dataverse-sim`: a local Dataverse on the command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{ArgGroup, Parser};
use dataverse_sim::control::FaultRule;
use dataverse_sim::limits::LimitSettings;
use dataverse_sim::operations::{CustomError, CustomOperations};
use dataverse_sim::schema::import::{ImportError, import_file};
use dataverse_sim::seed::Seed;
use dataverse_sim::sim::{OrganisationSettings, PUBLIC_CLIENT_ID, StartError};
use dataverse_sim::token::DEFAULT_PASSWORD;
use dataverse_sim::{RunningSim, Sim};

/// What follows the options in the long help.
const AFTERWARDS: &str = "\
The simulator's own interface, all of it under /sim:
  /sim/               status page for a browser: tables, recent requests
  /sim/requests       the request log; POST /sim/requests/replay asks again and compares
  /sim/faults         rules that make requests fail, hang, break off
  /sim/clock          the time that everything reads
  /sim/limits         service protection limits
  /sim/snapshots      everything kept under a name and put back
  /sim/applications, /sim/accounts, /sim/consents, /sim/sessions
                      registrations, people, what they allowed, who is signed in
  /sim/health, /sim/environment, /sim/organisations

Examples:
  dataverse-sim --plain --listen 127.0.0.1:8080
  dataverse-sim --seed 1000000 --file rows.sqlite --log 0
  dataverse-sim --organisation fabrikam,tenant=fabrikam.example,seed=small
  dataverse-sim --limits requests=100,window=60
  dataverse-sim --fault '{\"path\":\"/leads\",\"probability\":0.1,\"effect\":{\"status\":{\"status\":503}}}'

People sign in as ada.park@contoso.example, jonas.weber@contoso.example or
mei.tanaka@contoso.example; the sign-in page tells the password. Nothing here is
secret: listen on loopback only.";

/// A local Dataverse: Web API, metadata and sign-in over real sockets, with invented data.
///
/// Everything under /sim is the simulator's own: status page, request log, faults, clock, snapshots.
#[derive(Debug, Parser)]
#[command(version, after_long_help = AFTERWARDS, group = ArgGroup::new("transport").args(["tls", "plain"]))]
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

    /// Rows to begin with: `small`, or a number of generated accounts, or `rows=N,table=contact` (or `lead`). The same
    /// seed gives the same rows each time. May be given more than once.
    #[arg(long, value_name = "SEED", default_value = "small")]
    seed: Vec<Seed>,

    /// Begin with users and nothing else.
    #[arg(long, conflicts_with = "seed")]
    empty: bool,

    /// Keep rows and definitions in this SQLite file, and registrations, accounts and consents beside it. A file that
    /// has rows already is not seeded again.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Functions and actions of the organisation's own, declared in this TOML file; examples/operations.toml shows
    /// every part of one. May be given more than once.
    #[arg(long, value_name = "FILE")]
    operations: Vec<PathBuf>,

    /// One more organisation: its name, then any of `,tenant=DOMAIN` `,host=NAME` `,listen=ADDRESS:PORT` `,seed=small`
    /// `,people=ada.park+mei.tanaka`. It answers to NAME.localhost. May be given more than once.
    #[arg(long, value_name = "ORGANISATION")]
    organisation: Vec<OrganisationSettings>,

    /// Service protection limits for each user: `service` for the service's own, or what differs from them, as in
    /// `requests=6000,time=1200000,concurrent=52,window=300` (milliseconds, seconds). Without it there are none.
    #[arg(long, value_name = "LIMITS")]
    limits: Option<LimitSettings>,

    /// A fault rule that is in force from the start, as JSON. May be given more than once.
    #[arg(long, value_name = "JSON", value_parser = fault)]
    fault: Vec<FaultRule>,

    /// Life of access tokens in seconds.
    #[arg(long, default_value_t = 3_599, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    token_seconds: u32,

    /// Let a refresh token count once: a second use ends all that came of the same sign-in. Entra is not as strict.
    #[arg(long)]
    strict_refresh: bool,

    /// Begin with the tables of an organisation: its own $metadata document, saved as a file. Rows kept with --file keep
    /// their tables too; then the document counts only the first time.
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,

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
    error.is::<CustomError>()
        || error.is::<ImportError>()
        || matches!(error.downcast_ref(), Some(StartError::Operations(_)))
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let sim = start(arguments)?;
    announce_operations(&sim);
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

fn fault(text: &str) -> Result<FaultRule, String> {
    let rule: FaultRule = serde_json::from_str(text).map_err(|error| error.to_string())?;
    rule.check()?;
    Ok(rule)
}

fn start(arguments: &Arguments) -> anyhow::Result<RunningSim> {
    let mut builder = Sim::builder()
        .listen(arguments.listen)
        .tls(!arguments.plain)
        .token_seconds(arguments.token_seconds)
        .strict_refresh(arguments.strict_refresh)
        .log_capacity(arguments.log);
    for settings in &arguments.organisation {
        builder = builder.organisation(settings.clone());
    }
    if let Some(limits) = arguments.limits {
        builder = builder.limits(limits);
    }
    for rule in &arguments.fault {
        builder = builder.fault(rule.clone());
    }
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
    if let Some(file) = &arguments.metadata {
        let imported = import_file(file)?;
        for left_out in &imported.left_out {
            eprintln!("dataverse-sim: left out: {left_out}");
        }
        builder = builder.imported(imported);
    }
    if let Some(threads) = arguments.threads {
        builder = builder.threads(threads);
    }
    Ok(builder.start_blocking()?)
}

/// Says which operations an imported document has that nothing answers, or that are answered otherwise.
fn announce_operations(sim: &RunningSim) {
    for line in sim.operations_told_otherwise() {
        eprintln!("dataverse-sim: described, and not answered: {line}");
    }
    const EXAMPLES: usize = 5;
    let names = sim.operations_without_code();
    if names.is_empty() {
        return;
    }
    let more = if names.len() > EXAMPLES { ", …" } else { "" };
    let examples: Vec<&str> = names.iter().take(EXAMPLES).map(String::as_str).collect();
    eprintln!(
        "dataverse-sim: {} operations are described and answer 501, because nothing here says what they do ({}{more}). \
         --operations FILE can say it.",
        names.len(),
        examples.join(", ")
    );
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

/// What a client has to know, each with its name in the banner and as a shell variable.
fn values(sim: &RunningSim, ca: Option<&Path>) -> Vec<(&'static str, &'static str, String)> {
    let mut values = vec![
        ("Organisation", "DATAVERSE_URL", sim.base_url()),
        ("Web API", "DATAVERSE_WEB_API_URL", sim.web_api_url()),
        ("Token URL", "DATAVERSE_TOKEN_URL", sim.token_url()),
        ("Authority", "DATAVERSE_AUTHORITY", sim.authority_url()),
        ("Scope", "DATAVERSE_SCOPE", sim.scope()),
        (
            "Tenant id",
            "DATAVERSE_TENANT_ID",
            sim.tenant_id().to_string(),
        ),
        (
            "Client id",
            "DATAVERSE_CLIENT_ID",
            sim.client_id().to_string(),
        ),
        (
            "Client secret",
            "DATAVERSE_CLIENT_SECRET",
            sim.client_secret().to_owned(),
        ),
        (
            "Public client",
            "DATAVERSE_PUBLIC_CLIENT_ID",
            PUBLIC_CLIENT_ID.to_string(),
        ),
        ("Person", "DATAVERSE_USER", sim.user_name()),
        (
            "Password",
            "DATAVERSE_PASSWORD",
            DEFAULT_PASSWORD.to_owned(),
        ),
        ("Simulator", "DATAVERSE_ADMIN_URL", sim.admin_url()),
    ];
    if let Some(ca) = ca {
        values.push(("CA", "DATAVERSE_CA", ca.display().to_string()));
    }
    values
}

fn print_banner(sim: &RunningSim, ca: Option<&Path>, arguments: &Arguments) {
    println!("dataverse-sim {} is running", env!("CARGO_PKG_VERSION"));
    for (name, _, value) in values(sim, ca) {
        println!("  {name:<13}  {value}");
    }
    for (name, url) in sim.organisations().into_iter().skip(1) {
        println!("  {name:<13}  {url}");
    }
    match &arguments.file {
        Some(file) => println!("  Rows           {}", file.display()),
        None => println!("  Rows           in memory, gone when this ends"),
    }
    println!("The credentials are for development and guard nothing. Press Ctrl+C to end.");
}

fn print_environment(sim: &RunningSim, ca: Option<&Path>) {
    for (_, variable, value) in values(sim, ca) {
        println!("{variable}={}", shell(&value));
    }
}

/// A value as a shell reads it back.
fn shell(value: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._/:@".contains(letter);
    if value.chars().all(is_plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}
