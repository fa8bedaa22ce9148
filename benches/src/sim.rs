//! The simulator as the source of a million rows, seeded before anything is timed against it.

use crate::memory::resident_kib;
use crate::report::Report;
use airlock_runtime::{Host, NewConnection};
use anyhow::{Context, Result};
use dataverse_sim::seed::Seed;
use dataverse_sim::sim::{RunningSim, Sim};
use serde_json::json;
use std::time::Instant;

/// A simulator with many accounts.
pub(crate) struct Rows {
    sim: RunningSim,
    authority: String,
    /// How many there are.
    pub(crate) count: u64,
}

pub(crate) async fn start(rows: usize, report: &mut Report) -> Result<Rows> {
    let count = u64::try_from(rows)?;
    let before = resident_kib()?;
    let start = Instant::now();
    let sim = Sim::builder()
        .tls(false)
        .log_capacity(0)
        .seed(Seed::Rows {
            count,
            table: "account".to_owned(),
        })
        .start()
        .await
        .context("starting the simulator")?;
    report.put(
        "sim_seed_rows_per_s",
        rows as f64 / start.elapsed().as_secs_f64(),
    );
    // What the simulator needs itself, and the pages of its file that the kernel has mapped for it.
    report.put("sim_rss_seeded_mib", (resident_kib()? - before) / 1024.0);
    let authority = sim.address().to_string();
    Ok(Rows {
        sim,
        authority,
        count,
    })
}

impl Rows {
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn web_api_url(&self) -> String {
        self.sim.web_api_url()
    }

    pub(crate) fn token_url(&self) -> String {
        self.sim.token_url()
    }

    /// The form that asks for a token.
    pub(crate) fn token_form(&self) -> String {
        format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
            self.sim.client_id(),
            self.sim.client_secret(),
            self.sim.scope()
        )
    }

    pub(crate) async fn connect(&self, host: &Host) -> Result<()> {
        host.add_connection(NewConnection {
            tenant: "default".parse()?,
            name: "sim".parse()?,
            connector: "dynamics".parse()?,
            kind: "client-credentials".to_owned(),
            settings: json!({
                "web-api-url": self.sim.base_url(),
                "token-url": self.sim.token_url(),
            }),
            secrets: [
                (
                    "client-id".to_owned(),
                    self.sim.client_id().to_string().into(),
                ),
                (
                    "client-secret".to_owned(),
                    self.sim.client_secret().to_owned().into(),
                ),
            ]
            .into(),
            allowed_hosts: Vec::new(),
        })
        .await?;
        Ok(())
    }
}

/// A configuration file under which the command line reaches these loopback services.
pub(crate) fn config(authorities: &[&str]) -> String {
    let quoted: Vec<String> = authorities
        .iter()
        .map(|authority| format!("\"{authority}\""))
        .collect();
    format!(
        "[egress]\nallow-loopback = true\nallow-plain-http = [{}]\n",
        quoted.join(", ")
    )
}
