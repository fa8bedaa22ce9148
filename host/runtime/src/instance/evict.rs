//! Whose warm instance goes when there is no room for one more.
//!
//! A warm instance is kept for speed alone, so one that does nothing goes before anybody is kept
//! waiting; and where all of them work, one that its connection can spare takes no more calls and
//! ends with those it has. Nobody loses a call, and nobody loses to a tenant that has more.

use std::cmp::Reverse;
use std::time::Duration;

/// Which limit is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// The tenant's own: it pays with its own.
    Tenant,
    /// The process's, for all tenants together.
    Process,
}

/// A warm instance that could go.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Whether it is the asking tenant's own.
    pub(super) own: bool,
    /// Warm instances of its tenant.
    pub(super) of_tenant: usize,
    /// Warm instances of its connection.
    pub(super) of_connection: usize,
    /// Calls inside it.
    pub(super) calls: usize,
    /// How long it has done nothing.
    pub(super) idle: Duration,
}

/// The one that goes, by its index in `candidates`. Those that work are looked at only when
/// `may_drain`.
pub(super) fn victim(candidates: &[Candidate], limit: Limit, may_drain: bool) -> Option<usize> {
    let own = candidates.iter().find(|candidate| candidate.own);
    let of_asker = own.map_or(0, |candidate| candidate.of_tenant);
    candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| candidate.own || limit == Limit::Process)
        .filter_map(|(index, candidate)| {
            let rank = match (candidate.calls, candidate.own) {
                (0, true) => 0,
                (0, false) => 1,
                _ if !may_drain => return None,
                (_, true) if candidate.of_connection > 1 => 2,
                // So that two of the same wealth do not take each other's in turns.
                (_, false) if candidate.of_tenant > of_asker + 1 => 3,
                _ => return None,
            };
            let of_others = if candidate.own {
                0
            } else {
                candidate.of_tenant
            };
            let order = (
                rank,
                Reverse(of_others),
                Reverse(candidate.of_connection * usize::from(candidate.calls > 0)),
                candidate.calls,
                Reverse(candidate.idle),
            );
            Some((order, index))
        })
        .min()
        .map(|(_, index)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(of_connection: usize, calls: usize, idle_s: u64) -> Candidate {
        Candidate {
            own: true,
            of_tenant: 2,
            of_connection,
            calls,
            idle: Duration::from_secs(idle_s),
        }
    }

    fn other(of_tenant: usize, of_connection: usize, calls: usize, idle_s: u64) -> Candidate {
        Candidate {
            own: false,
            of_tenant,
            of_connection,
            calls,
            idle: Duration::from_secs(idle_s),
        }
    }

    #[test]
    fn the_idlest_goes_and_ones_own_before_anothers() {
        let all = [other(9, 1, 0, 50), own(1, 0, 3), own(1, 0, 5), own(4, 1, 0)];
        for limit in [Limit::Tenant, Limit::Process] {
            assert_eq!(victim(&all, limit, true), Some(2), "{limit:?}");
        }
    }

    #[test]
    fn at_its_own_limit_a_tenant_pays_with_its_own() {
        let all = [other(9, 1, 0, 50), own(1, 1, 0)];
        assert_eq!(victim(&all, Limit::Tenant, true), None);
        assert_eq!(victim(&all, Limit::Process, true), Some(0));
    }

    #[test]
    fn an_idle_one_of_the_richest_goes_before_one_that_works() {
        let all = [
            own(4, 1, 0),
            other(1, 1, 0, 50),
            other(7, 7, 0, 2),
            other(7, 7, 0, 4),
            other(9, 9, 1, 0),
        ];
        assert_eq!(victim(&all, Limit::Process, true), Some(3));
    }

    #[test]
    fn of_those_that_work_one_goes_that_its_connection_can_spare_with_the_fewest_calls() {
        let all = [own(1, 1, 0), own(2, 7, 0), own(2, 5, 0)];
        assert_eq!(victim(&all, Limit::Tenant, true), Some(2));
        assert_eq!(victim(&all, Limit::Tenant, false), None);
        assert_eq!(victim(&all[..1], Limit::Tenant, true), None);
    }

    #[test]
    fn of_anothers_that_work_one_goes_only_where_there_are_more_of_them() {
        let poor = [own(1, 1, 0), own(1, 1, 0), other(3, 3, 4, 0)];
        assert_eq!(victim(&poor, Limit::Process, true), None);
        let rich = [own(1, 1, 0), other(4, 1, 1, 0), other(4, 3, 4, 0)];
        assert_eq!(victim(&rich, Limit::Process, true), Some(2));
        // Who has none yet may ask of anyone who has two.
        let newcomer = [other(2, 1, 4, 0), other(2, 1, 3, 0)];
        assert_eq!(victim(&newcomer, Limit::Process, true), Some(1));
        assert_eq!(victim(&[other(1, 1, 1, 0)], Limit::Process, true), None);
    }
}
