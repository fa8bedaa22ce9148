//! Lengths of time as people type them.

use std::time::Duration;

/// Reads `500ms`, `30s`, `2m`, `1h`; a bare number is seconds.
pub fn duration(typed: &str) -> Result<Duration, String> {
    let wrong = || format!("expects a length of time such as 500ms, 30s or 2m, not '{typed}'");
    let digits = typed
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(typed.len());
    let (number, unit) = typed.split_at(digits);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit.trim() {
        "ms" => number / 1000.0,
        "" | "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(wrong()),
    };
    match Duration::try_from_secs_f64(seconds) {
        Ok(length) if !length.is_zero() => Ok(length),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_spellings_are_understood_and_others_refused() {
        for (typed, milliseconds) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("30", 30_000),
            ("1.5s", 1_500),
            ("2m", 120_000),
            ("1h", 3_600_000),
        ] {
            let length = duration(typed).unwrap();
            assert_eq!(length, Duration::from_millis(milliseconds), "{typed}");
        }
        for typed in [
            "",
            "0",
            "-1s",
            "soon",
            "1d",
            "1..5s",
            "99999999999999999999h",
        ] {
            assert!(duration(typed).is_err(), "{typed}");
        }
    }
}
