//! The status page: organisations, tables and recent requests, for a person with a browser.

use std::fmt::Write;

use http::header::REFRESH;

use super::Call;
use crate::control::LoggedRequest;
use crate::http::Response;
use crate::http::html::{escape, wide_page};
use crate::sim::site::Site;
use crate::sim::state::State;

/// Requests shown.
const RECENT: usize = 50;
/// How often the page comes anew when somebody wants to watch.
const SECONDS: &str = "3";

impl State {
    /// The page; with `?watch` it loads itself again and again.
    pub(super) fn status_page(&self, call: &Call<'_>) -> Response {
        let is_watched = call.parts.uri.query() == Some("watch");
        let mut body = format!(
            "<h1>dataverse-sim {}</h1>{}{}",
            env!("CARGO_PKG_VERSION"),
            self.facts(),
            self.recent(is_watched)
        );
        for site in self.sites() {
            body.push_str(&tables(site));
        }
        let page = wide_page("dataverse-sim", &body);
        if is_watched {
            page.with_header(REFRESH.as_str(), SECONDS)
        } else {
            page
        }
    }

    fn facts(&self) -> String {
        let clock = self.clock.describe();
        let clock = clock.get("now").and_then(|now| now.as_str()).unwrap_or("");
        let mut rows = String::new();
        let mut fact = |name: &str, value: &str| {
            // Writing to a text cannot fail.
            let _ = write!(rows, "<tr><th>{name}</th><td>{}</td></tr>", escape(value));
        };
        fact("Clock", clock);
        fact("Tenant", &self.development.tenant.to_string());
        fact("Client id", &self.development.client_id.to_string());
        fact("Requests so far", &self.log.total().to_string());
        fact("Fault rules", &self.faults.rules().len().to_string());
        fact("Snapshots", &self.list_snapshots().len().to_string());
        format!(
            "<table>{rows}</table><p class=\"note\">As JSON: {}</p>",
            links(&[
                "health",
                "environment",
                "organisations",
                "requests",
                "faults",
                "clock",
                "limits",
                "snapshots",
                "applications",
                "accounts",
                "consents",
            ])
        )
    }

    fn recent(&self, is_watched: bool) -> String {
        let entries = self.log.entries();
        let rows: String = entries.iter().rev().take(RECENT).map(row).collect();
        let watch = if is_watched {
            "<a href=\"/sim/\">stop watching</a>"
        } else {
            "<a href=\"/sim/?watch\">watch</a>"
        };
        if rows.is_empty() {
            return format!("<h2>Recent requests</h2><p>None yet; {watch}.</p>");
        }
        format!(
            "<h2>Recent requests</h2><p class=\"note\">{watch}</p><table><tr><th class=\"number\">No</th><th>At</th>\
             <th>Organisation</th><th>Request</th><th class=\"number\">Status</th><th class=\"number\">Bytes</th>\
             <th class=\"number\">µs</th><th>Fault</th></tr>{rows}</table>"
        )
    }
}

fn row(entry: &LoggedRequest) -> String {
    let at = entry.at;
    let class = if (200..400).contains(&entry.status) {
        "number"
    } else {
        "number bad"
    };
    format!(
        "<tr><td class=\"number\"><a href=\"/sim/requests/{number}\">{number}</a></td>\
         <td>{:02}:{:02}:{:02}</td><td>{}</td><td class=\"path\">{} {}</td>\
         <td class=\"{class}\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
        at.hour(),
        at.minute(),
        at.second(),
        escape(&entry.organisation),
        escape(entry.method.as_str()),
        escape(&entry.target),
        entry.status,
        entry.response_bytes,
        entry.micros,
        escape(entry.fault.as_deref().unwrap_or_default()),
        number = entry.sequence,
    )
}

fn tables(site: &Site) -> String {
    let organisation = &site.organisation;
    let schema = organisation.schema();
    let mut lines: Vec<(&str, String)> = Vec::new();
    for table in schema.tables() {
        let count = organisation.rows.count(&schema, &table.logical_name);
        let count = count.map_or_else(|_| "?".to_owned(), |count| count.to_string());
        let name = match table.entity_set_name.as_str() {
            "" => &table.logical_name,
            set => set,
        };
        lines.push((name, count));
    }
    lines.sort();
    let items: String = lines
        .iter()
        .map(|(name, count)| format!("<li><code>{}</code> {count}</li>", escape(name)))
        .collect();
    format!(
        "<h2>{} <span class=\"note\">{}</span></h2><p class=\"note\">{} tables and their rows</p>\
         <ul class=\"columns\">{items}</ul>",
        escape(&organisation.identity.friendly_name),
        escape(&site.addresses.base_url()),
        lines.len(),
    )
}

fn links(names: &[&str]) -> String {
    let link = |name: &&str| format!("<a href=\"/sim/{name}\">{name}</a>");
    names.iter().map(link).collect::<Vec<_>>().join(", ")
}
