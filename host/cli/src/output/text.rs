//! Text from a service, made safe for a terminal.
//!
//! A service's data is not the person's: a row whose name holds an escape sequence must not be able
//! to retitle the window, move the cursor over an earlier line or hide what follows.

/// `text` on one line, with line breaks shown as `↵` and every other control character as `·`.
pub fn clean(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => safe.push('↵'),
            '\t' => safe.push(' '),
            _ if hostile(character) => safe.push('·'),
            _ => safe.push(character),
        }
    }
    safe
}

/// Like [`clean`], but line breaks stay.
pub fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// Control characters, and the marks that reverse or hide what is displayed: bidirectional ones,
/// invisible operators, tags.
pub(super) fn hostile(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        for (text, safe) in [
            ("plain — tëxt", "plain — tëxt"),
            ("a\u{1b}]0;owned\u{7}b", "a·]0;owned·b"),
            ("c1 \u{9b}31m", "c1 ·31m"),
            ("two\r\nlines\n", "two↵lines↵"),
            ("a\tb", "a b"),
            ("abc\u{202e}txt.exe", "abc·txt.exe"),
            ("a\u{061c}b\u{2061}c\u{e0041}d\u{7f}", "a·b·c·d·"),
        ] {
            assert_eq!(clean(text), safe);
        }
        assert_eq!(clean_lines("a\nb\u{1b}"), "a\nb·");
    }
}
