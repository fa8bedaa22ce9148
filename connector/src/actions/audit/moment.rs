//! A moment in an input, before it stands in a filter.

use airlock_connector::Error;

/// Checks a moment in ISO 8601, such as `2026-03-25` or `2026-03-25T17:42:47Z`.
pub(super) fn moment<'a>(text: &'a str, pointer: &str) -> Result<&'a str, Error> {
    let text = text.trim();
    let day = text.split(['T', 't']).next().unwrap_or_default();
    let is_day = day.len() == 10
        && day.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let rest = text.get(day.len()..).unwrap_or_default();
    let is_time = rest.is_empty()
        || rest.len() > 5
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b"Tt:.Zz+-".contains(&byte));
    match is_day && is_time {
        true => Ok(text),
        false => Err(Error::invalid(
            pointer,
            "this is no moment: write it as 2026-03-25 or 2026-03-25T17:42:47Z",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_moment_can_stand_in_a_filter() {
        for good in [
            "2026-03-25",
            " 2026-03-25T17:42:47Z ",
            "2026-03-25T17:42:47.123+02:00",
        ] {
            assert_eq!(moment(good, "/to").unwrap(), good.trim());
        }
        for wrong in [
            "",
            "yesterday",
            "25.3.2026",
            "2026-03-25 or 1 eq 1",
            "2026-03-25T1",
        ] {
            assert!(moment(wrong, "/to").is_err(), "{wrong}");
        }
    }
}
