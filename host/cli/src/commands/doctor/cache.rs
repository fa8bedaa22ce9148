//! Compiled code, kept so that nothing is compiled twice. What a connector uses is never thrown away: where
//! its component is gone, it is all there is left to run.

use super::finding::Finding;
use crate::output::counted;
use crate::problem::Problem;
use airlock_runtime::Host;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Looks at the cache; with `fix`, removes what no connector of any tenant uses.
pub(super) async fn check(host: &Host, fix: bool) -> Result<Finding, Problem> {
    let mut used = BTreeSet::new();
    for tenant in host.tenants().await? {
        let connectors = host.connectors(&tenant).await?;
        used.extend(connectors.iter().map(|known| known.digest.to_string()));
    }
    let folder = host.config().data_dir()?.join("cache");
    Ok(judge(&folder, &used, fix))
}

fn judge(folder: &Path, used: &BTreeSet<String>, fix: bool) -> Finding {
    let area = "compiled code";
    let (kept, left): (Vec<PathBuf>, Vec<PathBuf>) = files(folder)
        .into_iter()
        .partition(|file| digest(file).is_some_and(|digest| used.contains(digest)));
    let held = |files: &[PathBuf]| {
        let bytes: u64 = files
            .iter()
            .filter_map(|file| Some(std::fs::metadata(file).ok()?.len()))
            .sum();
        let number = counted(files.len() as u64, "file");
        format!("{number}, {} MiB", bytes >> 20)
    };
    if left.is_empty() {
        return Finding::good(area, held(&kept));
    }
    let leftovers = held(&left);
    if !fix {
        return Finding::notable(
            area,
            format!("{}; {leftovers} that no connector uses", held(&kept)),
        )
        .advise("airlock doctor --fix removes those");
    }
    let stays: Vec<&PathBuf> = left
        .iter()
        .filter(|file| std::fs::remove_file(file).is_err())
        .collect();
    match stays.is_empty() {
        true => Finding::repaired(
            area,
            format!(
                "{}; removed {leftovers} that no connector uses",
                held(&kept)
            ),
        ),
        false => Finding::bad(
            area,
            format!("{} cannot be removed", counted(stays.len() as u64, "file")),
        )
        .advise(format!("see that you may write in {}", folder.display())),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect()
}

/// The component that a file was compiled from: the beginning of its name.
fn digest(file: &Path) -> Option<&str> {
    let (digest, _) = file.file_name()?.to_str()?.split_once('-')?;
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::super::finding::Status;
    use super::*;

    #[test]
    fn only_what_no_connector_uses_is_ever_removed() {
        let place = tempfile::tempdir().unwrap();
        let file = |name: &str| place.path().join(name);
        for name in ["aa-0.cwasm", "bb-0.cwasm", ".x.tmp"] {
            std::fs::write(file(name), "code").unwrap();
        }
        let used = BTreeSet::from(["aa".to_owned()]);
        assert_eq!(judge(place.path(), &used, false).status, Status::Notable);
        assert!(file("bb-0.cwasm").exists());
        assert_eq!(judge(place.path(), &used, true).status, Status::Repaired);
        assert!(file("aa-0.cwasm").exists());
        assert!(!file("bb-0.cwasm").exists() && !file(".x.tmp").exists());
        assert_eq!(judge(place.path(), &used, true).status, Status::Good);
    }
}
