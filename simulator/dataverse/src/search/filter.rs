//! Filters of search, written as the data API takes them.
//!
//! Layer: search, pure. Search names lookups by their columns (`ownerid`), leaves out the zone of a moment, and puts a table
//! before a filter that is about it alone: `account:revenue gt 5, contact:(statecode eq 0)`.

use crate::schema::Table;

/// The word that stands for all tables of activities.
const ACTIVITIES: &str = "activities";

/// The filter that holds for a table, of all that were written in one text; `None` when none does.
pub(super) fn for_table(text: &str, table: &Table) -> Option<String> {
    let mut own: Vec<String> = Vec::new();
    for part in parts(text) {
        let condition = match owner(part) {
            None => part,
            Some((name, condition)) => {
                let is_meant =
                    name == table.logical_name || (name == ACTIVITIES && table.is_activity);
                if !is_meant {
                    continue;
                }
                condition
            }
        };
        if !condition.trim().is_empty() {
            own.push(format!("({})", rewritten(condition.trim(), table)));
        }
    }
    (!own.is_empty()).then(|| own.join(" and "))
}

/// The parts between commas that begin with a table, or the whole text.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut is_quoted) = (0, 0_usize, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth = depth.saturating_sub(1),
            ',' if !is_quoted && depth == 0 => {
                let rest = text.get(at + 1..).unwrap_or_default();
                if owner(rest).is_some() {
                    parts.push(text.get(start..at).unwrap_or_default());
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// The table that a part begins with, and what follows.
fn owner(part: &str) -> Option<(&str, &str)> {
    let (name, condition) = part.split_once(':')?;
    let name = name.trim();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, condition))
}

/// A condition in the words of the data API.
fn rewritten(condition: &str, table: &Table) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let mut is_quoted = false;
    for letter in condition.chars() {
        let belongs = letter.is_alphanumeric() || matches!(letter, '_' | '-' | ':' | '.' | '@');
        if !is_quoted && belongs {
            word.push(letter);
            continue;
        }
        out.push_str(&renamed(&word, table));
        word.clear();
        is_quoted ^= letter == '\'';
        out.push(letter);
    }
    out.push_str(&renamed(&word, table));
    out
}

fn renamed(word: &str, table: &Table) -> String {
    if let Some(column) = table.column(word)
        && let Some(property) = column.property()
    {
        return property;
    }
    let is_moment = word.len() > 10
        && word.get(10..11) == Some("T")
        && word
            .get(..10)
            .is_some_and(|day| crate::rows::storage::moment::parse_day(day).is_some());
    let has_zone = word.ends_with('Z') || word.get(11..).is_some_and(|time| time.contains('-'));
    if is_moment && !has_zone {
        return format!("{word}Z");
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard;

    #[test]
    fn filters_are_told_apart_by_table_and_put_into_the_words_of_the_data_api() {
        let schema = standard().unwrap().build();
        let of = |text: &str, table: &str| for_table(text, schema.table(table).unwrap());
        let both = "account:modifiedon ge 2020-04-27T00:00:00, contact: (statecode eq 0 or statecode eq 1)";
        assert_eq!(
            of(both, "account").as_deref(),
            Some("(modifiedon ge 2020-04-27T00:00:00Z)")
        );
        assert_eq!(
            of(both, "contact").as_deref(),
            Some("((statecode eq 0 or statecode eq 1))")
        );
        assert_eq!(of(both, "lead"), None);
        assert_eq!(
            of("name eq 'a, contact: b' and ownerid ne null", "account").as_deref(),
            Some("(name eq 'a, contact: b' and _ownerid_value ne null)")
        );
        assert_eq!(
            of("activities:statecode eq 0", "task").as_deref(),
            Some("(statecode eq 0)")
        );
        assert_eq!(
            of("createdon gt 2022-08-15", "account").as_deref(),
            Some("(createdon gt 2022-08-15)")
        );
    }

    #[test]
    fn whatever_is_written_is_read() {
        let schema = standard().unwrap().build();
        let table = schema.table("account").unwrap();
        for text in [
            "",
            ":",
            "a:",
            ",",
            "((",
            "'",
            "ä:ö,ü:ß",
            "2020-04-27T",
            "2020-04-2éT0",
        ] {
            for_table(text, table);
        }
    }
}
