//! Shows changed definitions to applications (Microsoft, `PublishXml`).

use airlock_connector::{Error, Transport};
use quick_xml::escape::escape;
use serde_json::{Map, Value};

use super::written::post;
use crate::{session::Session, webapi::CallOptions};

/// Publishes these tables and global choices, or everything where none is named.
pub(super) async fn publish<T: Transport>(
    session: &Session<T>,
    tables: &[&str],
    choices: &[&str],
    options: &CallOptions,
) -> Result<(), Error> {
    if tables.is_empty() && choices.is_empty() {
        post(session, "PublishAllXml", &Map::new(), options).await?;
        return Ok(());
    }
    let mut xml = String::from("<importexportxml>");
    for (group, element, names) in [
        ("entities", "entity", tables),
        ("optionsets", "optionset", choices),
    ] {
        if names.is_empty() {
            continue;
        }
        xml.extend(["<", group, ">"]);
        for name in names {
            xml.extend(["<", element, ">", &escape(*name), "</", element, ">"]);
        }
        xml.extend(["</", group, ">"]);
    }
    xml.push_str("</importexportxml>");
    let body = Map::from_iter([("ParameterXml".to_owned(), Value::from(xml))]);
    post(session, "PublishXml", &body, options).await?;
    Ok(())
}
