//! What is wrong with a configuration: facts, from which whoever tells a person makes the advice.

use crate::input_text::NotText;
use bytesize::ByteSize;

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigFault {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(
        /// What the system says.
        String,
    ),
    /// The file is no text.
    #[error("the file {0}")]
    NotText(NotText),
    /// It is no TOML, has a setting that there is not, or a value of the wrong type.
    #[error("{0}")]
    Malformed(
        /// What the parser says, with line and column.
        String,
    ),
    /// A size is none.
    #[error("{setting} = \"{given}\" is no size")]
    NotASize {
        /// The setting, as `section.name`.
        setting: String,
        /// What stands there.
        given: String,
    },
    /// A number is out of its range.
    #[error("{}", out_of_range(setting, *value, *least, *most))]
    OutOfRange {
        /// The setting, as `section.name`.
        setting: String,
        /// What stands there.
        value: u64,
        /// The least that it may be.
        least: u64,
        /// The most that it may be; `u64::MAX` where there is no upper end.
        most: u64,
    },
}

fn out_of_range(setting: &str, value: u64, least: u64, most: u64) -> String {
    let size = |value| shown(setting, value);
    let range = match most {
        u64::MAX => format!("at least {}", size(least)),
        most => format!("from {} to {}", size(least), size(most)),
    };
    format!("{setting} = {value} is out of its range; it may be {range}")
}

/// A setting's value as a person reads it.
fn shown(setting: &str, value: u64) -> String {
    if setting.ends_with("-bytes") && value >= 1 << 10 {
        return format!("{value} ({})", ByteSize(value).display().iec());
    }
    value.to_string()
}
