//! `--online`: each connection used once, the way that every call goes: name, certificate, sign-in, and
//! whom the service takes it for.

use super::finding::Finding;
use crate::problem::Problem;
use airlock_runtime::Host;
use airlock_runtime::store::Connection;
use std::time::Duration;

/// Somebody waits for the answer; a service that takes longer is worth knowing of.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn check(host: &Host, connection: &Connection) -> Finding {
    let area = format!("connection {}", connection.name);
    let checked = host.check(&connection.tenant, &connection.name);
    match tokio::time::timeout(PATIENCE, checked).await {
        Ok(Ok(_)) => Finding::good(area, "answers, and takes its credential"),
        Ok(Err(error)) => {
            let problem = Problem::from(error);
            let mut finding = Finding::from_problem(area, &problem);
            for (name, place) in &problem.places {
                finding = finding.advise(format!("{}: {place}", name.replace('-', " ")));
            }
            finding
        }
        Err(_) => Finding::bad(area, format!("no answer within {} s", PATIENCE.as_secs())).advise(
            format!(
                "airlock -v connection test {} shows where it waits",
                connection.name
            ),
        ),
    }
}
