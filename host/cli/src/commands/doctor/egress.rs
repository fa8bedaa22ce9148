//! Where requests may go, by the operator's settings.

use super::finding::Finding;
use airlock_runtime::egress::EgressConfig;

/// Settings that open the way out further than its defaults.
pub(super) fn settings(egress: &EgressConfig) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut open = |found: String, advice: &str| {
        findings.push(Finding::notable("egress", found).advise(advice));
    };
    if egress.allow_loopback {
        open(
            "requests may go to this machine itself (allow-loopback)".to_owned(),
            "right for demonstrations and tests, wrong for anything else",
        );
    }
    if !egress.allow_plain_http.is_empty() {
        let hosts: Vec<String> = egress
            .allow_plain_http
            .iter()
            .map(ToString::to_string)
            .collect();
        open(
            format!("without TLS: {} (allow-plain-http)", hosts.join(", ")),
            "everybody on the way can read tokens and data; use it on this machine only",
        );
    }
    if !egress.allow_private.is_empty() {
        let networks: Vec<String> = egress
            .allow_private
            .iter()
            .map(ToString::to_string)
            .collect();
        open(
            format!("private networks: {} (allow-private)", networks.join(", ")),
            "name no more than the services that connectors need",
        );
    }
    for path in &egress.trusted_roots {
        if let Err(error) = std::fs::metadata(path) {
            findings.push(
                Finding::wrong(
                    "egress",
                    format!("trusted-roots: {} cannot be read: {error}", path.display()),
                )
                .advise("correct the path in the configuration"),
            );
        }
    }
    if findings.is_empty() {
        findings.push(Finding::good(
            "egress",
            "TLS only, public addresses only, named hosts only",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::finding::Status;
    use super::*;

    #[test]
    fn settings_that_open_the_way_are_told() {
        let [only] = settings(&EgressConfig::default()).try_into().unwrap();
        assert_eq!(only, Finding::good("egress", only.found.clone()));
        let open = EgressConfig {
            allow_loopback: true,
            trusted_roots: vec!["/no/such/file.pem".into()],
            ..EgressConfig::default()
        };
        let statuses: Vec<Status> = settings(&open).iter().map(|f| f.status).collect();
        assert_eq!(statuses, [Status::Notable, Status::Bad]);
    }
}
