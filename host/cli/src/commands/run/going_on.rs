//! Where the last answer of an action left off, kept so that nobody has to copy a link of ten lines:
//! `--next-page last`. One small file for each connection and action, in the data folder, because a
//! link holds the query.

use crate::flags::{Property, kebab};
use crate::output::{LAST, Paging};
use crate::problem::Problem;
use airlock_runtime::Call;
use serde_json::{Map, Value};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The property that goes on, by its flag.
const FLAG: &str = "next-page";

/// The file of one action of one connection.
pub(super) struct Kept(PathBuf);

impl Kept {
    /// Under the data folder `data`.
    pub(super) fn of(data: &Path, call: &Call) -> Self {
        let folder = data.join(FLAG).join(call.tenant.as_str());
        // An action is called what its connector likes; as a flag it is no path.
        Self(folder.join(format!("{}.{}", call.connection, kebab(&call.action))))
    }

    /// Puts what is kept in the place of `last`.
    pub(super) fn resolve(
        &self,
        input: &mut Map<String, Value>,
        properties: &[Property],
    ) -> Result<(), Problem> {
        let Some(property) = goes_on(properties) else {
            return Ok(());
        };
        match input.get_mut(&property.name) {
            Some(Value::String(word)) if word == LAST => {
                *word = std::fs::read_to_string(&self.0).map_err(|error| self.missing(&error))?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn missing(&self, error: &io::Error) -> Problem {
        match error.kind() {
            io::ErrorKind::NotFound => Problem::input(format!(
                "--{FLAG} {LAST}: no answer of this action has left off"
            ))
            .advise("the last one was whole, or there was none; run it without the flag"),
            _ => Problem::input(format!("{} cannot be read: {error}", self.0.display())),
        }
    }

    /// Keeps where an answer left off, or that it did not. True when `last` goes on from there.
    pub(super) fn keep(&self, paging: Option<&Paging<'_>>, properties: &[Property]) -> bool {
        let next = paging.and_then(|paging| paging.next);
        match next.filter(|_| goes_on(properties).is_some()) {
            // Whoever cannot keep it prints it.
            Some((_, link)) => self.write(link).is_ok(),
            None => {
                // Most answers are whole, and there was nothing to forget.
                let _ = std::fs::remove_file(&self.0);
                false
            }
        }
    }

    fn write(&self, link: &str) -> io::Result<()> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // Made for the user alone, and seen whole or not at all.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(link.as_bytes())?;
        file.persist(&self.0)?;
        Ok(())
    }
}

fn goes_on(properties: &[Property]) -> Option<&Property> {
    properties.iter().find(|property| property.flag == FLAG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::properties;
    use serde_json::json;

    fn kept(folder: &Path) -> Kept {
        let call = Call {
            tenant: "default".parse().unwrap(),
            connection: "crm".parse().unwrap(),
            action: "../List Rows".into(),
            input: Value::Null,
            idempotency_key: None,
            deadline: None,
            progress: None,
        };
        Kept::of(folder, &call)
    }

    fn paging(answer: &Value) -> Option<Paging<'_>> {
        Paging::of(answer, None)
    }

    #[test]
    fn the_last_answer_is_gone_on_from_by_one_word() {
        let folder = tempfile::tempdir().unwrap();
        let kept = kept(folder.path());
        let properties = properties(
            &json!({"properties": {"nextPage": {"type": "string"}}}),
            &[],
        );
        let input = || json!({"nextPage": "last"}).as_object().unwrap().clone();
        let problem = kept.resolve(&mut input(), &properties).unwrap_err();
        assert!(problem.message.contains("has left off"), "{problem:?}");
        let answer = json!({"rows": [], "nextPage": "https://x/?page=2"});
        assert!(kept.keep(paging(&answer).as_ref(), &properties));
        let mut given = input();
        kept.resolve(&mut given, &properties).unwrap();
        assert_eq!(given["nextPage"], "https://x/?page=2");
        // An action that takes no link has no use for one.
        assert!(!kept.keep(paging(&answer).as_ref(), &[]));
        kept.resolve(&mut input(), &properties).unwrap_err();
    }

    #[cfg(unix)]
    #[test]
    fn what_is_kept_is_nobody_elses_business_and_in_no_other_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let kept = kept(folder.path());
        kept.write("link").unwrap();
        assert!(
            kept.0.ends_with("next-page/default/crm.list-rows"),
            "{:?}",
            kept.0
        );
        let mode = std::fs::metadata(&kept.0).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}
