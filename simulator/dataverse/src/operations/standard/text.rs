//! FormatAddress and GetTimeZoneCodeByLocalizedName: small services that touch no rows.
//!
//! Layer: operations, pure.

use serde_json::json;

use crate::http::SimError;
use crate::operations::declaration::{Parameter, ValueType};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};

/// Time zones by the service's own code and Windows' standard name (`timezonedefinition` of every organisation).
const TIME_ZONES: &[(i32, &str)] = &[
    (0, "Dateline Standard Time"),
    (1, "Samoa Standard Time"),
    (2, "Hawaiian Standard Time"),
    (3, "Alaskan Standard Time"),
    (4, "Pacific Standard Time"),
    (10, "Mountain Standard Time"),
    (13, "Mountain Standard Time (Mexico)"),
    (15, "US Mountain Standard Time"),
    (20, "Central Standard Time"),
    (25, "Canada Central Standard Time"),
    (29, "Central Standard Time (Mexico)"),
    (33, "Central America Standard Time"),
    (35, "Eastern Standard Time"),
    (40, "US Eastern Standard Time"),
    (45, "SA Pacific Standard Time"),
    (50, "Atlantic Standard Time"),
    (55, "SA Western Standard Time"),
    (56, "Pacific SA Standard Time"),
    (60, "Newfoundland Standard Time"),
    (65, "E. South America Standard Time"),
    (70, "SA Eastern Standard Time"),
    (73, "Greenland Standard Time"),
    (75, "Mid-Atlantic Standard Time"),
    (80, "Azores Standard Time"),
    (83, "Cape Verde Standard Time"),
    (85, "GMT Standard Time"),
    (90, "Greenwich Standard Time"),
    (92, "UTC"),
    (95, "Central Europe Standard Time"),
    (100, "Central European Standard Time"),
    (105, "Romance Standard Time"),
    (110, "W. Europe Standard Time"),
    (113, "W. Central Africa Standard Time"),
    (115, "E. Europe Standard Time"),
    (120, "Egypt Standard Time"),
    (125, "FLE Standard Time"),
    (130, "GTB Standard Time"),
    (135, "Israel Standard Time"),
    (140, "South Africa Standard Time"),
    (145, "Russian Standard Time"),
    (150, "Arab Standard Time"),
    (155, "E. Africa Standard Time"),
    (158, "Arabic Standard Time"),
    (160, "Iran Standard Time"),
    (165, "Arabian Standard Time"),
    (170, "Caucasus Standard Time"),
    (175, "Afghanistan Standard Time"),
    (180, "Ekaterinburg Standard Time"),
    (185, "West Asia Standard Time"),
    (190, "India Standard Time"),
    (193, "Nepal Standard Time"),
    (195, "Central Asia Standard Time"),
    (200, "Sri Lanka Standard Time"),
    (201, "N. Central Asia Standard Time"),
    (203, "Myanmar Standard Time"),
    (205, "SE Asia Standard Time"),
    (207, "North Asia Standard Time"),
    (210, "China Standard Time"),
    (215, "Singapore Standard Time"),
    (220, "Taipei Standard Time"),
    (225, "W. Australia Standard Time"),
    (227, "North Asia East Standard Time"),
    (230, "Korea Standard Time"),
    (235, "Tokyo Standard Time"),
    (240, "Yakutsk Standard Time"),
    (245, "AUS Central Standard Time"),
    (250, "Cen. Australia Standard Time"),
    (255, "AUS Eastern Standard Time"),
    (260, "E. Australia Standard Time"),
    (265, "Tasmania Standard Time"),
    (270, "Vladivostok Standard Time"),
    (275, "West Pacific Standard Time"),
    (280, "Central Pacific Standard Time"),
    (285, "Fiji Standard Time"),
    (290, "New Zealand Standard Time"),
    (300, "Tonga Standard Time"),
];

pub(super) fn operations() -> Vec<Operation> {
    use ValueType::{Int32, String as Text};
    vec![
        Operation::function("FormatAddress", format_address)
            .takes("Line1", Text)
            .takes("City", Text)
            .takes("StateOrProvince", Text)
            .takes("PostalCode", Text)
            .takes("Country", Text)
            .gives(vec![Parameter::one("Address", Text)]),
        Operation::function("GetTimeZoneCodeByLocalizedName", time_zone_code)
            .takes("LocalizedStandardName", Text)
            .takes("LocaleId", Int32)
            .gives(vec![Parameter::one("TimeZoneCode", Int32)]),
    ]
}

/// The lines of a composite address, as rows have them too.
fn format_address(call: &Call<'_>) -> Result<Answer, SimError> {
    let part = |name| {
        call.arguments
            .text(name)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let joined = |parts: &[String], separator: &str| {
        let given = parts.iter().filter(|part| !part.is_empty());
        given.cloned().collect::<Vec<_>>().join(separator)
    };
    let region = joined(&[part("StateOrProvince"), part("PostalCode")], " ");
    let place = joined(&[part("City"), region], ", ");
    let address = joined(&[part("Line1"), place, part("Country")], "\r\n");
    Ok(Answer::Members(json!({ "Address": address })))
}

fn time_zone_code(call: &Call<'_>) -> Result<Answer, SimError> {
    let name = call.arguments.required_text("LocalizedStandardName")?;
    let found = TIME_ZONES
        .iter()
        .find(|(_, known)| known.eq_ignore_ascii_case(&name));
    match found {
        Some((code, _)) => Ok(Answer::Members(json!({ "TimeZoneCode": code }))),
        None => Err(SimError::invalid_argument(format!(
            "The time zone with the localized standard name '{name}' was not found."
        ))),
    }
}
