//! What the host holds: that the database opens, every connector loads and every connection fits
//! its connector and the settings.

use super::finding::Finding;
use super::{clock, urls};
use crate::context::Context;
use crate::problem::Problem;
use airlock_runtime::store::{Connection, Connector};
use airlock_runtime::{About, Config, Host};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use time::OffsetDateTime;

pub(super) async fn check(
    context: &Context,
    config: &Config,
    data: &Path,
    fix: bool,
) -> Vec<Finding> {
    let cache = compiled(&data.join("cache"), fix);
    let host = match context.host().await {
        Ok(host) => host,
        Err(problem) => return vec![Finding::from_problem("database", &problem)],
    };
    let tenant = &context.globals.tenant;
    let connectors = match host.connectors(tenant).await.map_err(Problem::from) {
        Ok(connectors) => connectors,
        Err(problem) => return vec![Finding::from_problem("database", &problem)],
    };
    let connections = match host.connections(tenant).await.map_err(Problem::from) {
        Ok(connections) => connections,
        Err(problem) => return vec![Finding::from_problem("database", &problem)],
    };
    let mut findings = vec![
        Finding::good(
            "database",
            format!(
                "opens; connectors: {}, connections: {} (tenant {tenant})",
                connectors.len(),
                connections.len()
            ),
        ),
        clock::judge(OffsetDateTime::now_utc(), latest(&connectors, &connections)),
        cache,
    ];
    let mut abouts = BTreeMap::new();
    for connector in &connectors {
        let (about, finding) = load(&host, context, connector).await;
        findings.push(finding);
        if let Some(about) = about {
            abouts.insert(connector.name.clone(), about);
        }
    }
    for connection in &connections {
        let about = abouts.get(&connection.connector);
        findings.extend(judge(connection, about.map(Arc::as_ref), config));
    }
    findings
}

fn latest(connectors: &[Connector], connections: &[Connection]) -> Option<OffsetDateTime> {
    let added = connectors.iter().map(|connector| connector.added_at);
    let changed = connections.iter().map(|connection| connection.updated_at);
    added.chain(changed).max()
}

/// Compiled code is only a cache: throwing it away costs one compilation each.
fn compiled(folder: &Path, fix: bool) -> Finding {
    let area = "compiled code";
    let files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_file())
        .collect();
    let bytes: u64 = files
        .iter()
        .filter_map(|entry| entry.metadata().ok())
        .map(|about| about.len())
        .sum();
    let held = format!("{} files, {} MiB", files.len(), bytes >> 20);
    if !fix {
        return Finding::good(area, held);
    }
    let removed = files
        .iter()
        .filter(|entry| std::fs::remove_file(entry.path()).is_ok())
        .count();
    if removed == files.len() {
        Finding::repaired(area, format!("removed {held}; it is made anew when needed"))
    } else {
        Finding::bad(
            area,
            format!(
                "{} of {} files cannot be removed",
                files.len() - removed,
                files.len()
            ),
        )
        .advise(format!("remove the folder {}", folder.display()))
    }
}

async fn load(
    host: &Host,
    context: &Context,
    connector: &Connector,
) -> (Option<Arc<About>>, Finding) {
    let area = format!("connector {}", connector.name);
    match host.about(&context.globals.tenant, &connector.name).await {
        Ok(about) => {
            let finding = Finding::good(
                area,
                format!("{}, {} actions", connector.version, about.actions.len()),
            );
            (Some(about), finding)
        }
        Err(error) => {
            let finding = Finding::from_problem(area, &Problem::from(error))
                .advise("airlock connector add FILE puts it in place again");
            (None, finding)
        }
    }
}

fn judge(connection: &Connection, about: Option<&About>, config: &Config) -> Vec<Finding> {
    let area = format!("connection {}", connection.name);
    let Some(about) = about else {
        let unusable = format!("its connector {} cannot be used", connection.connector);
        return vec![Finding::bad(area, unusable).advise("see that connector above")];
    };
    let Some(kind) = about.connection_kind(&connection.kind) else {
        let gone = format!(
            "its connector no longer has the kind \"{}\"",
            connection.kind
        );
        return vec![Finding::bad(area, gone).advise("remove it and add it anew")];
    };
    let refused = urls::connection(connection, &kind.settings, &config.egress);
    if refused.is_empty() {
        let through = format!("{} through {}", connection.kind, connection.connector);
        return vec![Finding::good(area, through)];
    }
    refused
}
