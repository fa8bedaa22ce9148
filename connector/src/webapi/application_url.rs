//! The address of the page on which the application shows a row, as people copy it or get it mailed.
//!
//! It names the row in its parameters (`etn`, `id`), beside others in any order. It is read and never
//! followed.

use airlock_connector::Error;
use percent_encoding::percent_decode_str;

use super::{
    address::{BaseUrl, Origin},
    row_id::RowId,
};

/// The row that a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Logical name of its table; older pages only number it.
    pub table: Option<String>,
    /// Its id.
    pub id: RowId,
}

/// The row that the page at `url` shows; `None` for what is no page of an application.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` for a page that shows no row, or another organisation's.
pub fn read(url: &str, base: &BaseUrl, pointer: &str) -> Result<Option<Shown>, Error> {
    let Some((origin, tail)) = Origin::split(url.trim()) else {
        return Ok(None);
    };
    let (path, query) = tail.split_once(['?', '#']).unwrap_or((tail, ""));
    let page = path.to_ascii_lowercase();
    let row = parameter(query, "id");
    let table = parameter(query, "etn");
    let is_page = page.ends_with(".aspx") || (page.trim_matches('/').is_empty() && row.is_some());
    if !is_page {
        return Ok(None);
    }
    if people(&origin) != people(base.origin()) {
        return Err(Error::invalid(
            pointer,
            format!("this page belongs to {origin}, which is another organisation"),
        ));
    }
    let id = row.as_deref().and_then(|row| row.parse().ok());
    match id {
        Some(id) => Ok(Some(Shown { table, id })),
        None => Err(Error::invalid(
            pointer,
            "this page shows no row: the address of one has `pagetype=entityrecord`, `etn=<table>` and `id=<GUID>`",
        )),
    }
}

/// An organisation's host as people meet it: the Web API also answers at `<name>.api.<region>`.
fn people(origin: &Origin) -> String {
    origin.to_string().replacen(".api.", ".", 1)
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query
        .split(['&', '?', '#'])
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs
        .into_iter()
        .find(|(given, _)| given.eq_ignore_ascii_case(name))?;
    let value = percent_decode_str(value).decode_utf8().ok()?;
    Some(value.into_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "5f3e0c11-aaaa-4222-8333-00000000000f";

    fn shown(url: &str) -> Result<Option<(Option<String>, String)>, String> {
        let base = BaseUrl::parse("https://contoso.api.crm4.dynamics.com").unwrap();
        read(url, &base, "/id")
            .map(|shown| shown.map(|shown| (shown.table, shown.id.to_string())))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_names_its_row() {
        let table = [
            (
                "/main.aspx?etn=account&pagetype=entityrecord&id=%7b5F3E0C11-AAAA-4222-8333-00000000000F%7d",
                Some("account"),
            ),
            (
                "/main.aspx?appid=1&pagetype=entityrecord&etn=account&id=5f3e0c11-aaaa-4222-8333-00000000000f",
                Some("account"),
            ),
            (
                "/main.aspx?etc=1&extraqs=formid%3d2&id=%7b5f3e0c11-aaaa-4222-8333-00000000000f%7d&pagetype=entityrecord#top",
                None,
            ),
            (
                "/contoso/main.aspx#pagetype=entityrecord&etn=account&id={5f3e0c11-aaaa-4222-8333-00000000000f}",
                Some("account"),
            ),
        ];
        for (rest, name) in table {
            let url = format!("https://contoso.crm4.dynamics.com{rest}");
            let expected = (name.map(str::to_owned), ID.to_owned());
            assert_eq!(shown(&url), Ok(Some(expected)), "{url}");
        }
    }

    #[test]
    fn a_page_without_a_row_and_one_of_another_organisation_are_refused() {
        let none =
            shown("https://contoso.crm4.dynamics.com/main.aspx?pagetype=entitylist&etn=account");
        assert!(none.unwrap_err().contains("shows no row"));
        let foreign = shown(
            "https://fabrikam.crm4.dynamics.com/main.aspx?etn=account&id=5f3e0c11-aaaa-4222-8333-00000000000f",
        );
        assert!(foreign.unwrap_err().contains("another organisation"));
    }

    #[test]
    fn an_address_of_the_web_api_is_no_page() {
        for other in [
            "https://contoso.crm4.dynamics.com/api/data/v9.2/accounts(5f3e0c11-aaaa-4222-8333-00000000000f)",
            "accounts(5f3e0c11-aaaa-4222-8333-00000000000f)",
            ID,
        ] {
            assert_eq!(shown(other), Ok(None), "{other}");
        }
    }
}
