//! What each number of the configuration may be.
//!
//! A value outside its range would refuse every call, take all memory, or overflow somewhere far
//! from the file it stands in. The upper ends are where no machine could want more.

use super::ConfigFault;
use serde_json::Value;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;
const HOUR_MS: u64 = 3_600_000;
const MONTH_MS: u64 = 30 * 24 * HOUR_MS;
const YEAR_S: u64 = 365 * 24 * 3_600;

/// Every setting that is a number, with the least and the most that it may be.
const RANGES: &[(&str, u64, u64)] = &[
    ("runtime.max-instances", 1, 65_536),
    ("runtime.instances-per-connection", 0, 65_536),
    ("runtime.calls-per-instance", 1, 65_536),
    ("runtime.retire-after-calls", 1, u64::MAX),
    ("runtime.retire-after-seconds", 1, YEAR_S),
    ("runtime.idle-seconds", 0, YEAR_S),
    ("runtime.epoch-tick-ms", 1, 1_000),
    ("runtime.max-component-bytes", KIB, GIB),
    ("runtime.compile-memory-bytes", 64 * MIB, TIB),
    ("runtime.compile-ms", 1, HOUR_MS),
    ("runtime.idempotency-seconds", 60, YEAR_S),
    ("runtime.idempotency-bytes", 0, TIB),
    // Below, a component has no room to start; above, 32 bits do not reach.
    ("budgets.memory-bytes", MIB, 4 * GIB),
    ("budgets.table-elements", 100, 10_000_000),
    ("budgets.cpu-ms", 1, HOUR_MS),
    ("budgets.call-ms", 1, 24 * HOUR_MS),
    ("budgets.pipe-ms", 1, MONTH_MS),
    ("budgets.host-call-bytes", 64 * KIB, 4 * GIB),
    ("budgets.handles", 64, 1_000_000),
    ("budgets.resources", 64, 1_000_000),
    ("budgets.header-bytes", KIB, 16 * MIB),
    ("budgets.random-bytes", 64, GIB),
    ("budgets.answer-values", 1_000, 100_000_000),
    ("budgets.log-lines-per-second", 0, 1_000_000),
    ("budgets.log-line-bytes", 0, MIB),
    ("budgets.tenant-calls", 1, 1_000_000),
    ("budgets.tenant-instances", 1, 65_536),
    ("budgets.tenant-memory-bytes", MIB, TIB),
    ("budgets.tenant-wait-ms", 0, HOUR_MS),
    ("egress.connect-timeout-ms", 1, MONTH_MS),
    ("egress.tls-timeout-ms", 1, MONTH_MS),
    ("egress.response-header-timeout-ms", 1, MONTH_MS),
    ("egress.between-bytes-timeout-ms", 1, MONTH_MS),
    ("egress.total-timeout-ms", 1, MONTH_MS),
    ("egress.max-request-body-bytes", 0, TIB),
    ("egress.max-response-body-bytes", KIB, TIB),
    ("egress.max-response-headers", 8, 10_000),
    ("egress.max-header-bytes", KIB, 16 * MIB),
    ("egress.replay-body-bytes", 0, GIB),
    ("egress.max-in-flight-per-connection", 1, 65_536),
    ("egress.max-in-flight-per-tenant", 0, 1_000_000),
    ("egress.queue-wait-ms", 0, HOUR_MS),
    ("egress.requests-per-second-per-connection", 1, 1_000_000),
    ("egress.idle-connections-per-host", 0, 65_536),
    ("egress.idle-timeout-ms", 0, MONTH_MS),
    ("egress.dns-cache-ms", 0, MONTH_MS),
];

/// Every number of a configuration as JSON, by the name of its setting.
fn numbers(config: &Value) -> impl Iterator<Item = (String, u64)> {
    let sections = config.as_object().into_iter().flatten();
    sections.flat_map(|(section, settings)| {
        let settings = settings.as_object().into_iter().flatten();
        settings
            .filter_map(move |(name, value)| Some((format!("{section}.{name}"), value.as_u64()?)))
    })
}

/// Judges the numbers of a configuration as JSON.
///
/// # Errors
/// The first that is outside its range, with that.
pub(super) fn judge(config: &Value) -> Result<(), ConfigFault> {
    for (setting, value) in numbers(config) {
        let Some((_, least, most)) = RANGES.iter().find(|(known, ..)| *known == setting) else {
            continue;
        };
        if value < *least || value > *most {
            return Err(ConfigFault::OutOfRange {
                setting,
                value,
                least: *least,
                most: *most,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::collections::BTreeSet;

    #[test]
    fn every_number_has_a_range_that_its_default_is_in() {
        let mut config = Config::default();
        config.egress.requests_per_second_per_connection = Some(100);
        let config = serde_json::to_value(config).unwrap();
        let settings: BTreeSet<String> = numbers(&config).map(|(setting, _)| setting).collect();
        let ranged: BTreeSet<String> = RANGES.iter().map(|(name, ..)| (*name).to_owned()).collect();
        assert_eq!(settings, ranged);
        assert_eq!(judge(&config), Ok(()));
    }

    #[test]
    fn every_number_is_refused_outside_its_range_with_its_name() {
        let config = |setting: &str, value: i128| {
            let (section, name) = setting.split_once('.').unwrap();
            Config::parse(&format!("[{section}]\n{name} = {value}")).map(drop)
        };
        // The most that a number in the file can be.
        let end = i128::from(i64::MAX);
        for (setting, least, most) in RANGES {
            let (least, most) = (i128::from(*least), i128::from(*most).min(end));
            for within in [least, most] {
                assert_eq!(config(setting, within), Ok(()), "{setting} = {within}");
            }
            for outside in [least - 1, most + 1, end] {
                if outside > end || (least..=most).contains(&outside) {
                    continue;
                }
                let told = config(setting, outside).unwrap_err().to_string();
                let (_, name) = setting.split_once('.').unwrap();
                assert!(told.contains(name), "{setting} = {outside}: {told}");
            }
        }
    }

    #[test]
    fn a_refusal_shows_sizes_as_people_read_them() {
        let told = Config::parse("[budgets]\nmemory-bytes = 4096")
            .unwrap_err()
            .to_string();
        assert_eq!(
            told,
            "budgets.memory-bytes = 4096 is out of its range; it may be from 1048576 (1.0 MiB) to 4294967296 (4.0 GiB)"
        );
        let told = Config::parse("[budgets]\nhandles = 0")
            .unwrap_err()
            .to_string();
        assert_eq!(
            told,
            "budgets.handles = 0 is out of its range; it may be from 64 to 1000000"
        );
    }
}
