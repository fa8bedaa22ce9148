//! Where requests may go: the operator's settings, and each connection's addresses against them.

use super::finding::Finding;
use airlock_runtime::egress::EgressConfig;
use airlock_runtime::store::Connection;
use serde_json::Value;
use url::{Host, Url};

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
                Finding::bad(
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

/// A connection's addresses that the settings would refuse. Which of its settings are addresses
/// its kind's schema says (`format: uri`); a scope only looks like one.
pub(super) fn connection(
    connection: &Connection,
    schema: &Value,
    egress: &EgressConfig,
) -> Vec<Finding> {
    let area = format!("connection {}", connection.name);
    let settings = connection.settings.as_object().into_iter().flatten();
    settings
        .filter(|(name, _)| is_address(schema, name))
        .filter_map(|(name, value)| Some((name, url(value)?)))
        .flat_map(|(name, url)| refusals(&area, name, &url, egress))
        .collect()
}

fn is_address(schema: &Value, setting: &str) -> bool {
    let format = schema
        .get("properties")
        .and_then(|properties| properties.get(setting)?.get("format"));
    format.and_then(Value::as_str) == Some("uri")
}

fn url(value: &Value) -> Option<Url> {
    let url = Url::parse(value.as_str()?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn refusals(area: &str, name: &str, url: &Url, egress: &EgressConfig) -> Vec<Finding> {
    let mut findings = Vec::new();
    let origin = url.origin().ascii_serialization();
    if url.scheme() == "http" && !plain_http(url, egress) {
        findings.push(
            Finding::bad(area, format!("{name} is without TLS: {origin}")).advise(format!(
                "use https, or add \"{}\" to allow-plain-http under [egress] (tests only)",
                place(url)
            )),
        );
    }
    if loopback(url) && !egress.allow_loopback {
        findings.push(
            Finding::bad(area, format!("{name} is on this machine: {origin}"))
                .advise("set allow-loopback = true under [egress] (tests only)"),
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        findings.push(
            Finding::bad(area, format!("{name} names a user before the host"))
                .advise("remove the connection and add it with the bare address"),
        );
    }
    findings
}

fn plain_http(url: &Url, egress: &EgressConfig) -> bool {
    let Ok(origin) = url.origin().ascii_serialization().parse() else {
        return false;
    };
    let Ok(origin) = airlock_runtime::egress::stages::parse::Origin::parse(&origin) else {
        return false;
    };
    egress
        .allow_plain_http
        .iter()
        .any(|pattern| pattern.matches(&origin))
}

fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// `host:port`, as allow-plain-http takes it.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Status;
    use super::*;

    fn found(address: &str, egress: &EgressConfig) -> Vec<String> {
        refusals("c", "web-api-url", &Url::parse(address).unwrap(), egress)
            .into_iter()
            .map(|finding| finding.found)
            .collect()
    }

    #[test]
    fn addresses_that_the_settings_refuse_are_found() {
        let closed = EgressConfig::default();
        assert!(found("https://org.crm.dynamics.com", &closed).is_empty());
        assert_eq!(found("http://org.crm.dynamics.com", &closed).len(), 1);
        assert_eq!(found("http://127.0.0.1:8080", &closed).len(), 2);
        assert_eq!(found("https://[::1]:8443/x", &closed).len(), 1);
        assert_eq!(found("https://me:pw@org.example", &closed).len(), 1);
        let open = EgressConfig {
            allow_loopback: true,
            allow_plain_http: vec!["127.0.0.1:8080".parse().unwrap()],
            ..EgressConfig::default()
        };
        assert!(found("http://127.0.0.1:8080/api", &open).is_empty());
        assert_eq!(found("http://127.0.0.1:8081/api", &open).len(), 1);
    }

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
