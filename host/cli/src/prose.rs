//! Prose for a terminal: lines that break between words. Pure.

use unicode_width::UnicodeWidthStr as _;

/// Lines longer than this are hard to follow, however wide the terminal is.
const WIDEST: usize = 100;

/// `text` in lines of at most `width` characters, each behind `indent`; where nobody reads it, as it is.
/// A word that is longer stands on a line of its own.
pub(crate) fn wrap(text: &str, width: Option<u16>, indent: &str) -> String {
    let Some(width) = width else {
        return format!("{indent}{text}");
    };
    let room = usize::from(width)
        .min(WIDEST)
        .saturating_sub(indent.width())
        .max(1);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.width() + 1 + word.width() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let lines: Vec<String> = lines
        .into_iter()
        .map(|line| format!("{indent}{line}"))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_never_exceed_the_width() {
        assert_eq!(wrap("one two three", Some(9), ""), "one two\nthree");
        assert_eq!(wrap("one two three", Some(9), "  "), "  one two\n  three");
        assert_eq!(wrap("extraordinary", Some(5), ""), "extraordinary");
        assert_eq!(wrap("one two three", None, "  "), "  one two three");
        assert_eq!(wrap("日本語 日本語", Some(8), ""), "日本語\n日本語");
    }
}
