//! Formats for numbers that are drawn with `0` and `#`. Part of [`super`].

use super::digits::Digits;
use super::groups::grouped;
use crate::locale::Locale;

/// A piece of a format.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Zero,
    Hash,
    Point,
    Literal(String),
    /// The letter, whether `+` stands behind it, and how many zeros.
    Exponent(char, bool, usize),
}

/// What a section of a format says.
#[derive(Debug, Default)]
struct Section {
    pieces: Vec<Piece>,
    /// By how many powers of ten the number is multiplied.
    shift: i32,
    has_groups: bool,
}

/// A number as the format draws it. Up to three sections stand for positive numbers, negative ones, and zero.
pub(super) fn format(mut digits: Digits, pattern: &str, locale: &Locale) -> String {
    let sections = sections(pattern);
    let place = match (digits.is_zero(), digits.is_negative) {
        (true, _) if sections.len() > 2 => 2,
        (_, true) if sections.get(1).is_some_and(|section| !section.is_empty()) => 1,
        _ => 0,
    };
    // A negative section draws the number without its sign.
    let has_sign = digits.is_negative && place == 0;
    let section = read(sections.get(place).map_or("", String::as_str));
    digits.shift(section.shift);
    let drawn = section.draw(digits.clone(), locale);
    let is_nothing = drawn.1;
    match has_sign && !is_nothing {
        true => format!("-{}", drawn.0),
        false => drawn.0,
    }
}

/// The sections between semicolons that stand outside of quotes.
fn sections(pattern: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut quote = None;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character == ';' && quote.is_none() {
            all.push(String::new());
            continue;
        }
        if let Some(last) = all.last_mut() {
            last.push(character);
            if character == '\\' {
                last.extend(characters.next());
            }
        }
        match quote {
            Some(open) if open == character => quote = None,
            None if character == '\'' || character == '"' => quote = Some(character),
            _ => {}
        }
    }
    all
}

fn read(pattern: &str) -> Section {
    let mut section = Section::default();
    let mut commas = 0;
    let mut rest = pattern.chars().peekable();
    let mut has_point = false;
    while let Some(character) = rest.next() {
        if character != ',' && commas > 0 {
            // Commas at the end of the digits before the point divide by a thousand each; between digits they group.
            match character {
                '0' | '#' => section.has_groups = true,
                _ => section.shift -= 3 * commas,
            }
            commas = 0;
        }
        match character {
            '0' => section.pieces.push(Piece::Zero),
            '#' => section.pieces.push(Piece::Hash),
            '.' if !has_point => {
                has_point = true;
                section.pieces.push(Piece::Point);
            }
            '.' => {}
            ',' if !has_point
                && section
                    .pieces
                    .iter()
                    .any(|piece| matches!(piece, Piece::Zero | Piece::Hash)) =>
            {
                commas += 1
            }
            ',' => {}
            '%' => {
                section.shift += 2;
                section.pieces.push(Piece::Literal("%".to_owned()));
            }
            '‰' => {
                section.shift += 3;
                section.pieces.push(Piece::Literal("‰".to_owned()));
            }
            '\'' | '"' => {
                let text = rest
                    .by_ref()
                    .take_while(|next| *next != character)
                    .collect();
                section.pieces.push(Piece::Literal(text));
            }
            '\\' => section.pieces.push(Piece::Literal(
                rest.next().map(String::from).unwrap_or_default(),
            )),
            'E' | 'e' => {
                let mut ahead = rest.clone();
                let sign = ahead.next_if(|next| *next == '+' || *next == '-');
                let mut zeros = 0;
                while ahead.next_if_eq(&'0').is_some() {
                    zeros += 1;
                }
                if zeros > 0 {
                    rest = ahead;
                    section
                        .pieces
                        .push(Piece::Exponent(character, sign == Some('+'), zeros));
                } else {
                    section.pieces.push(Piece::Literal(character.to_string()));
                }
            }
            other => section.pieces.push(Piece::Literal(other.to_string())),
        }
    }
    section.shift -= 3 * commas;
    section
}

impl Section {
    /// The number in this section, and whether nothing is left of it after rounding.
    fn draw(&self, mut digits: Digits, locale: &Locale) -> (String, bool) {
        let point = self
            .pieces
            .iter()
            .position(|piece| *piece == Piece::Point)
            .unwrap_or(self.pieces.len());
        let is_place = |piece: &&Piece| matches!(piece, Piece::Zero | Piece::Hash);
        let (before, after) = self
            .pieces
            .split_at_checked(point)
            .unwrap_or((&self.pieces, &[]));
        let places = before.iter().filter(is_place).count();
        let decimals = after.iter().filter(is_place).count();
        let exponent = self
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Exponent(..)))
            .then(|| {
                let exponent = digits.exponent() - i32::try_from(places).unwrap_or(1) + 1;
                digits.shift(-exponent);
                exponent
            });
        digits.round(i32::try_from(decimals).unwrap_or(i32::MAX));
        // From the first zero on, digits are written whatever the number.
        let first_zero = before
            .iter()
            .filter(is_place)
            .position(|piece| *piece == Piece::Zero);
        let least = first_zero.map_or(0, |first| places - first);
        let whole = format!("{:0>least$}", digits.whole());
        let last_zero = after
            .iter()
            .filter(is_place)
            .enumerate()
            .filter(|(_, piece)| **piece == Piece::Zero)
            .last();
        let least_after = last_zero.map_or(0, |(last, _)| last + 1);
        let shown_after = digits.fraction_len().min(decimals).max(least_after);
        let mut fraction = digits
            .fraction(shown_after)
            .chars()
            .collect::<Vec<_>>()
            .into_iter();
        let is_nothing = digits.is_zero();

        let (separator, sizes) = locale.groups();
        let mut text = String::new();
        let mut seen = 0;
        // Digits that are more than places stand before the first place.
        let mut left: Vec<char> = whole.chars().collect();
        let count = left.len();
        left.reverse();
        let group_ends = group_ends(count, &sizes);
        let mut is_after = false;
        for piece in &self.pieces {
            match piece {
                Piece::Point => {
                    is_after = true;
                    if shown_after > 0 {
                        text += &locale.decimal_point();
                    }
                }
                Piece::Zero | Piece::Hash if is_after => text.extend(fraction.next()),
                Piece::Zero | Piece::Hash => {
                    seen += 1;
                    let keep = places - seen;
                    while left.len() > keep {
                        text.extend(left.pop());
                        if self.has_groups && group_ends.contains(&left.len()) {
                            text += &separator;
                        }
                    }
                }
                Piece::Literal(literal) => text += literal,
                Piece::Exponent(letter, has_plus, zeros) => {
                    let exponent = exponent.unwrap_or_default();
                    text.push(*letter);
                    match exponent < 0 {
                        true => text.push('-'),
                        false if *has_plus => text.push('+'),
                        false => {}
                    }
                    text += &format!("{:0>width$}", exponent.unsigned_abs(), width = *zeros);
                }
            }
        }
        (text, is_nothing)
    }
}

/// How many digits are left of a whole number where a separator stands, counted from the right.
fn group_ends(count: usize, sizes: &[usize]) -> Vec<usize> {
    let marked = grouped(&"0".repeat(count), ",", sizes);
    let mut ends = Vec::new();
    let mut left = count;
    for character in marked.chars() {
        match character {
            ',' => ends.push(left),
            _ => left -= 1,
        }
    }
    ends
}
