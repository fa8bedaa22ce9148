//! How a secret looks where a server that thinks nothing of it repeats it.
//!
//! Auth layer; pure. Whoever searches foreign bytes for a secret searches for all of these: an error
//! page of an authority (here), an answer of a service (egress). They are what common encoders make
//! of a text, each applied to the whole of it; what nobody writes by accident, such as a secret
//! backwards, is not among them.

use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::zeroize::Zeroizing;
use url::form_urlencoded;

/// One way to write a secret.
#[derive(Clone, Copy, Debug)]
pub struct Spelling(fn(&str) -> String);

impl Spelling {
    /// Every way, the plain one first. For most secrets many of them come to the same.
    pub fn all() -> impl Iterator<Item = Self> {
        WRITERS.iter().copied().map(Self)
    }

    /// `secret`, written in this way.
    pub fn write(self, secret: &str) -> Zeroizing<String> {
        let Self(writer) = self;
        Zeroizing::new(writer(secret))
    }
}

/// Capital and small hexadecimal digits are two spellings.
const WRITERS: &[fn(&str) -> String] = &[
    str::to_owned,
    // In URLs and forms.
    |secret| percent(secret, UNRESERVED),
    |secret| lower_hex(&percent(secret, UNRESERVED)),
    |secret| percent(secret, COMPONENT),
    |secret| lower_hex(&percent(secret, COMPONENT)),
    |secret| percent(secret, WHOLE_URL),
    |secret| lower_hex(&percent(secret, WHOLE_URL)),
    form,
    |secret| lower_hex(&form(secret)),
    |secret| lower_hex(&percent(secret, BRACKETS).replace("%20", "+")),
    |secret| bytes("%", secret).to_ascii_uppercase(),
    |secret| bytes("%", secret),
    // In JSON.
    |secret| json(secret, "", str::to_owned),
    |secret| json(secret, "", str::to_ascii_uppercase),
    |secret| json(secret, "", str::to_owned).replace('/', "\\/"),
    |secret| json(secret, "<>&", str::to_owned),
    |secret| json(secret, "<>&='", str::to_owned),
    |secret| json(secret, "<>&'+`\"", str::to_owned),
    |secret| json(secret, "<>&'+`\"", str::to_ascii_uppercase),
    |secret| json(secret, "<>&'+`\"/", str::to_owned),
    |secret| json(secret, "<>&'+`\"/", str::to_ascii_uppercase),
    // In a page.
    |secret| html(secret, "<>&\"'", named),
    |secret| html(secret, "<>&\"'+`", |c| format!("&#{};", u32::from(c))),
    |secret| html(secret, "<>&\"'+`", |c| format!("&#x{:X};", u32::from(c))),
    |secret| html(secret, "<>&\"'+`", |c| format!("&#x{:x};", u32::from(c))),
    // As bytes.
    |secret| bytes("", secret),
    |secret| bytes("", secret).to_ascii_uppercase(),
    // As Base64, of which three spellings are possible, by what stands before the secret.
    |secret| base64(secret, 0, &STANDARD_NO_PAD),
    |secret| base64(secret, 1, &STANDARD_NO_PAD),
    |secret| base64(secret, 2, &STANDARD_NO_PAD),
    |secret| base64(secret, 0, &URL_SAFE_NO_PAD),
    |secret| base64(secret, 1, &URL_SAFE_NO_PAD),
    |secret| base64(secret, 2, &URL_SAFE_NO_PAD),
    |secret| percent(&base64(secret, 0, &STANDARD_NO_PAD), UNRESERVED),
    |secret| percent(&base64(secret, 1, &STANDARD_NO_PAD), UNRESERVED),
    |secret| percent(&base64(secret, 2, &STANDARD_NO_PAD), UNRESERVED),
    |secret| base64(secret, 0, &STANDARD_NO_PAD).replace('/', "\\/"),
    |secret| base64(secret, 1, &STANDARD_NO_PAD).replace('/', "\\/"),
    |secret| base64(secret, 2, &STANDARD_NO_PAD).replace('/', "\\/"),
];

/// Leaves RFC 3986's unreserved characters, as most encoders do.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What `encodeURIComponent` leaves.
const COMPONENT: &AsciiSet = &UNRESERVED
    .remove(b'!')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What `encodeURI` leaves.
const WHOLE_URL: &AsciiSet = &COMPONENT
    .remove(b';')
    .remove(b',')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b'#');

/// What .NET's form encoder leaves.
const BRACKETS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'!')
    .remove(b'*')
    .remove(b'(')
    .remove(b')');

fn percent(secret: &str, escaped: &'static AsciiSet) -> String {
    utf8_percent_encode(secret, escaped).to_string()
}

fn form(secret: &str) -> String {
    form_urlencoded::byte_serialize(secret.as_bytes()).collect()
}

/// Every byte as two digits after `mark`.
fn bytes(mark: &str, secret: &str) -> String {
    secret
        .bytes()
        .map(|byte| format!("{mark}{byte:02x}"))
        .collect()
}

