//! The simulator under attack: started afresh now and then, so that what an input did is gone before long.

use std::sync::Arc;

use anyhow::{Context, bail};
use dataverse_sim::organisation::Clock;
use dataverse_sim::seed::Seed;
use dataverse_sim::{RunningSim, Sim};
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::datetime;

use crate::wire::{Outcome, Wire};

/// Requests that one simulator answers before the next one is started.
const LIFE: u32 = 20_000;

/// The time at which every simulator stands, so that the same bytes get the same answer.
struct Standstill;

impl Clock for Standstill {
    fn now(&self) -> OffsetDateTime {
        datetime!(2026-11-20 09:30 UTC)
    }
}

/// A simulator, a token of it, and a connection to it.
pub(crate) struct Subject {
    sim: RunningSim,
    pub(crate) token: String,
    pub(crate) host: String,
    pub(crate) wire: Wire,
    answered: u32,
}

impl Subject {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let sim = Sim::builder()
            .seed(Seed::Small)
            .clock(Arc::new(Standstill))
            .log_capacity(0)
            .threads(1)
            .start_blocking()?;
        Self::of(sim)
    }

    /// Signs in to a simulator.
    pub(crate) fn of(sim: RunningSim) -> anyhow::Result<Self> {
        let host = sim.address().to_string();
        let mut wire = Wire::new(sim.address());
        let token = sign_in(&sim, &host, &mut wire)?;
        Ok(Self {
            sim,
            token,
            host,
            wire,
            answered: 0,
        })
    }

    /// Counts an answer; starts anew when it was the last.
    pub(crate) fn grow_old(&mut self) -> anyhow::Result<()> {
        self.answered += 1;
        if self.answered >= LIFE {
            *self = Self::start()?;
        }
        Ok(())
    }

    /// Starts anew after a defect. The old one may hang and is left where it is.
    pub(crate) fn replace(&mut self) -> anyhow::Result<()> {
        let old = std::mem::replace(self, Self::start()?);
        std::mem::forget(old.sim);
        Ok(())
    }
}

fn sign_in(sim: &RunningSim, host: &str, wire: &mut Wire) -> anyhow::Result<String> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", &sim.client_id().to_string())
        .append_pair("client_secret", sim.client_secret())
        .append_pair("scope", &sim.scope())
        .finish();
    let path = format!("/{}/oauth2/v2.0/token", sim.tenant_id());
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let Outcome::Answered(answers) = wire.exchange(head.as_bytes(), false)? else {
        bail!("the authority did not answer");
    };
    let body = answers.first().map(|answer| answer.body.as_slice());
    let json: Value = serde_json::from_slice(body.unwrap_or_default())?;
    let token = json.get("access_token").and_then(Value::as_str);
    Ok(token.context("the authority gave no token")?.to_owned())
}
