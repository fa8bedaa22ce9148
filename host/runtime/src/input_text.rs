//! Text that a person hands over, in the configuration or in any other file, as the tools of any system
//! write it.
//!
//! Windows tools put a byte order mark before UTF-8 (RFC 8259 §8.1 lets a reader skip it) and write
//! UTF-16 by default. Pure: whoever reads the bytes calls [`decode_text`].

/// Why bytes are no text. Never quotes them: they may be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotText {
    encoding: &'static str,
    at: usize,
}

impl std::fmt::Display for NotText {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { encoding, at } = self;
        write!(
            out,
            "is no text: byte {at} is not {encoding} (UTF-8 is read, and UTF-16 with a byte order mark)"
        )
    }
}

/// The text in `bytes`, without its byte order mark.
///
/// # Errors
/// Where the encoding breaks.
pub fn decode_text(bytes: &[u8]) -> Result<String, NotText> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        all => utf8(all, 0),
    }
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<String, NotText> {
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(|error| NotText {
            encoding: "UTF-8",
            at: skipped + error.valid_up_to(),
        })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    const MARK: usize = 2;
    let wrong = |at: usize| NotText {
        encoding: "UTF-16",
        at: MARK + at,
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = character.map_err(|_| wrong(text.encode_utf16().count() * 2))?;
        text.push(character);
    }
    match rest {
        [] => Ok(text),
        _ => Err(wrong(bytes.len() - rest.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_of(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn what_tools_of_any_system_write_is_read() {
        let text = "{\"name\": \"Žluťoučký 🐎\"}";
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.into_bytes(),
            utf16_of(text, u16::to_le_bytes),
            utf16_of(text, u16::to_be_bytes),
        ] {
            assert_eq!(decode_text(&bytes).as_deref(), Ok(text), "{bytes:?}");
        }
        assert_eq!(decode_text(b"").as_deref(), Ok(""));
    }

    #[test]
    fn bytes_that_are_no_text_say_where_and_are_not_repeated() {
        for (bytes, part) in [
            (b"ab\xff".as_slice(), "byte 2 is not UTF-8"),
            (b"\xef\xbb\xbfa\xff", "byte 4 is not UTF-8"),
            (b"\xff\xfea\0b", "byte 4 is not UTF-16"),
            (b"\xff\xfea\0\0\xd8", "byte 4 is not UTF-16"),
        ] {
            let fault = decode_text(bytes).unwrap_err().to_string();
            assert!(fault.contains(part), "{fault}");
        }
    }
}
