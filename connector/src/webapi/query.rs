//! The query options of a read, as one encoded query string.

use airlock_connector::{Error, FieldError};

use super::{
    fetch_pages::FETCH_XML,
    literal::{encode_expression, encode_value},
};

/// System query options; texts are plain, never already encoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Columns, or `_x_value` for lookups.
    pub select: Vec<String>,
    /// OData filter.
    pub filter: Option<String>,
    /// Each `column`, `column asc` or `column desc`.
    pub order_by: Vec<String>,
    /// Each a navigation property with its options in parentheses.
    pub expand: Vec<String>,
    /// At most so many rows; the service then gives no further pages.
    pub top: Option<u32>,
    /// Asks for `@odata.count`, which the service caps at 5,000.
    pub count: bool,
    /// Aggregation.
    pub apply: Option<String>,
    /// FetchXML, which says columns, condition and order itself.
    pub fetch_xml: Option<String>,
    /// Parameter aliases (`@p1`) and parameters that are not OData, such as `tag`.
    pub parameters: Vec<(String, String)>,
}

impl Query {
    /// The query string without `?`; empty when nothing is asked.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut options: Vec<String> = Vec::new();
        let mut option = |name: &str, text: &str| {
            if !text.is_empty() {
                options.push(format!("{name}={}", encode_expression(text)));
            }
        };
        option("$select", &self.select.join(","));
        option("$filter", self.filter.as_deref().unwrap_or_default());
        option("$apply", self.apply.as_deref().unwrap_or_default());
        option("$orderby", &self.order_by.join(","));
        option("$expand", &self.expand.join(","));
        if let Some(top) = self.top {
            options.push(format!("$top={top}"));
        }
        if let Some(text) = &self.fetch_xml {
            options.push(format!("{FETCH_XML}={}", encode_value(text)));
        }
        if self.count {
            options.push("$count=true".to_owned());
        }
        for (name, value) in &self.parameters {
            let name = match name.strip_prefix('@') {
                Some(alias) => format!("@{}", encode_value(alias)),
                None => encode_value(name),
            };
            options.push(format!("{name}={}", encode_expression(value)));
        }
        options.join("&")
    }

    /// Refuses what the service refuses or silently ignores, before anything is sent.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] at `/top`, or at an option that was given with its OData name.
    pub fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        if let Some(top) = self.top
            && !(1..=5000).contains(&top)
        {
            faults.push(FieldError::new(
                "/top",
                format!("{top} rows cannot be asked for at once: 1 to 5000 are possible"),
            ));
        }
        let mut option = |name: &str, pointer: String, text: &str| {
            if let Some(rest) = text.trim_start().strip_prefix('$')
                && let Some(rest) = rest.strip_prefix(name)
                && let Some(value) = rest.trim_start().strip_prefix('=')
            {
                faults.push(FieldError::new(
                    pointer,
                    format!(
                        "`${name}=` is written by the connector: give only what follows it, `{}`",
                        value.trim()
                    ),
                ));
            }
        };
        for (name, items) in [
            ("select", &self.select),
            ("orderby", &self.order_by),
            ("expand", &self.expand),
        ] {
            for (index, item) in items.iter().enumerate() {
                option(name, format!("/{name}/{index}"), item);
            }
        }
        for (name, text) in [("filter", &self.filter), ("apply", &self.apply)] {
            option(
                name,
                format!("/{name}"),
                text.as_deref().unwrap_or_default(),
            );
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::InvalidInput(faults))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_encoded_once_and_in_a_fixed_order() {
        let query = Query {
            select: vec!["name".into(), "_ownerid_value".into()],
            filter: Some("name eq 'A&B + C'".into()),
            order_by: vec!["name desc".into()],
            expand: vec!["primarycontactid($select=fullname)".into()],
            top: Some(3),
            count: true,
            apply: None,
            fetch_xml: None,
            parameters: vec![("@p1".into(), "'x#y'".into()), ("tag".into(), "a b".into())],
        };
        assert_eq!(
            query.encode(),
            "$select=name,_ownerid_value&$filter=name%20eq%20'A%26B%20%2B%20C'&$orderby=name%20desc&$expand=primarycontactid($select=fullname)&$top=3&$count=true&@p1='x%23y'&tag=a%20b"
        );
        assert_eq!(Query::default().encode(), "");
        let query = Query {
            fetch_xml: Some("<fetch top='1'/>".into()),
            count: true,
            ..Query::default()
        };
        assert_eq!(
            query.encode(),
            "fetchXml=%3Cfetch%20top%3D%271%27%2F%3E&$count=true"
        );
    }

    #[test]
    fn an_option_given_with_its_name_is_refused_with_what_to_give() {
        let query = Query {
            select: vec!["name".into(), "$select=revenue".into()],
            filter: Some(" $filter = name eq 'x'".into()),
            order_by: vec!["$filtername".into()],
            ..Query::default()
        };
        let Error::InvalidInput(faults) = query.check().unwrap_err() else {
            panic!("faults expected");
        };
        let found: Vec<(&str, bool)> = faults
            .iter()
            .map(|one| (one.pointer.as_str(), one.message.ends_with("'x'`")))
            .collect();
        assert_eq!(found, [("/select/1", false), ("/filter", true)]);
    }

    #[test]
    fn a_top_beyond_the_limit_is_refused() {
        for top in [0, 5001] {
            let query = Query {
                top: Some(top),
                ..Query::default()
            };
            assert!(query.check().is_err(), "{top}");
        }
    }
}
