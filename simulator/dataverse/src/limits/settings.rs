//! How much a user may ask.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The three limits and the window of two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct LimitSettings {
    /// Requests within the window.
    pub requests: u32,
    /// Milliseconds of execution within the window, all requests together.
    pub execution_milliseconds: u64,
    /// Requests at a time.
    pub concurrent: u32,
    /// Length of the sliding window in seconds.
    pub window_seconds: u32,
}

impl Default for LimitSettings {
    /// The service's own limits, of one web server.
    fn default() -> Self {
        Self {
            requests: 6_000,
            execution_milliseconds: 1_200_000,
            concurrent: 52,
            window_seconds: 300,
        }
    }
}

impl LimitSettings {
    /// What is wrong with the settings, for whoever wrote them.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self) -> Result<(), String> {
        if self.window_seconds == 0 {
            return Err("A window has at least one second.".to_owned());
        }
        Ok(())
    }
}

/// A text that describes no limits.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` describes no limits; write `service` for the service's own, or any of requests=6000,time=1200000,\
     concurrent=52,window=300 (time in milliseconds, window in seconds)"
)]
pub struct NoLimits(String);

impl FromStr for LimitSettings {
    type Err = NoLimits;

    fn from_str(text: &str) -> Result<Self, NoLimits> {
        let wrong = || NoLimits(text.to_owned());
        let mut settings = Self::default();
        if text == "service" {
            return Ok(settings);
        }
        for part in text.split(',') {
            let (name, value) = part.split_once('=').ok_or_else(wrong)?;
            let value: u32 = value.replace('_', "").parse().map_err(|_| wrong())?;
            match name {
                "requests" => settings.requests = value,
                "time" => settings.execution_milliseconds = value.into(),
                "concurrent" => settings.concurrent = value,
                "window" if value > 0 => settings.window_seconds = value,
                _ => return Err(wrong()),
            }
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_written_as_what_differs() {
        assert_eq!(
            "service".parse::<LimitSettings>().unwrap(),
            LimitSettings::default()
        );
        let settings: LimitSettings = "requests=5,window=10".parse().unwrap();
        assert_eq!((settings.requests, settings.window_seconds), (5, 10));
        assert_eq!(settings.concurrent, 52);
        for wrong in ["", "requests", "requests=many", "window=0", "colour=1"] {
            assert!(wrong.parse::<LimitSettings>().is_err(), "{wrong}");
        }
    }
}
