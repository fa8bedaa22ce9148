//! Names that only the service knows, asked for briefly and remembered for a while: whoever presses the tab
//! key waits for the answer, and presses it again.

use crate::commands::times::stamp;
use crate::context::Context;
use crate::flags::properties;
use airlock_runtime::Host;
use airlock_runtime::store::{ConnectionName, RunFilter, RunOutcome, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// Longer than this and a person thinks that the shell hangs; who is far from the service may wait longer.
const PATIENCE_MS: u64 = 1500;

/// Tables and columns change seldom.
const FRESH: Duration = Duration::from_secs(600);

/// Runs that are offered.
const RUNS: usize = 50;

/// Whom to ask, and what the form holds so far.
pub(super) struct Asked<'a> {
    pub(super) context: &'a Context,
    pub(super) host: &'a Host,
    pub(super) connection: &'a ConnectionName,
    pub(super) form: &'a Value,
}

/// One list that was asked for before.
#[derive(Serialize, Deserialize)]
struct Remembered {
    /// What it was asked of; a file's name is only a hash of it.
    key: String,
    words: Vec<(String, String)>,
}

/// The entries of a drop-down.
pub(super) async fn choices(asked: &Asked<'_>, source: &str) -> Vec<(String, String)> {
    remembered(asked, &format!("choices {source}"), async {
        let tenant = &asked.context.globals.tenant;
        let found = asked
            .host
            .choices(tenant, asked.connection, source, asked.form)
            .await
            .ok()?;
        let words = found.into_iter().map(|choice| {
            let word = match choice.value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            (word, choice.label)
        });
        Some(words.collect())
    })
    .await
}

/// The names that a property with free names is known to have.
pub(super) async fn names(
    asked: &Asked<'_>,
    action: &str,
    property: &str,
) -> Vec<(String, String)> {
    remembered(asked, &format!("names {action} {property}"), async {
        let tenant = &asked.context.globals.tenant;
        let schema = asked
            .host
            .refine(tenant, asked.connection, action, asked.form)
            .await
            .ok()?
            .json()
            .await
            .ok()?;
        let fields = properties(&schema, &[]);
        let field = fields.into_iter().find(|field| field.name == property)?;
        let words = field.known.into_iter().map(|name| (name.name, name.help));
        Some(words.collect())
    })
    .await
}

/// Runs that are kept, the newest first.
pub(super) async fn runs(host: &Host, tenant: &TenantId) -> Vec<(String, String)> {
    let runs = host.store().runs(tenant, &RunFilter::default(), RUNS).await;
    let runs = runs.unwrap_or_default();
    runs.into_iter()
        .map(|run| {
            let failed = matches!(run.outcome, RunOutcome::Failed(_));
            let end = if failed { ", failed" } else { "" };
            let what = format!(
                "{} {}, {}{end}",
                run.connection,
                run.action,
                stamp(run.started_at)
            );
            (run.id.to_string(), what)
        })
        .collect()
}

async fn remembered(
    asked: &Asked<'_>,
    what: &str,
    ask: impl Future<Output = Option<Vec<(String, String)>>>,
) -> Vec<(String, String)> {
    let tenant = &asked.context.globals.tenant;
    let key = format!("{tenant} {} {what} {}", asked.connection, asked.form);
    let Some(file) = file(asked.host, &key) else {
        return Vec::new();
    };
    if let Some(words) = read(&file, &key) {
        return words;
    }
    match tokio::time::timeout(patience(), ask).await {
        Ok(Some(words)) => keep(&file, Remembered { key, words }).words,
        _ => Vec::new(),
    }
}

fn patience() -> Duration {
    let set = std::env::var("AIRLOCK_COMPLETION_MS").ok();
    Duration::from_millis(set.and_then(|set| set.parse().ok()).unwrap_or(PATIENCE_MS))
}

fn file(host: &Host, key: &str) -> Option<PathBuf> {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let folder = host.config().data_dir().ok()?.join("completions");
    Some(folder.join(format!("{:016x}.json", hasher.finish())))
}

fn read(file: &PathBuf, key: &str) -> Option<Vec<(String, String)>> {
    let changed = std::fs::metadata(file).ok()?.modified().ok()?;
    let age = SystemTime::now().duration_since(changed).ok()?;
    if age > FRESH {
        return None;
    }
    let found: Remembered = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    Some(found.words).filter(|_| found.key == key)
}

/// Remembers a list; where that cannot be, it is asked for again. Names of tables are nobody else's
/// business, as little as the folder that they lie in.
fn keep(file: &PathBuf, list: Remembered) -> Remembered {
    let write = || -> std::io::Result<()> {
        let text = serde_json::to_vec(&list)?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let temporary = file.with_extension(format!("{}.tmp", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        std::io::Write::write_all(&mut options.open(&temporary)?, &text)?;
        std::fs::rename(temporary, file)
    };
    let _ = write();
    list
}

/// Subscriptions, by name.
pub(super) async fn subscriptions(host: &Host, tenant: &TenantId) -> Vec<(String, String)> {
    let all = host.store().subscriptions(tenant).await;
    let all = all.unwrap_or_default();
    all.into_iter()
        .map(|one| {
            (
                one.name.to_string(),
                format!("through {}", one.connection_name),
            )
        })
        .collect()
}
