//! Stage 2. May this connection go there? Deny by default: the host has to be among those the
//! connection allows, TLS is a must unless the operator names the host, and CONNECT and TRACE are
//! for nobody. The same judgement says whether the credential may go along (stage 6 acts on it).

use http::Method;
use http::uri::PathAndQuery;

use crate::error::{EgressError, Stage};
use crate::host_pattern::HostPattern;
use crate::policy::LanePolicy;
use crate::stages::parse::{Origin, PathTraits};

/// Judges host and port; answers the rule that permits them, for the audit record.
///
/// # Errors
/// [`EgressError::Denied`] at stage `policy`, naming the setting that would permit it.
pub(crate) fn judge_host(origin: &Origin, policy: &LanePolicy) -> Result<String, EgressError> {
    match policy.hosts.iter().find(|pattern| pattern.matches(origin)) {
        Some(host) => Ok(format!("host {host}")),
        None => Err(refuse(
            "host",
            format!(
                "egress to {} denied: connection \"{}\" allows {}; add it under allowed-hosts to permit it",
                origin.host_and_port(),
                policy.connection,
                listed(&policy.hosts),
            ),
        )),
    }
}

/// Judges the scheme: without TLS anyone on the way could read the answer, and the credential.
///
/// # Errors
/// [`EgressError::Denied`] at stage `policy`, naming the setting that would permit it.
pub fn judge_scheme(origin: &Origin, plain_http: &[HostPattern]) -> Result<(), EgressError> {
    if origin.is_https() || plain_http.iter().any(|pattern| pattern.matches(origin)) {
        return Ok(());
    }
    let host = origin.host_and_port();
    Err(refuse(
        "plain-http",
        format!(
            "egress to {origin} denied: it is not encrypted; use https, or add \"{host}\" under [egress] \
             allow-plain-http to permit it"
        ),
    ))
}

/// Whether the credential may go there as well.
pub(crate) fn may_carry_credential(origin: &Origin, policy: &LanePolicy) -> bool {
    policy
        .credential_hosts
        .iter()
        .any(|pattern| pattern.matches(origin))
}

/// Judges method and path.
///
/// # Errors
/// [`EgressError::Denied`] at stage `policy`.
pub(crate) fn judge_request(
    method: &Method,
    path: &PathAndQuery,
    traits: PathTraits,
    policy: &LanePolicy,
) -> Result<(), EgressError> {
    // TRACE would echo the credential; CONNECT would open a tunnel that nothing here can see into.
    if *method == Method::CONNECT || *method == Method::TRACE {
        return Err(refuse(
            "method",
            format!("egress denied: {method} is never permitted"),
        ));
    }
    if !policy.methods.is_empty() && !policy.methods.contains(method) {
        return Err(refuse(
            "method",
            format!(
                "egress denied: connection \"{}\" does not permit {method}",
                policy.connection
            ),
        ));
    }
    if policy.path_prefixes.is_empty() {
        return Ok(());
    }
    let path = path.path();
    let inside = policy
        .path_prefixes
        .iter()
        .any(|prefix| begins_with(path, prefix));
    if inside && !traits.hides_dot_segments {
        return Ok(());
    }
    Err(refuse(
        "path",
        format!(
            "egress to {path} denied: connection \"{}\" allows paths below {}",
            policy.connection,
            policy.path_prefixes.join(", "),
        ),
    ))
}

