//! `@odata.context`: what an answer is about.
//!
//! Layer: read, pure (reference §1.6).

use crate::query::expand::Expand;

/// `(name,primarycontactid(fullname))`; nothing when neither columns nor related rows are named.
pub fn selection(select: Option<&[String]>, expand: &[Expand]) -> String {
    let names = select.unwrap_or_default().iter().cloned();
    let expanded = expand.iter().map(|item| {
        let inner = selection(item.select.as_deref(), &item.expand);
        match (item.reference, inner.is_empty()) {
            (true, _) => format!("{}/$ref", item.navigation),
            (false, true) => format!("{}()", item.navigation),
            (false, false) => format!("{}{inner}", item.navigation),
        }
    });
    let all: Vec<String> = names.chain(expanded).collect();
    if all.is_empty() {
        String::new()
    } else {
        format!("({})", all.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::expand;

    #[test]
    fn the_selection_is_repeated_with_its_expands() {
        let select = ["name".to_owned(), "revenue".to_owned()];
        let expand =
            expand::parse("primarycontactid($select=fullname;$expand=createdby),ownerid/$ref")
                .unwrap();
        assert_eq!(selection(None, &[]), "");
        assert_eq!(selection(Some(&select), &[]), "(name,revenue)");
        assert_eq!(
            selection(Some(&select), &expand),
            "(name,revenue,primarycontactid(fullname,createdby()),ownerid/$ref)"
        );
    }
}
