//! The operator's one configuration file, and where things lie on disk.
//!
//! Every key has a default, so that a person at a terminal needs no file at all; the annotated
//! example `host/airlock.example.toml` names each and is parsed by a test.

pub(crate) mod fault;
mod ranges;
mod sizes;

pub use fault::ConfigFault;

use crate::error::HostError;
use crate::input_text::decode_text;
use airlock_egress::EgressConfig;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Everything an operator can set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Where the database, the components and the keys lie. Default: see [`default_data_dir`].
    pub data_dir: Option<PathBuf>,
    /// How instances are made and kept.
    pub runtime: RuntimeConfig,
    /// What one instance, one call and one tenant may use.
    pub budgets: Budgets,
    /// The way out.
    pub egress: EgressConfig,
}

/// Whether calls share instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Isolation {
    /// Warm instances keyed by tenant, connection and component; calls overlap inside them.
    #[default]
    Warm,
    /// A fresh instance for every call: slower, and nothing of one call can reach the next.
    PerCall,
}

/// How instances are made and kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RuntimeConfig {
    /// Whether calls share instances.
    pub isolation: Isolation,
    /// Instances alive at once in this process, all tenants together.
    pub max_instances: u32,
    /// Warm instances per connection; 0 is one for each processor, from two to four.
    pub instances_per_connection: u32,
    /// Calls that overlap inside one warm instance.
    pub calls_per_instance: u32,
    /// A warm instance is retired after so many calls.
    pub retire_after_calls: u64,
    /// A warm instance is retired at this age, in seconds.
    pub retire_after_seconds: u64,
    /// A warm instance that did nothing for so long is dropped, in seconds.
    pub idle_seconds: u64,
    /// Length of a scheduling slice and of a CPU budget's unit, in milliseconds.
    pub epoch_tick_ms: u64,
    /// Largest component accepted, in bytes.
    pub max_component_bytes: usize,
    /// How long an idempotency key is kept with its answer, in seconds.
    pub idempotency_seconds: u64,
    /// Bytes of answers that are kept beside one tenant's idempotency keys. An answer that finds no room is
    /// not kept: its key stays, and a repeat is refused with that reason.
    pub idempotency_bytes: u64,
    /// Memory that compiling one component may take, in bytes.
    pub compile_memory_bytes: u64,
    /// How long compiling one component may take, in milliseconds, where that is done in a process of its
    /// own.
    pub compile_ms: u64,
}

impl Default for RuntimeConfig {
    fn default() -> Self {
        Self {
            isolation: Isolation::Warm,
            max_instances: 256,
            instances_per_connection: 0,
            calls_per_instance: 16,
            retire_after_calls: 100_000,
            retire_after_seconds: 900,
            idle_seconds: 60,
            epoch_tick_ms: 10,
            max_component_bytes: 32 << 20,
            idempotency_seconds: 86_400,
            idempotency_bytes: 64 << 20,
            compile_memory_bytes: 1 << 30,
            compile_ms: 120_000,
        }
    }
}

/// What one instance, one call and one tenant may use. None is left at the engine's default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Budgets {
    /// Linear memory of one instance, in bytes. A page of 5,000 rows with every column of `account`
    /// did not fit into 64 MiB.
    pub memory_bytes: usize,
    /// Elements of all tables of one instance.
    pub table_elements: usize,
    /// Processor time that a component may burn without calling the host, in milliseconds.
    pub cpu_ms: u64,
    /// How long one call may take, in milliseconds.
    pub call_ms: u64,
    /// How long one streamed call may take, in milliseconds.
    pub pipe_ms: u64,
    /// Bytes that a component may hand to the host in one host call or answer.
    pub host_call_bytes: usize,
    /// Component-model handles alive in one instance.
    pub handles: usize,
    /// Host resources alive in one instance.
    pub resources: usize,
    /// Size of one set of HTTP fields, in bytes of memory.
    pub header_bytes: usize,
    /// Largest single request for random bytes.
    pub random_bytes: u64,
    /// Log lines that one instance may write per second; more are counted and dropped.
    pub log_lines_per_second: u32,
    /// Length of one log line, in bytes; the rest is cut.
    pub log_line_bytes: usize,
    /// Calls of one tenant under way at once.
    pub tenant_calls: usize,
    /// Instances of one tenant alive at once.
    pub tenant_instances: usize,
    /// Linear memory of all instances of one tenant, with what the host holds for them (request bodies,
    /// answers, header fields), in bytes.
    pub tenant_memory_bytes: usize,
    /// How long a call waits for its tenant's quota before it is refused, in milliseconds.
    pub tenant_wait_ms: u64,
    /// Values (numbers, texts, lists, objects) of one answer that is read into memory. Each takes up to
    /// half a kilobyte there. A page of 5,000 rows with every column of `account` has one million.
    pub answer_values: usize,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            memory_bytes: 128 << 20,
            table_elements: 20_000,
            cpu_ms: 2_000,
            call_ms: 120_000,
            pipe_ms: 3_600_000,
            host_call_bytes: 32 << 20,
            handles: 2_000,
            resources: 2_000,
            header_bytes: 64 << 10,
            random_bytes: 64 << 10,
            log_lines_per_second: 100,
            log_line_bytes: 4 << 10,
            tenant_calls: 256,
            tenant_instances: 64,
            tenant_memory_bytes: 1 << 30,
            tenant_wait_ms: 10_000,
            answer_values: 2_000_000,
        }
    }
}

