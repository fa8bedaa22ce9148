//! Moments in the formats of .NET: one letter is a standard format, more are drawn. Part of [`super`].

use super::moment::Moment;
use crate::fault::{Raise, Raised};
use crate::locale::Locale;

/// Year to tick, and `Z` for a moment in UTC: what functions write when no format is named.
pub(crate) const ROUND_TRIP: &str = "yyyy-MM-ddTHH:mm:ss.fffffffK";

/// A moment in a format of .NET.
pub(crate) fn format(moment: Moment, pattern: &str, locale: &Locale) -> Raised<String> {
    let mut letters = pattern.chars();
    match (letters.next(), letters.next()) {
        (None, _) => draw(moment, ROUND_TRIP, locale),
        (Some(letter), None) => standard(moment, letter, locale),
        _ => draw(moment, pattern, locale),
    }
}

fn standard(moment: Moment, letter: char, locale: &Locale) -> Raised<String> {
    let patterns = locale.patterns();
    let (long_date, short_date) = (patterns.long_date, patterns.short_date);
    let (long_time, short_time) = (patterns.long_time, patterns.short_time);
    let own = |pattern: &str| draw(moment, pattern, locale);
    let fixed = |pattern: &str| draw(moment, pattern, &Locale::default());
    match letter {
        'd' => own(short_date),
        'D' => own(long_date),
        'f' => own(&format!("{long_date} {short_time}")),
        'F' | 'U' => own(&format!("{long_date} {long_time}")),
        'g' => own(&format!("{short_date} {short_time}")),
        'G' => own(&format!("{short_date} {long_time}")),
        'm' | 'M' => own(patterns.month_day),
        'o' | 'O' => fixed(ROUND_TRIP),
        'r' | 'R' => fixed("ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"),
        's' => fixed("yyyy'-'MM'-'dd'T'HH':'mm':'ss"),
        't' => own(short_time),
        'T' => own(long_time),
        'u' => fixed("yyyy'-'MM'-'dd HH':'mm':'ss'Z'"),
        'y' | 'Y' => own(patterns.year_month),
        _ => Err(Raise::value(format!(
            "there is no date format `{letter}`; there are d D f F g G m o r s t T u U y, and `%{letter}` is the letter's own meaning"
        ))),
    }
}

/// A piece of a drawn format: a letter and how often it stands there, or text.
pub(super) enum Piece {
    Letter(char, usize),
    Text(String),
}

/// The pieces of a drawn format.
pub(super) fn pieces(pattern: &str) -> Raised<Vec<Piece>> {
    let mut all = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\'' | '"' => {
                let mut text = String::new();
                loop {
                    match rest.next() {
                        Some(next) if next == letter => break,
                        Some('\\') => text.extend(rest.next()),
                        Some(next) => text.push(next),
                        None => {
                            return Err(Raise::value(format!(
                                "the date format `{pattern}` has a quote without an end"
                            )));
                        }
                    }
                }
                all.push(Piece::Text(text));
            }
            '\\' => match rest.next() {
                Some(next) => all.push(Piece::Text(next.to_string())),
                None => {
                    return Err(Raise::value(format!(
                        "the date format `{pattern}` ends in a backslash"
                    )));
                }
            },
            '%' if rest.peek().is_some_and(|next| *next != '%') => {}
            '%' => {
                return Err(Raise::value(format!(
                    "the date format `{pattern}` has a `%` without a letter"
                )));
            }
            'd' | 'f' | 'F' | 'g' | 'h' | 'H' | 'K' | 'm' | 'M' | 's' | 't' | 'y' | 'z' => {
                let mut count = 1;
                while letter != 'K' && rest.next_if_eq(&letter).is_some() {
                    count += 1;
                }
                if matches!(letter, 'f' | 'F') && count > 7 {
                    return Err(Raise::value(
                        "a second has seven digits behind the point, so a format has at most seven `f`",
                    ));
                }
                all.push(Piece::Letter(letter, count));
            }
            other => all.push(Piece::Text(other.to_string())),
        }
    }
    Ok(all)
}

fn draw(moment: Moment, pattern: &str, locale: &Locale) -> Raised<String> {
    let pieces = pieces(pattern)?;
    let has_day = pieces
        .iter()
        .any(|piece| matches!(piece, Piece::Letter('d', 1 | 2)));
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(literal) => text += &literal,
            Piece::Letter('F', count) => {
                let digits = fraction(moment, count);
                match digits.trim_end_matches('0') {
                    // A point before nothing goes too.
                    "" if text.ends_with('.') => {
                        text.pop();
                    }
                    digits => text += digits,
                }
            }
            Piece::Letter(letter, count) => {
                text += &letter_text(moment, letter, count, has_day, locale)
            }
        }
    }
    Ok(text)
}

fn letter_text(
    moment: Moment,
    letter: char,
    count: usize,
    has_day: bool,
    locale: &Locale,
) -> String {
    let time = moment.time;
    let two = |number: i8| match count {
        1 => number.to_string(),
        _ => format!("{number:02}"),
    };
    let weekday = usize::try_from(time.weekday().to_sunday_zero_offset()).unwrap_or_default();
    let month = usize::try_from(time.month() - 1).unwrap_or_default();
    match (letter, count) {
        ('d', 1 | 2) => two(time.day()),
        ('d', 3) => locale.short_day(weekday).to_owned(),
        ('d', _) => locale.day(weekday).to_owned(),
        ('f', _) => fraction(moment, count),
        ('g', _) => "A.D.".to_owned(),
        ('h', _) => two(match time.hour() % 12 {
            0 => 12,
            hour => hour,
        }),
        ('H', _) => two(time.hour()),
        ('K', _) => if moment.is_utc { "Z" } else { "" }.to_owned(),
        ('m', _) => two(time.minute()),
        ('M', 1 | 2) => two(time.month()),
        ('M', 3) => locale.short_month(month).to_owned(),
        ('M', _) if has_day => locale.month(month).to_owned(),
        ('M', _) => locale.lone_month(month).to_owned(),
        ('s', _) => two(time.second()),
        ('t', 1) => locale.half(time.hour() >= 12).chars().take(1).collect(),
        ('t', _) => locale.half(time.hour() >= 12).to_owned(),
        ('y', 1) => (time.year() % 100).to_string(),
        ('y', 2) => format!("{:02}", time.year() % 100),
        ('y', _) => format!("{:0>count$}", time.year()),
        // Times of no known zone count as UTC here, which is the zone of the service.
        ('z', 1) => "+0".to_owned(),
        ('z', 2) => "+00".to_owned(),
        _ => "+00:00".to_owned(),
    }
}

/// So many digits of the second behind its point.
fn fraction(moment: Moment, count: usize) -> String {
    let ticks = moment.time.subsec_nanosecond() / 100;
    format!("{ticks:07}").chars().take(count).collect()
}
