//! Where state and configuration lie. Pure, but for the look at the environment.

use std::path::{Path, PathBuf};

/// What the configuration file is called.
const CONFIG_FILE: &str = "airlock.toml";

/// Where things lie for this command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// The folder that holds the host's state.
    pub(crate) data: PathBuf,
    /// The configuration file, if there is one.
    pub(crate) config: Option<PathBuf>,
    /// Where the configuration file would be looked for first.
    pub(crate) wanted: PathBuf,
}

impl Places {
    /// `named` is the configuration that was asked for; without one it is looked for beside the state, then
    /// in the person's own folder of configurations.
    pub(crate) fn find(
        data: PathBuf,
        named: Option<PathBuf>,
        folder: Option<PathBuf>,
        is_file: impl Fn(&Path) -> bool,
    ) -> Self {
        let wanted = data.join(CONFIG_FILE);
        let own = folder.map(|folder| folder.join("airlock").join(CONFIG_FILE));
        let config = named.clone().or_else(|| {
            let candidates = [Some(wanted.clone()), own];
            candidates.into_iter().flatten().find(|path| is_file(path))
        });
        Self {
            data,
            config,
            wanted: named.unwrap_or(wanted),
        }
    }
}

/// `$XDG_CONFIG_HOME`, else `~/.config`.
pub(crate) fn configurations() -> Option<PathBuf> {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(named: Option<&str>, there: &[&str]) -> Option<PathBuf> {
        let folder = Some("/home/me/.config".into());
        let named = named.map(PathBuf::from);
        let is_file = |path: &Path| there.iter().any(|file| Path::new(file) == path);
        Places::find("/data".into(), named, folder, is_file).config
    }

    #[test]
    fn the_nearest_configuration_is_taken() {
        let (beside, own) = (
            "/data/airlock.toml",
            "/home/me/.config/airlock/airlock.toml",
        );
        for (named, there, expected) in [
            (Some("/x.toml"), vec![beside, own], Some("/x.toml")),
            (None, vec![beside, own], Some(beside)),
            (None, vec![own], Some(own)),
            (None, vec![], None),
        ] {
            assert_eq!(
                found(named, &there),
                expected.map(PathBuf::from),
                "{there:?}"
            );
        }
    }

    #[test]
    fn a_named_file_is_used_even_if_it_is_not_there() {
        assert_eq!(found(Some("/gone.toml"), &[]), Some("/gone.toml".into()));
    }
}
