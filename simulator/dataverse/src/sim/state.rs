//! What all requests of one simulator share.

use std::sync::Arc;

use super::development::Development;
use super::request_ids::RequestIds;
use super::site::Site;
use super::snapshot::Snapshots;
use crate::control::{Faults, RequestLog, SimClock};
use crate::seed::FIRST_PERSON;
use crate::token::Authority;

/// One simulator.
pub(super) struct State {
    /// The first organisation; what no other answers to is its own.
    pub(super) first: Site,
    pub(super) others: Vec<Site>,
    pub(super) authority: Authority,
    pub(super) clock: Arc<SimClock>,
    pub(super) faults: Faults,
    pub(super) log: RequestLog,
    pub(super) snapshots: Snapshots,
    pub(super) development: Development,
    /// Domain of the names of the first organisation's people.
    pub(super) domain: String,
    pub(super) ids: RequestIds,
}

impl State {
    /// The organisation that a `Host` means.
    pub(super) fn site(&self, host: &str) -> &Site {
        let mut others = self.others.iter();
        others
            .find(|site| site.addresses.answers_to(host))
            .unwrap_or(&self.first)
    }

    /// Root of the authority: its OpenID metadata is below it.
    pub(super) fn authority_url(&self) -> String {
        let base = self.first.addresses.base_url();
        format!("{base}/{}", self.development.tenant)
    }

    /// Name under which the first person signs in.
    pub(super) fn user_name(&self) -> String {
        format!("{FIRST_PERSON}@{}", self.domain)
    }

    /// All organisations.
    pub(super) fn sites(&self) -> impl Iterator<Item = &Site> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The organisation with this name.
    pub(super) fn site_named(&self, name: &str) -> Option<&Site> {
        self.sites()
            .find(|site| site.organisation.identity.url_name == name)
    }
}
