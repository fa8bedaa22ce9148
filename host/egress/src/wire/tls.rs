//! TLS: whom to trust, and what to say when a handshake fails. The trust is shared by all lanes;
//! sessions are not: each lane has a store of its own, so that none resumes another's.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::config::EgressConfig;
use crate::error::EgressError;

/// TLS sessions that one lane remembers. Few, because a lane speaks to few hosts.
const SESSIONS: usize = 16;

/// Whom a process trusts.
#[derive(Debug)]
pub(crate) struct Trust {
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl Trust {
    /// The public authorities, and those the operator adds.
    pub(crate) fn new(config: &EgressConfig) -> Result<Self, EgressError> {
        let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        for path in &config.trusted_roots {
            add_roots(&mut roots, path)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .map_err(|error| EgressError::Configuration {
                    message: format!("the trusted authorities cannot be used: {error}"),
                })?;
        Ok(Self { provider, verifier })
    }

    /// The client's side of TLS for one lane.
    pub(crate) fn client(&self) -> Result<Arc<ClientConfig>, EgressError> {
        let mut client = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| EgressError::Configuration {
                message: format!("TLS cannot be set up: {error}"),
            })?
            .with_webpki_verifier(Arc::clone(&self.verifier))
            .with_no_client_auth();
        client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        client.resumption = Resumption::in_memory_sessions(SESSIONS);
        Ok(Arc::new(client))
    }
}

fn add_roots(roots: &mut RootCertStore, path: &Path) -> Result<(), EgressError> {
    let refuse = |reason: String| EgressError::Configuration {
        message: format!(
            "trusted-roots under [egress]: {} {reason}; it has to be a file of PEM certificates",
            path.display()
        ),
    };
    let mut found = false;
    for certificate in CertificateDer::pem_file_iter(path)
        .map_err(|error| refuse(format!("cannot be read: {error}")))?
    {
        let certificate =
            certificate.map_err(|error| refuse(format!("cannot be read: {error}")))?;
        roots
            .add(certificate)
            .map_err(|error| refuse(format!("holds a certificate that cannot be used: {error}")))?;
        found = true;
    }
    if found {
        Ok(())
    } else {
        Err(refuse("holds no certificate".into()))
    }
}

/// Whether a handshake will fail in the same way until somebody mends something; a connection that
/// breaks off may hold the next time.
pub(crate) fn lasts(error: &io::Error) -> bool {
    match of_rustls(error) {
        // Servers say these when they are overloaded or going down.
        Some(rustls::Error::AlertReceived(alert)) => !matches!(
            alert,
            AlertDescription::InternalError
                | AlertDescription::UserCanceled
                | AlertDescription::CloseNotify
        ),
        Some(_) => true,
        None => false,
    }
}

fn of_rustls(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Why a handshake failed, in words, with what to do.
pub(crate) fn explain(error: &io::Error) -> String {
    let Some(tls) = of_rustls(error) else {
        return format!("{error}; check that the service speaks TLS on this port");
    };
    match tls {
        rustls::Error::InvalidCertificate(reason) => explain_certificate(reason),
        rustls::Error::InvalidMessage(_) => {
            "what answers there does not speak TLS; check the port, or use http where it is permitted".into()
        }
        rustls::Error::AlertReceived(alert) => {
            format!("the service broke off the handshake ({alert:?}); check the host name and the port")
        }
        other => other.to_string(),
    }
}

fn explain_certificate(reason: &CertificateError) -> String {
    match reason {
        // The latter where an authority of the same name is trusted.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate comes from an authority that is not trusted; add the authority's PEM file under \
             [egress] trusted-roots if it should be"
                .into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another host name; check the spelling of the address".into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired; the service has to renew it (or this machine's clock is wrong)".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; check this machine's clock".into()
        }
        CertificateError::Revoked => "its certificate was revoked".into(),
        other => format!("its certificate cannot be accepted: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_holds_no_authority_is_an_error_that_names_it() {
        for text in ["", "no certificate at all"] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            let config = EgressConfig {
                trusted_roots: vec![file.path().to_owned()],
                ..EgressConfig::default()
            };
            let error = Trust::new(&config).unwrap_err().to_string();
            assert!(
                error.contains("trusted-roots") && error.contains("PEM"),
                "{error}"
            );
        }
        let config = EgressConfig {
            trusted_roots: vec!["/nowhere/ca.pem".into()],
            ..EgressConfig::default()
        };
        assert!(
            Trust::new(&config)
                .unwrap_err()
                .to_string()
                .contains("/nowhere/ca.pem")
        );
    }
}