/// `%2B` as `%2b`.
fn lower_hex(encoded: &str) -> String {
    let mut digits = 0;
    encoded
        .chars()
        .map(|c| {
            digits = if c == '%' { 3 } else { digits - digits.min(1) };
            if digits > 0 {
                c.to_ascii_lowercase()
            } else {
                c
            }
        })
        .collect()
}

/// The inside of a JSON text whose writer escapes `escaped` and what is not ASCII besides what it has
/// to, with `digits` in capital or small letters.
fn json(secret: &str, escaped: &str, digits: fn(&str) -> String) -> String {
    let mut text = String::with_capacity(secret.len());
    for c in secret.chars() {
        match c {
            _ if escaped.contains(c) || !c.is_ascii() || c.is_ascii_control() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    text.push_str("\\u");
                    text.push_str(&digits(&format!("{unit:04x}")));
                }
            }
            '"' | '\\' => text.extend(['\\', c]),
            _ => text.push(c),
        }
    }
    text
}

/// Text of a page whose writer escapes `escaped`.
fn html(secret: &str, escaped: &str, escape: fn(char) -> String) -> String {
    let mut text = String::with_capacity(secret.len());
    for c in secret.chars() {
        if escaped.contains(c) {
            text.push_str(&escape(c));
        } else {
            text.push(c);
        }
    }
    text
}

fn named(c: char) -> String {
    match c {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '"' => "&quot;",
        _ => "&#39;",
    }
    .to_owned()
}

/// What of a Base64 text belongs to the secret alone, when `before` bytes (of three) stand before it
/// in its group, and anything after it.
fn base64(secret: &str, before: usize, engine: &GeneralPurpose) -> String {
    let mut text = Zeroizing::new(vec![0; before]);
    text.extend_from_slice(secret.as_bytes());
    let encoded = engine.encode(&*text);
    // A letter carries six bits; one that carries bits of a neighbour as well is not the secret's own.
    let (first, last) = ((before * 8).div_ceil(6), text.len() * 8 / 6);
    encoded.get(first..last).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_spelt(secret: &str, text: &str) -> bool {
        Spelling::all().any(|spelling| text.contains(spelling.write(secret).as_str()))
    }

    #[test]
    fn what_common_encoders_make_of_a_secret_is_known() {
        let secret = "ab+/c d==~\"'&é";
        for (encoder, text) in [
            ("none", "ab+/c d==~\"'&é"),
            ("RFC 3986", "ab%2B%2Fc%20d%3D%3D~%22%27%26%C3%A9"),
            ("the same, small", "ab%2b%2fc%20d%3d%3d~%22%27%26%c3%a9"),
            ("encodeURIComponent", "ab%2B%2Fc%20d%3D%3D~%22'%26%C3%A9"),
            ("encodeURI", "ab+/c%20d==~%22'&%C3%A9"),
            ("a form", "ab%2B%2Fc+d%3D%3D%7E%22%27%26%C3%A9"),
            ("a form of .NET", "ab%2b%2fc+d%3d%3d%7e%22%27%26%c3%a9"),
            ("JSON", r#"ab+/c d==~\"'&\u00e9"#),
            ("JSON of PHP", r#"ab+\/c d==~\"'&\u00e9"#),
            ("JSON of Go", r#"ab+/c d==~\"'\u0026\u00e9"#),
            (
                "JSON of Gson",
                r#"ab+/c d\u003d\u003d~\"\u0027\u0026\u00e9"#,
            ),
            ("JSON of .NET", r#"ab\u002B/c d==~\u0022\u0027\u0026\u00E9"#),
            ("HTML", "ab+/c d==~&quot;&#39;&amp;é"),
            ("HTML in numbers", "ab&#x2B;/c d==~&#x22;&#x27;&#x26;é"),
            ("hexadecimal", "61622b2f6320643d3d7e222726c3a9"),
        ] {
            assert!(is_spelt(secret, &format!("<{text}>")), "{encoder}: {text}");
        }
        assert!(!is_spelt(secret, "ab+/c d==~\"'&"));
    }

    #[test]
    fn a_secret_within_base64_is_found_wherever_it_begins_and_ends() {
        let secret = "ab+/cd.token~>?";
        for before in ["", "B", "Be", "Bearer ", "user:"] {
            for after in ["", "!", "!!", "&scope=x"] {
                let text = format!("{before}{secret}{after}");
                for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                    let encoded = engine.encode(&text);
                    assert!(is_spelt(secret, &encoded), "{text}: {encoded}");
                }
                let in_a_url = percent(&STANDARD_NO_PAD.encode(&text), UNRESERVED);
                assert!(is_spelt(secret, &in_a_url), "{text}: {in_a_url}");
            }
        }
    }

    #[test]
    fn only_hex_digits_change_their_case() {
        assert_eq!(lower_hex("A%2BCD%ABCD%E"), "A%2bCD%abCD%e");
    }
}
