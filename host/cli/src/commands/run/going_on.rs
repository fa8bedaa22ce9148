//! Where the last answer of an action left off, kept so that nobody has to copy a link of ten lines:
//! `--next-page last`. One small file for each connection and action, in the data folder, because a
//! link holds the query. Beside the link stands what the answer was of: a link into one table is not
//! what somebody means who asks for another.

use crate::flags::{Property, kebab};
use crate::output::{LAST, NEXT_PAGE, Paging};
use crate::problem::Problem;
use airlock_runtime::Call;
use serde_json::{Map, Value};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The file of one action of one connection.
pub(super) struct Kept(PathBuf);

impl Kept {
    /// Under the data folder `data`.
    pub(super) fn of(data: &Path, call: &Call) -> Self {
        let folder = data.join(NEXT_PAGE).join(call.tenant.as_str());
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
        if input.get(&property.name).and_then(Value::as_str) != Some(LAST) {
            return Ok(());
        }
        let text = std::fs::read_to_string(&self.0).map_err(|error| self.missing(&error))?;
        let (of, link) = text.split_once('\n').unwrap_or(("", &text));
        if of != subject(input, properties) {
            return Err(Problem::input(format!(
                "--{NEXT_PAGE} {LAST}: the last answer of this action was of {of}"
            ))
            .advise("go on with the same command, or run this one without the flag"));
        }
        input.insert(property.name.clone(), link.into());
        Ok(())
    }

    fn missing(&self, error: &io::Error) -> Problem {
        match error.kind() {
            io::ErrorKind::NotFound => Problem::input(format!(
                "--{NEXT_PAGE} {LAST}: no answer of this action has left off"
            ))
            .advise("the last one was whole, or there was none; run it without the flag"),
            _ => Problem::input(format!("{} cannot be read: {error}", self.0.display())),
        }
    }

    /// Keeps where an answer left off, or that it did not. True when `last` goes on from there.
    pub(super) fn keep(
        &self,
        paging: Option<&Paging<'_>>,
        input: &Value,
        properties: &[Property],
    ) -> bool {
        let next = paging.and_then(|paging| paging.next);
        match next.filter(|_| goes_on(properties).is_some()) {
            // Whoever cannot keep it prints it.
            Some((_, link)) => self.keep_link(link, input, properties),
            None => {
                // Most answers are whole, and there was nothing to forget.
                let _ = std::fs::remove_file(&self.0);
                false
            }
        }
    }

    /// Keeps a link that an answer to `input` goes on from. True when `last` does.
    pub(super) fn keep_link(&self, link: &str, input: &Value, properties: &[Property]) -> bool {
        if goes_on(properties).is_none() {
            return false;
        }
        let of = input.as_object().map(|input| subject(input, properties));
        self.write(&format!("{}\n{link}", of.unwrap_or_default()))
            .is_ok()
    }

    /// Keeps where a call began that did not come to its end, if it began at a link. True when `last`
    /// begins there once more.
    pub(super) fn keep_start(&self, input: &Value, properties: &[Property]) -> bool {
        let began = goes_on(properties).and_then(|property| input.get(&property.name)?.as_str());
        began.is_some_and(|link| self.keep_link(link, input, properties))
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // Made for the user alone, and seen whole or not at all.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(&self.0)?;
        Ok(())
    }
}

/// What the error of a read says that broke off, and the link to what it did not reach. A connector ends
/// its message with the input to go on with, `next-page: LINK`.
pub(super) fn link_in(message: &str) -> Option<(&str, &str)> {
    let (said, link) = message.rsplit_once("next-page: ")?;
    let link = link.trim();
    let is_link = ["https://", "http://"]
        .iter()
        .any(|scheme| link.starts_with(scheme));
    (is_link && !link.contains(char::is_whitespace)).then(|| (said.trim_end(), link))
}

/// What an answer is of: the inputs on which everything else depends, such as the table.
fn subject(input: &Map<String, Value>, properties: &[Property]) -> String {
    let of: Map<String, Value> = properties
        .iter()
        .filter(|property| property.refines)
        .filter_map(|property| Some((property.name.clone(), input.get(&property.name)?.clone())))
        .collect();
    Value::Object(of).to_string()
}

fn goes_on(properties: &[Property]) -> Option<&Property> {
    properties
        .iter()
        .find(|property| property.flag == NEXT_PAGE)
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
        let schema = json!({"properties": {
            "nextPage": {"type": "string"}, "table": {"x-airlock-refine": true}
        }});
        let properties = properties(&schema, &[]);
        let input = || {
            let input = json!({"table": "lead", "nextPage": "last"});
            input.as_object().unwrap().clone()
        };
        let of = Value::Object(input());
        let problem = kept.resolve(&mut input(), &properties).unwrap_err();
        assert!(problem.message.contains("has left off"), "{problem:?}");
        let answer = json!({"rows": [], "nextPage": "https://x/?page=2"});
        assert!(kept.keep(paging(&answer).as_ref(), &of, &properties));
        let mut given = input();
        kept.resolve(&mut given, &properties).unwrap();
        assert_eq!(given["nextPage"], "https://x/?page=2");
        // Another table is another question.
        given.insert("nextPage".into(), "last".into());
        given.insert("table".into(), "account".into());
        let problem = kept.resolve(&mut given, &properties).unwrap_err();
        assert!(
            problem.message.contains(r#"was of {"table":"lead"}"#),
            "{problem:?}"
        );
        // An action that takes no link has no use for one.
        assert!(!kept.keep(paging(&answer).as_ref(), &of, &[]));
        kept.resolve(&mut input(), &properties).unwrap_err();
    }

    #[test]
    fn the_link_of_a_read_that_broke_off_stands_at_the_end_of_its_message() {
        let message = "throttled: slow down; 2 rows had come before; to go on after them, give next-page: https://x/leads?next=1#page-size=2";
        let (said, link) = link_in(message).unwrap();
        assert!(said.ends_with("to go on after them, give"), "{said}");
        assert_eq!(link, "https://x/leads?next=1#page-size=2");
        for other in [
            "throttled: slow down",
            "next-page: is wrong",
            "see next-page: https://x/ and more",
            "next-page: javascript:x",
        ] {
            assert_eq!(link_in(other), None, "{other}");
        }
    }

    #[test]
    fn a_call_that_began_at_a_link_begins_there_once_more() {
        let folder = tempfile::tempdir().unwrap();
        let kept = kept(folder.path());
        let schema = json!({"properties": {"next-page": {"type": "string"}}});
        let properties = properties(&schema, &[]);
        assert!(!kept.keep_start(&json!({}), &properties));
        let began = json!({"next-page": "https://x/?page=3"});
        assert!(kept.keep_start(&began, &properties));
        let mut again = json!({"next-page": "last"}).as_object().unwrap().clone();
        kept.resolve(&mut again, &properties).unwrap();
        assert_eq!(Value::Object(again), began);
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
