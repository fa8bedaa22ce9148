//! Rows in every form, wherever the pieces are cut.

use super::*;
use crate::testing::{Pieces, block_on};

/// Number and row, or what is wrong with it; an error of the whole stands last.
fn rows(text: &[u8], size: usize, format: Option<RowFormat>) -> Vec<(u64, String)> {
    let mut source = Pieces::of(text.chunks(size));
    let mut reader = RowReader::new(&mut source, format);
    let mut found = Vec::new();
    loop {
        match block_on(reader.next()) {
            Ok(Some(given)) => found.push((
                given.number,
                match given.row {
                    Ok(row) => row.get().to_owned(),
                    Err(misread) => format!("{} ({})", misread.why, misread.text),
                },
            )),
            Ok(None) => return found,
            Err(error) => {
                found.push((0, error.to_string()));
                return found;
            }
        }
    }
}

/// The same however the text is cut.
fn read(text: &[u8]) -> Vec<(u64, String)> {
    let whole = rows(text, text.len().max(1), None);
    for size in 1..text.len() {
        assert_eq!(rows(text, size, None), whole, "pieces of {size}");
    }
    whole
}

fn shown(found: &[(u64, String)]) -> Vec<(u64, &str)> {
    found
        .iter()
        .map(|(number, row)| (*number, row.as_str()))
        .collect()
}

#[test]
fn a_line_of_json_is_a_row_and_a_wrong_one_does_not_end_the_stream() {
    let found = read(b"\xef\xbb\xbf{\"a\":1.50}\r\n\n[1]\n{\"b\":\n {\"c\":\"\xc3\xa9\"}");
    let found = shown(&found);
    assert_eq!(found[0], (1, "{\"a\":1.50}"), "digits stay as they are");
    assert_eq!(found[1].0, 3);
    assert!(found[1].1.contains("no object"), "{found:?}");
    assert!(found[2].1.starts_with("the line is not JSON"), "{found:?}");
    assert!(found[2].1.ends_with("({\"b\":)"), "{found:?}");
    assert_eq!(found[3], (5, "{\"c\":\"é\"}"));
    assert_eq!(found.len(), 4);
}

#[test]
fn records_of_csv_are_rows_of_texts_without_their_empty_cells() {
    let text = "name;note\r\n\"Verona; \"\"V\"\"\";7\r\n\r\nRoma;\r\n\"two\r\nlines\";x\r\na;b;c\nMilano;é";
    let found = read(text.as_bytes());
    let found = shown(&found);
    assert_eq!(found[0], (2, r#"{"name":"Verona; \"V\"","note":"7"}"#));
    assert_eq!(found[1], (4, r#"{"name":"Roma"}"#));
    assert_eq!(found[2], (5, r#"{"name":"two\r\nlines","note":"x"}"#));
    assert_eq!(found[3].0, 7);
    assert!(
        found[3]
            .1
            .starts_with("the row has 3 cells and the header 2")
    );
    assert_eq!(found[4], (8, r#"{"name":"Milano","note":"é"}"#));
}

#[test]
fn a_cell_that_is_no_text_is_a_fault_of_its_row() {
    let found = read(b"name,note\na,\xff\nb,c\n");
    assert!(found[0].1.contains("not UTF-8"), "{found:?}");
    assert_eq!(found[1].1, r#"{"name":"b","note":"c"}"#);
}

#[test]
fn a_header_names_each_column_once() {
    for (text, part) in [
        ("a,a\n1,2\n", "the column `a` twice"),
        ("a,\n1,2\n", "without a name"),
    ] {
        let found = read(text.as_bytes());
        assert_eq!(found[0].0, 0);
        assert!(found[0].1.contains(part), "{found:?}");
    }
}

#[test]
fn what_separates_cells_is_seen_in_the_header() {
    for (text, expected) in [
        ("a\tb\n1\t2\n", r#"{"a":"1","b":"2"}"#),
        ("a|b\n1|2\n", r#"{"a":"1","b":"2"}"#),
        ("a\n1\n", r#"{"a":"1"}"#),
        ("\"a;b;c\",d\n1,2\n", r#"{"a;b;c":"1","d":"2"}"#),
    ] {
        assert_eq!(shown(&read(text.as_bytes())), [(2, expected)], "{text:?}");
    }
}

#[test]
fn elements_of_an_array_are_rows_while_it_comes() {
    let found = read(br#" [ {"a": "],\"}"}, 5 ,{"b": [1, {"c": 2}]} ] "#);
    let found = shown(&found);
    assert_eq!(found[0], (1, r#"{"a": "],\"}"}"#));
    assert!(found[1].1.contains("no object"), "{found:?}");
    assert_eq!(found[2], (3, r#"{"b": [1, {"c": 2}]}"#));
    assert_eq!(found.len(), 3);
    assert!(read(b"[]").is_empty());
    for (text, part) in [
        ("[{\"a\": 1}, {\"b\"", "ends within its element 2"),
        ("[{\"a\": 1}] x", "behind the array"),
    ] {
        let found = read(text.as_bytes());
        assert!(found.last().unwrap().1.contains(part), "{found:?}");
    }
}

#[test]
fn nothing_is_no_rows_and_another_encoding_is_named() {
    assert!(read(b"").is_empty());
    assert!(read(b" \n").is_empty());
    assert!(rows(b"a,b\n", 2, Some(RowFormat::Csv)).is_empty());
    let found = rows(b"\xff\xfea\0", 1, None);
    assert!(found[0].1.contains("UTF-16"), "{found:?}");
    let found = rows(b"{}", 1, Some(RowFormat::Json));
    assert!(found[0].1.contains("no JSON array"), "{found:?}");
}
