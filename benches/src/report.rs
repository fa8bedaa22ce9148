//! Named figures: printed as a table, written as one flat JSON object.

use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::path::Path;

/// All figures of a run, in the order in which they were taken.
#[derive(Default)]
pub(crate) struct Report {
    figures: Map<String, Value>,
}

impl Report {
    pub(crate) fn put(&mut self, name: impl Into<String>, value: f64) {
        let name = name.into();
        let rounded = if value.abs() >= 100.0 {
            value.round()
        } else {
            (value * 1_000.0).round() / 1_000.0
        };
        println!("{name:<34} {rounded:>14}");
        self.figures.insert(name, rounded.into());
    }

    pub(crate) fn get(&self, name: &str) -> f64 {
        self.figures
            .get(name)
            .and_then(Value::as_f64)
            .unwrap_or(f64::NAN)
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_string_pretty(&Value::Object(self.figures.clone()))?;
        std::fs::write(path, text + "\n").with_context(|| format!("writing {}", path.display()))
    }
}

/// The middle of several takings of one figure.
pub(crate) fn median(mut takings: Vec<f64>) -> f64 {
    takings.sort_by(f64::total_cmp);
    takings.get(takings.len() / 2).copied().unwrap_or(f64::NAN)
}