impl Config {
    /// Reads `path`, or answers the defaults when there is none.
    ///
    /// # Errors
    /// [`HostError::Config`] when the file cannot be read, holds an unknown key or a value that
    /// makes no sense.
    pub fn load(path: Option<&Path>) -> Result<Self, HostError> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let refuse = |fault: ConfigFault| HostError::Config {
            path: Some(path.to_owned()),
            fault,
        };
        let bytes = std::fs::read(path)
            .map_err(|error| refuse(ConfigFault::Unreadable(error.to_string())))?;
        let text = decode_text(&bytes).map_err(|fault| refuse(ConfigFault::NotText(fault)))?;
        Self::parse(&text).map_err(refuse)
    }

    /// Parses and validates a configuration.
    ///
    /// # Errors
    /// What is wrong.
    pub fn parse(text: &str) -> Result<Self, ConfigFault> {
        let text = sizes::in_bytes(text)?;
        let config: Self =
            toml::from_str(&text).map_err(|error| ConfigFault::Malformed(error.to_string()))?;
        config.validate()?;
        Ok(config)
    }

    /// Says what is wrong with a configuration that was put together otherwise.
    ///
    /// # Errors
    /// The setting that is out of its range, and the range.
    pub fn validate(&self) -> Result<(), ConfigFault> {
        let settings = serde_json::to_value(self)
            .map_err(|error| ConfigFault::Malformed(error.to_string()))?;
        ranges::judge(&settings)
    }

    /// The folder that holds the host's state.
    ///
    /// # Errors
    /// As [`default_data_dir`], when none is configured.
    pub fn data_dir(&self) -> Result<PathBuf, HostError> {
        self.data_dir.clone().map_or_else(default_data_dir, Ok)
    }
}

/// `$AIRLOCK_DATA_DIR`, else `$XDG_DATA_HOME/airlock`, else `~/.local/share/airlock`.
///
/// # Errors
/// [`HostError::NoDataFolder`] when none of the three variables is set: the folder that a process happens to
/// be started in is no place to keep keys, and the next one would not find them.
pub fn default_data_dir() -> Result<PathBuf, HostError> {
    data_dir_of(|name| std::env::var_os(name))
}

fn data_dir_of(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, HostError> {
    let folder = |name: &str| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    folder("AIRLOCK_DATA_DIR")
        .or_else(|| folder("XDG_DATA_HOME").map(|home| home.join("airlock")))
        .or_else(|| folder("HOME").map(|home| home.join(".local/share/airlock")))
        .ok_or(HostError::NoDataFolder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named() {
        let text = Config::parse("[budgets]\nmemory-byte = 1")
            .unwrap_err()
            .to_string();
        assert!(text.contains("memory-byte"), "{text}");
    }

    #[test]
    fn state_lies_where_a_variable_says_and_never_in_the_folder_one_happens_to_be_in() {
        let places = |set: &[(&str, &str)]| {
            data_dir_of(|name| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| value.into())
            })
        };
        for (set, place) in [
            (
                vec![("HOME", "/home/ada")],
                "/home/ada/.local/share/airlock",
            ),
            (
                vec![("HOME", "/home/ada"), ("XDG_DATA_HOME", "/data")],
                "/data/airlock",
            ),
            (
                vec![("AIRLOCK_DATA_DIR", "/state"), ("XDG_DATA_HOME", "/data")],
                "/state",
            ),
        ] {
            assert_eq!(places(&set).unwrap(), PathBuf::from(place));
        }
        for nowhere in [vec![], vec![("HOME", "")]] {
            let error = places(&nowhere).unwrap_err().to_string();
            assert!(error.contains("AIRLOCK_DATA_DIR"), "{error}");
        }
    }

    #[test]
    fn the_annotated_example_names_every_key_at_its_default() {
        let text = include_str!("../../airlock.example.toml");
        let example = Config::parse(text).unwrap();
        let key = |config: &Config| serde_json::to_value(config).unwrap();
        assert_eq!(key(&example), key(&Config::default()));
        let document: toml::Table = toml::from_str(text).unwrap();
        for (section, keys) in key(&example).as_object().unwrap() {
            for (name, value) in keys.as_object().into_iter().flatten() {
                if !value.is_null() {
                    assert!(
                        document[section].get(name).is_some(),
                        "{section}.{name} is not in the example"
                    );
                }
            }
        }
    }

    #[test]
    fn a_file_is_read_as_the_tools_of_any_system_write_it_or_its_fault_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("airlock.toml");
        let text = "\u{feff}[budgets]\r\ncpu-ms = 7\r\n";
        let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes().to_vec(), utf16] {
            std::fs::write(&file, bytes).unwrap();
            assert_eq!(Config::load(Some(&file)).unwrap().budgets.cpu_ms, 7);
        }
        std::fs::write(&file, b"[budgets]\xff").unwrap();
        let error = Config::load(Some(&file)).unwrap_err().to_string();
        assert!(error.contains("byte 9 is not UTF-8"), "{error}");
        assert!(error.contains("airlock.toml"), "{error}");
    }

    #[test]
    fn an_empty_file_means_the_defaults() {
        let config = Config::parse("").unwrap();
        assert_eq!(config.runtime.isolation, Isolation::Warm);
        assert_eq!(config.budgets.memory_bytes, 128 << 20);
    }
}
