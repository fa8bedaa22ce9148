//! What the host holds: that the database opens, every connector loads and every connection fits
//! its connector and the settings.

use super::finding::Finding;
use super::{cache, clock, online};
use crate::args::Doctor;
use crate::context::Context;
use crate::problem::Problem;
use airlock_runtime::store::{Connection, Connector};
use airlock_runtime::{About, Host, check_settings};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use time::OffsetDateTime;

/// Whether anything is kept in a data folder.
pub(super) fn is_there(data: &Path) -> bool {
    data.join("airlock.db").exists()
}

pub(super) async fn check(context: &Context, asked: Doctor) -> Vec<Finding> {
    match findings(context, asked).await {
        Ok(findings) => findings,
        Err(problem) => vec![Finding::from_problem("database", &problem)],
    }
}

async fn findings(context: &Context, asked: Doctor) -> Result<Vec<Finding>, Problem> {
    let host = context.host().await?;
    let tenant = &context.globals.tenant;
    let connectors = host.connectors(tenant).await?;
    let connections = host.connections(tenant).await?;
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
        cache::check(&host, asked.fix).await?,
    ];
    let mut abouts = BTreeMap::new();
    for connector in &connectors {
        let (about, finding) = load(&host, connector).await;
        findings.push(finding);
        if let Some(about) = about {
            abouts.insert(connector.name.clone(), about);
        }
    }
    for connection in &connections {
        let about = abouts.get(&connection.connector);
        let finding = judge(&host, connection, about.map(Arc::as_ref));
        let sound = finding.status != super::Status::Bad;
        findings.push(finding);
        if asked.online && sound {
            findings.push(online::check(&host, connection).await);
        }
    }
    Ok(findings)
}

fn latest(connectors: &[Connector], connections: &[Connection]) -> Option<OffsetDateTime> {
    let added = connectors.iter().map(|connector| connector.added_at);
    let changed = connections.iter().map(|connection| connection.updated_at);
    added.chain(changed).max()
}

async fn load(host: &Host, connector: &Connector) -> (Option<Arc<About>>, Finding) {
    let area = format!("connector {}", connector.name);
    let again = "airlock connector add FILE puts it in place again";
    // The component comes first: compiled code that is still there would hide that it is gone.
    let bytes = host.component_bytes(&connector.tenant, &connector.name);
    if let Err(error) = bytes.await {
        let finding = Finding::from_problem(area, &Problem::from(error)).advise(again);
        return (None, finding);
    }
    match host.about(&connector.tenant, &connector.name).await {
        Ok(about) => {
            let finding = Finding::good(
                area,
                format!(
                    "{}, {} actions",
                    connector.version,
                    about.actions_of(None).count()
                ),
            );
            (Some(about), finding)
        }
        Err(error) => {
            let finding = Finding::from_problem(area, &Problem::from(error)).advise(again);
            (None, finding)
        }
    }
}

fn judge(host: &Host, connection: &Connection, about: Option<&About>) -> Finding {
    let name = &connection.name;
    let area = format!("connection {name}");
    let Some(about) = about else {
        let unusable = format!("its connector {} cannot be used", connection.connector);
        return Finding::bad(area, unusable).advise("see that connector above");
    };
    let Some(kind) = about.connection_kind(&connection.kind) else {
        let gone = format!(
            "its connector no longer has the kind \"{}\"",
            connection.kind
        );
        return Finding::bad(area, gone).advise("remove it and add it anew");
    };
    match check_settings(kind, &connection.settings, &host.config().egress) {
        Ok(()) => Finding::good(
            area,
            format!("{} through {}", connection.kind, connection.connector),
        ),
        Err(error) => Finding::from_problem(area, &Problem::from(error)).advise(format!(
            "airlock connection update {name} --setting NAME=VALUE changes a setting"
        )),
    }
}
