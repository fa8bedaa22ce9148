//! Which limit on what is under way a call met: facts, from which whoever tells a person makes the advice.

use airlock_store::TenantId;
use std::fmt;
use std::time::Duration;

/// What is counted while it is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Calls.
    Calls,
    /// Instances of components.
    Instances,
}

/// A limit was met, and nothing that counts against it ended while the call waited. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Whose limit it is; without a tenant, the whole host's.
    pub tenant: Option<TenantId>,
    /// What has reached it.
    pub counted: Counted,
    /// How many there may be.
    pub most: usize,
    /// The setting that says so.
    pub setting: &'static str,
    /// The section of the configuration that the setting stands in.
    pub section: &'static str,
    /// How long the call waited.
    pub waited: Duration,
}

impl fmt::Display for Busy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tenant {
            Some(tenant) => write!(out, "tenant \"{tenant}\"")?,
            None => out.write_str("this host")?,
        }
        let counted = match self.counted {
            Counted::Calls => "calls under way",
            Counted::Instances => "instances alive",
        };
        write!(
            out,
            " has {} {counted}, which is {}, and none ended within {} ms",
            self.most,
            self.setting,
            self.waited.as_millis()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_limit_it_is_and_which_setting_says_so_are_told() {
        let busy = |tenant: Option<&str>| Busy {
            tenant: tenant.map(|name| name.parse().unwrap()),
            counted: Counted::Instances,
            most: 8,
            setting: "max-instances",
            section: "runtime",
            waited: Duration::from_secs(1),
        };
        assert_eq!(
            busy(None).to_string(),
            "this host has 8 instances alive, which is max-instances, and none ended within 1000 ms"
        );
        let told = busy(Some("contoso")).to_string();
        assert!(told.starts_with("tenant \"contoso\" has 8"), "{told}");
    }
}
