//! Values and expressions as they must stand in a URL.
//!
//! Microsoft documents that `$ & + , / : ; = ? @ #` have to be encoded inside values; everything
//! that is not unreserved (RFC 3986, 2.3) is encoded there, and only there, so that a request
//! stays readable in a log.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What OData's own syntax needs outside of quotes and RFC 3986 allows in a query.
const SYNTAX: &AsciiSet = &VALUE
    .remove(b'(')
    .remove(b')')
    .remove(b'\'')
    .remove(b'*')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@')
    .remove(b'$')
    .remove(b'!');

/// Encodes everything that could mean something in a URL.
#[must_use]
pub fn encode_value(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// An OData string literal: quoted, quotes doubled, not yet encoded for a URL.
#[must_use]
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An OData string literal ready for a URL: the quotes stand bare, the content is encoded.
#[must_use]
pub fn quote_for_url(text: &str) -> String {
    format!("'{}'", encode_value(&text.replace('\'', "''")))
}

/// Encodes an expression such as a filter: syntax stays readable, quoted values are encoded
/// whole. The text is taken as plain, never as already encoded.
#[must_use]
pub fn encode_expression(expression: &str) -> String {
    let mut encoded = String::with_capacity(expression.len() + expression.len() / 4);
    for (index, piece) in expression.split('\'').enumerate() {
        if index > 0 {
            encoded.push('\'');
        }
        let inside_quotes = index % 2 == 1;
        let set = if inside_quotes { VALUE } else { SYNTAX };
        encoded.extend(utf8_percent_encode(piece, set));
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_end_the_url_part_it_stands_in() {
        assert_eq!(
            quote_for_url("A/B#1&2?x=y+z%\\'ö"),
            "'A%2FB%231%262%3Fx%3Dy%2Bz%25%5C%27%27%C3%B6'"
        );
    }

    #[test]
    fn an_expression_keeps_its_syntax_and_encodes_its_values() {
        let table = [
            ("name eq 'Harbor'", "name%20eq%20'Harbor'"),
            ("name eq 'A&B'", "name%20eq%20'A%26B'"),
            ("contains(name,'a,b/c')", "contains(name,'a%2Cb%2Fc')"),
            (
                "name eq 'O''Brien & Co'",
                "name%20eq%20'O''Brien%20%26%20Co'",
            ),
            (
                "primarycontactid($select=fullname;$expand=x)",
                "primarycontactid($select=fullname;$expand=x)",
            ),
            (
                "revenue gt 5 and a/b eq @p1",
                "revenue%20gt%205%20and%20a/b%20eq%20@p1",
            ),
            ("a+b#c&d", "a%2Bb%23c%26d"),
        ];
        for (plain, encoded) in table {
            assert_eq!(encode_expression(plain), encoded, "{plain}");
        }
    }
}