/// Whether `path` is `prefix` or lies below it: `/api` covers `/api/x`, not `/apix`.
fn begins_with(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn listed(hosts: &[HostPattern]) -> String {
    if hosts.is_empty() {
        return "no host".into();
    }
    hosts
        .iter()
        .map(HostPattern::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn refuse(rule: &'static str, message: String) -> EgressError {
    EgressError::denied(Stage::Policy, rule, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::parse;

    fn origin(text: &str) -> Origin {
        Origin::parse(&text.parse().unwrap()).unwrap()
    }

    fn patterns(list: &[&str]) -> Vec<HostPattern> {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn contoso(hosts: &[&str]) -> LanePolicy {
        LanePolicy::new("contoso", patterns(hosts))
    }

    fn judge_origin(
        origin: &Origin,
        policy: &LanePolicy,
        plain: &[HostPattern],
    ) -> Result<String, EgressError> {
        let rule = judge_host(origin, policy)?;
        judge_scheme(origin, plain).map(|()| rule)
    }

    #[test]
    fn only_listed_hosts_over_tls_or_named_plain_http_are_permitted() {
        let policy = contoso(&[
            "org.example.com",
            "sim.example.com:8080",
            "*.files.example.com",
        ]);
        let plain = patterns(&["sim.example.com:8080"]);
        for (url, rule) in [
            ("https://org.example.com/", Ok("host org.example.com")),
            (
                "https://a.files.example.com/",
                Ok("host *.files.example.com"),
            ),
            (
                "http://sim.example.com:8080/",
                Ok("host sim.example.com:8080"),
            ),
            ("http://org.example.com/", Err("plain-http")),
            ("https://org.example.com:8443/", Err("host")),
            ("https://evil.example/", Err("host")),
        ] {
            let answer = judge_origin(&origin(url), &policy, &plain);
            match (answer, rule) {
                (Ok(permitted), Ok(rule)) => assert_eq!(permitted, rule),
                (Err(EgressError::Denied { rule, .. }), Err(expected)) => {
                    assert_eq!(rule, expected)
                }
                (answer, _) => panic!("{url}: {answer:?}"),
            }
        }
    }

    #[test]
    fn a_denial_names_the_setting_that_would_permit_it() {
        let denial = |url: &str, hosts: &[&str]| {
            judge_origin(&origin(url), &contoso(hosts), &[])
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            denial("https://evil.example/", &["org.crm.dynamics.com"]),
            "egress to evil.example:443 denied: connection \"contoso\" allows org.crm.dynamics.com; \
             add it under allowed-hosts to permit it"
        );
        assert!(denial("https://evil.example/", &[]).contains("allows no host"));
        let plain = denial("http://org.example.com/", &["org.example.com"]);
        assert!(
            plain.contains("add \"org.example.com:80\" under [egress] allow-plain-http"),
            "{plain}"
        );
    }

    #[test]
    fn the_credential_goes_only_to_its_own_hosts() {
        let mut policy = contoso(&["org.example.com", "files.example.com"]);
        policy.credential_hosts = patterns(&["org.example.com"]);
        for (url, credential) in [
            ("https://org.example.com/", true),
            ("https://files.example.com/", false),
        ] {
            assert!(judge_host(&origin(url), &policy).is_ok());
            assert_eq!(may_carry_credential(&origin(url), &policy), credential);
        }
    }

    #[test]
    fn methods_and_paths_can_be_narrowed() {
        let mut policy = contoso(&["org.example.com"]);
        let judge = |policy: &LanePolicy, method: Method, text: &str| {
            let path = PathAndQuery::try_from(text).unwrap();
            judge_request(&method, &path, parse::path(&path).unwrap(), policy).is_ok()
        };
        assert!(judge(&policy, Method::DELETE, "/anything"));
        assert!(!judge(&policy, Method::TRACE, "/"));
        assert!(!judge(&policy, Method::CONNECT, "/"));

        policy.methods = vec![Method::GET];
        policy.path_prefixes = vec!["/api/data/".into()];
        for (method, path, permitted) in [
            (Method::GET, "/api/data/v9.2/leads", true),
            (Method::GET, "/api/data", true),
            (Method::GET, "/api/database", false),
            (Method::GET, "/admin", false),
            (Method::POST, "/api/data/v9.2/leads", false),
            (Method::GET, "/api/data/..%2f..%2fadmin", false),
            (Method::GET, "/api/data/x?y=/admin", true),
        ] {
            assert_eq!(
                judge(&policy, method.clone(), path),
                permitted,
                "{method} {path}"
            );
        }
    }
}
