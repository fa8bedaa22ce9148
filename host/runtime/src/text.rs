//! Text that a component wrote, made fit to be shown. Pure.
//!
//! What it says about itself ends up on terminals, in forms and in logs: characters that move a
//! cursor, retitle a window or hide and reverse what is displayed are no part of what it has to say.

/// `text` with a blank in the place of every character that a terminal obeys or hides; line breaks
/// and tabs stay.
pub(crate) fn clean_lines(text: String) -> String {
    let hostile = |c: char| is_hostile(c) && !matches!(c, '\n' | '\t');
    if !text.contains(hostile) {
        return text;
    }
    text.chars()
        .map(|c| if hostile(c) { ' ' } else { c })
        .collect()
}

/// Control characters, and the marks that reverse or hide what is displayed.
pub(crate) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_or_hide_becomes_a_blank() {
        for (text, shown) in [
            ("plain — tëxt 漢字", "plain — tëxt 漢字"),
            ("two\nlines\tand a tab", "two\nlines\tand a tab"),
            ("a\u{1b}]0;owned\u{7}b", "a ]0;owned b"),
            ("c1 \u{9b}31m", "c1  31m"),
            ("abc\u{202e}txt.exe\u{061c}", "abc txt.exe "),
            ("tag\u{e0041}ged\u{2060}", "tag ged "),
            ("over\rwritten", "over written"),
        ] {
            assert_eq!(clean_lines(text.to_owned()), shown);
        }
    }
}
