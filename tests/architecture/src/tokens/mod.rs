//! What the text of a module names: modules, definitions, imports, paths, texts. Syntax only; where a path leads is
//! told by `resolve`. What only tests have (`#[cfg(test)]`) is passed over. Macros are read like other code.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

mod cursor;

use cursor::{Attributes, Tokens};

/// What stands in one module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) defines: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    /// Paths in code, such as `crate::wire::Lease`, and single names that could have been imported.
    pub(crate) paths: BTreeSet<Vec<String>>,
    /// Text literals as they are written.
    pub(crate) texts: Vec<String>,
    /// Macros that are called, such as `println`.
    pub(crate) macros: BTreeSet<String>,
    /// Modules with a body.
    pub(crate) inline: Vec<(String, Found)>,
    /// Modules in files of their own, with the `path` that an attribute gives.
    pub(crate) files: Vec<(String, Option<String>)>,
}

/// One name that a `use` brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    /// What it is called here; `*` for everything.
    pub(crate) name: String,
    /// Whether it is handed on (`pub use`).
    pub(crate) handed_on: bool,
}

/// Reads the text of a file.
pub(crate) fn read(text: &str) -> Result<Found, String> {
    let tokens: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
    let mut found = Found::default();
    scan(tokens, &mut found);
    Ok(found)
}

fn scan(stream: TokenStream, found: &mut Found) {
    let mut tokens = Tokens::new(stream);
    let mut attributes = Attributes::default();
    let mut public = false;
    while let Some(token) = tokens.peek(0).cloned() {
        match token {
            TokenTree::Punct(mark)
                if mark.as_char() == '#' && tokens.attribute(&mut attributes) =>
            {
                continue;
            }
            _ if attributes.test => {
                tokens.skip_item();
                attributes = Attributes::default();
                public = false;
                continue;
            }
            TokenTree::Group(group) => {
                scan(group.stream(), found);
                tokens.at += 1;
                if group.delimiter() == Delimiter::Brace {
                    public = false;
                }
            }
            TokenTree::Literal(literal) => {
                found.texts.push(literal.to_string());
                tokens.at += 1;
            }
            TokenTree::Punct(_) => {
                tokens.at += 1;
                continue;
            }
            TokenTree::Ident(word) => {
                let word = word.to_string();
                let handed_on = std::mem::take(&mut public);
                match word.as_str() {
                    "pub" => {
                        public = true;
                        tokens.at += 1;
                        if matches!(tokens.peek(0), Some(TokenTree::Group(scope)) if scope.delimiter() == Delimiter::Parenthesis)
                        {
                            tokens.at += 1;
                        }
                        continue;
                    }
                    "use" if !tokens.is_mark(1, '<') => {
                        tokens.at += 1;
                        tokens.imports(&mut Vec::new(), handed_on, &mut found.imports);
                    }
                    "mod" => tokens.module(&attributes, found),
                    _ => tokens.word(&word, found),
                }
            }
        }
        attributes = Attributes::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let found = read(text).unwrap();
        found.paths.iter().map(|path| path.join("::")).collect()
    }

    fn imports(text: &str) -> Vec<String> {
        let found = read(text).unwrap();
        let told = |import: &Import| {
            let mark = if import.handed_on { "+" } else { "" };
            format!("{mark}{}={}", import.name, import.path.join("::"))
        };
        found.imports.iter().map(told).collect()
    }

    #[test]
    fn every_name_of_a_use_is_told_apart() {
        for (text, expected) in [
            ("use crate::a::B;", vec!["B=crate::a::B"]),
            ("pub(crate) use self::a::B as C;", vec!["+C=self::a::B"]),
            (
                "use super::{a, b::{self, C}};",
                vec!["a=super::a", "b=super::b", "C=super::b::C"],
            ),
            ("use crate::a::*;", vec!["*=crate::a"]),
            (
                "use crate::{a::{B, C as D}, E};",
                vec!["B=crate::a::B", "D=crate::a::C", "E=crate::E"],
            ),
            ("use ::http::Uri;", vec![]),
            ("pub struct A; use b::C;", vec!["C=b::C"]),
            ("fn f() { use crate::a::B; }", vec!["B=crate::a::B"]),
            ("fn f() -> impl Fn() + use<'_> { g }", vec![]),
        ] {
            assert_eq!(imports(text), expected, "{text}");
        }
    }

    #[test]
    fn paths_are_found_wherever_they_stand() {
        for (text, expected) in [
            ("fn f() { crate::a::b(1) }", vec!["crate::a::b"]),
            (
                "struct A { b: super::B<crate::C> }",
                vec!["crate::C", "super::B"],
            ),
            ("fn f() { vec![crate::a::B]; }", vec!["crate::a::B", "vec"]),
            ("fn f() { x.body.send(); ::http::get(); }", vec![]),
            ("fn f(a: &'a B) -> b::C { go(a) }", vec!["B", "b::C", "go"]),
            ("/// See crate::a::B.\nconst A: u8 = 1;", vec![]),
            ("const A: &str = \"crate::a::B\";", vec![]),
        ] {
            assert_eq!(paths(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_tests_have_does_not_count() {
        for text in [
            "#[cfg(test)] mod tests { use crate::a::B; }",
            "#[cfg(test)] mod tests;",
            "#[cfg(all(test, unix))] use crate::a::B;",
            "#[cfg(doctest)] #[doc = \"x\"] pub struct A;",
            "#[cfg(test)] pub(crate) fn f(a: u8, b: u8) { crate::a::b(\"x\") }",
        ] {
            let found = read(text).unwrap();
            let nothing = found.imports.is_empty()
                && found.paths.is_empty()
                && found.files.is_empty()
                && found.inline.is_empty()
                && found.texts.is_empty();
            assert!(nothing, "{text}: {found:?}");
        }
        assert_eq!(imports("#[cfg(not(test))] use crate::a::B;").len(), 1);
        assert_eq!(imports("#[cfg(test)] mod tests; use crate::a::B;").len(), 1);
    }

    #[test]
    fn modules_are_known_with_a_body_or_a_file() {
        let found = read("pub mod a { pub struct B; } mod c; #[path = \"e.rs\"] mod d;").unwrap();
        assert!(found.inline[0].0 == "a" && found.inline[0].1.defines.contains("B"));
        let files = [
            ("c".to_owned(), None),
            ("d".to_owned(), Some("e.rs".to_owned())),
        ];
        assert_eq!(found.files, files);
    }
}
