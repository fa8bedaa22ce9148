//! Halves of characters in JSON.
//!
//! The service cuts texts by UTF-16 units, so half of an emoji can be left at the end of a column.
//! It comes as an escape (`\\ud83d`) that stands for no character: a parser refuses it, and with it
//! the whole page. It becomes U+FFFD here, the sign for what cannot be shown, and nothing else of
//! the body changes.

/// Puts `\\ufffd` in the place of every escape that is half a surrogate pair.
pub(super) fn mend(json: &mut [u8]) {
    let mut halves = Vec::new();
    let mut past = 0;
    for at in memchr::memchr_iter(b'\\', json) {
        if at < past {
            continue;
        }
        past = at + 2;
        match unit(json, at) {
            Some(0xd800..=0xdbff) if matches!(unit(json, at + LENGTH), Some(0xdc00..=0xdfff)) => {
                past = at + 2 * LENGTH;
            }
            Some(0xd800..=0xdfff) => halves.push(at),
            _ => {}
        }
    }
    for at in halves {
        if let Some(escape) = json.get_mut(at..at + LENGTH) {
            escape.copy_from_slice(REPLACEMENT);
        }
    }
}

/// Bytes of an escape.
const LENGTH: usize = 6;
const REPLACEMENT: &[u8; LENGTH] = br"\ufffd";

/// The UTF-16 unit that the escape at `at` stands for, if there is one.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let escape = json.get(at..at + LENGTH)?;
    let digits = escape.strip_prefix(br"\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_half_a_pair_is_replaced() {
        let table = [
            (r#"{"a":"x"}"#, r#"{"a":"x"}"#),
            (r"\ud83d\ude00", r"\ud83d\ude00"),
            (r"\uD83D", r"\ufffd"),
            (r"\ude00", r"\ufffd"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\ude00\ud83d", r"\ufffd\ufffd"),
            (r"\ud83dx\ude00", r"\ufffdx\ufffd"),
            // A backslash that is data, then plain letters.
            (r"\\ud83d", r"\\ud83d"),
            (r"\\\ud83d", r"\\\ufffd"),
            (r"\u00e9\n\ud8", r"\u00e9\n\ud8"),
            (r"\u+d83", r"\u+d83"),
            ("", ""),
        ];
        for (text, expected) in table {
            let mut bytes = text.as_bytes().to_vec();
            mend(&mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected, "{text}");
        }
    }
}
