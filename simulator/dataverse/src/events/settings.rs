//! What an endpoint's `authvalue` adds to a delivery: a key, headers, or a query.
//!
//! Layer: events, pure (reference §12.1).

use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// Name and value of each `setting` in `<settings><setting name="x" value="y"/></settings>`; none in what is no such XML.
pub(super) fn settings(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element))
                if element.name().as_ref() == b"setting" =>
            {
                let value = |name: &str| {
                    let attribute = element.try_get_attribute(name).ok().flatten()?;
                    Some(attribute.unescape_value().ok()?.into_owned())
                };
                if let (Some(name), Some(value)) = (value("name"), value("value")) {
                    found.push((name, value));
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_names_and_values() {
        let xml = r#"<settings><setting name="x-demo" value="a &amp; b"/><setting name="y" value="2"></setting></settings>"#;
        let expected = [("x-demo", "a & b"), ("y", "2")];
        let found = settings(xml);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected);
        for none in [
            "",
            "<settings></settings>",
            "<setting",
            "plain",
            "<setting name=\"x\"/>",
        ] {
            assert_eq!(settings(none), [], "{none}");
        }
    }
}
