//! A place in a row of tokens, and what can be read from there: attributes, modules, the tree of a `use`, paths.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

use super::{Found, Import, scan};

const DEFINING: [&str; 9] = [
    "struct",
    "enum",
    "union",
    "trait",
    "type",
    "const",
    "static",
    "fn",
    "macro_rules",
];

/// What attributes say of the item that follows.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) test: bool,
    path: Option<String>,
}

pub(super) struct Tokens {
    all: Vec<TokenTree>,
    pub(super) at: usize,
}

impl Tokens {
    pub(super) fn new(stream: TokenStream) -> Self {
        Self {
            all: stream.into_iter().collect(),
            at: 0,
        }
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<&TokenTree> {
        self.all.get(self.at + ahead)
    }

    pub(super) fn is_mark(&self, ahead: usize, mark: char) -> bool {
        matches!(self.peek(ahead), Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
    }

    fn name(&self, ahead: usize) -> Option<String> {
        match self.peek(ahead) {
            // `r#type` and `type` are one name.
            Some(TokenTree::Ident(word)) => {
                Some(word.to_string().trim_start_matches("r#").to_owned())
            }
            _ => None,
        }
    }

    /// Whether `::` stands so far ahead.
    fn is_path_mark(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), Some(TokenTree::Punct(first)) if first.as_char() == ':' && first.spacing() == Spacing::Joint)
            && self.is_mark(ahead + 1, ':')
    }

    /// Passes `#[…]` or `#![…]`; false when it is neither.
    pub(super) fn attribute(&mut self, attributes: &mut Attributes) -> bool {
        let inner = usize::from(self.is_mark(1, '!'));
        let Some(TokenTree::Group(group)) = self.peek(1 + inner) else {
            return false;
        };
        if group.delimiter() != Delimiter::Bracket {
            return false;
        }
        if inner == 0 {
            attributes.test |= only_for_tests(group);
            let text = group.stream().to_string();
            if let Some(rest) = text.strip_prefix("path =") {
                attributes.path = Some(rest.trim().trim_matches('"').to_owned());
            }
        }
        self.at += 2 + inner;
        true
    }

    /// Passes an item, a field, a statement or an arm that does not count.
    pub(super) fn skip_item(&mut self) {
        let is_item = matches!(
            self.name(0).as_deref(),
            Some(
                "pub"
                    | "mod"
                    | "use"
                    | "fn"
                    | "impl"
                    | "struct"
                    | "enum"
                    | "const"
                    | "static"
                    | "type"
                    | "trait"
                    | "async"
                    | "unsafe"
                    | "extern"
                    | "macro_rules"
                    | "let"
            )
        );
        while let Some(token) = self.all.get(self.at) {
            self.at += 1;
            match token {
                TokenTree::Punct(mark) if mark.as_char() == ';' => return,
                TokenTree::Punct(mark) if mark.as_char() == ',' && !is_item => return,
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
                _ => {}
            }
        }
    }

    pub(super) fn module(&mut self, attributes: &Attributes, found: &mut Found) {
        let name = self.name(1);
        let body = self.peek(2).cloned();
        self.at += 1;
        match (name, body) {
            (Some(name), Some(TokenTree::Group(group)))
                if group.delimiter() == Delimiter::Brace =>
            {
                let mut inner = Found::default();
                scan(group.stream(), &mut inner);
                found.inline.push((name, inner));
                self.at += 2;
            }
            (Some(name), Some(TokenTree::Punct(mark))) if mark.as_char() == ';' => {
                found.files.push((name, attributes.path.clone()));
                self.at += 2;
            }
            _ => {}
        }
    }

    /// One tree of a `use`, from here to the `;`, the `,` or the end.
    pub(super) fn imports(
        &mut self,
        prefix: &mut Vec<String>,
        handed_on: bool,
        into: &mut Vec<Import>,
    ) {
        let length = prefix.len();
        // A leading `::` names a crate from outside.
        let foreign = length == 0 && self.is_path_mark(0);
        let mut alias = None;
        while let Some(token) = self.peek(0).cloned() {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == ';' || mark.as_char() == ',' => break,
                TokenTree::Punct(mark) if mark.as_char() == '*' => alias = Some("*".to_owned()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                TokenTree::Ident(_) => match self.name(0) {
                    Some(word) if word == "as" => {
                        self.at += 1;
                        alias = self.name(0);
                    }
                    Some(word) => prefix.push(word),
                    None => {}
                },
                TokenTree::Group(group) => {
                    let mut inner = Tokens::new(group.stream());
                    while inner.at < inner.all.len() {
                        inner.imports(prefix, handed_on, into);
                        inner.at += 1;
                    }
                    alias = Some(String::new());
                }
            }
            self.at += 1;
        }
        let mut path = prefix.clone();
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = alias.or_else(|| path.last().cloned()).unwrap_or_default();
        if !foreign && !name.is_empty() && !path.is_empty() {
            into.push(Import {
                path,
                name,
                handed_on,
            });
        }
        prefix.truncate(length);
    }

    /// A word that is no `use` and no `mod`: a definition, a path, or something else.
    pub(super) fn word(&mut self, word: &str, found: &mut Found) {
        if DEFINING.contains(&word) {
            let bang = usize::from(self.is_mark(1, '!'));
            if let Some(name) = self.name(1 + bang) {
                found.defines.insert(name);
                self.at += 2 + bang;
                return;
            }
        }
        let begins = self.begins_a_path();
        let mut path = vec![word.trim_start_matches("r#").to_owned()];
        self.at += 1;
        while self.is_path_mark(0) {
            let Some(next) = self.name(2) else { break };
            path.push(next);
            self.at += 3;
        }
        let called = matches!(self.peek(0), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        let is_macro = self.is_mark(0, '!') && matches!(self.peek(1), Some(TokenTree::Group(_)));
        if is_macro && let Some(last) = path.last() {
            found.macros.insert(last.clone());
        }
        // A lone word in small letters is a variable or a field, unless it is called.
        let capital = word.starts_with(|first: char| first.is_ascii_uppercase());
        if begins && (path.len() > 1 || capital || called || is_macro) {
            found.paths.insert(path);
        }
    }

    /// Not so behind `.` (a field), `'` (a lifetime) and `::` (a crate from outside, or a path that went on).
    fn begins_a_path(&self) -> bool {
        let mark = |back: usize| match self.at.checked_sub(back).and_then(|at| self.all.get(at)) {
            Some(TokenTree::Punct(mark)) => Some(mark.as_char()),
            _ => None,
        };
        match mark(1) {
            Some('.') => mark(2) == Some('.'),
            Some('\'') => false,
            Some(':') => mark(2) != Some(':'),
            _ => true,
        }
    }
}

/// `#[cfg(test)]`, `#[cfg(all(test, …))]`, `#[cfg(doctest)]`, `#[test]`; not `#[cfg(not(test))]`.
fn only_for_tests(attribute: &Group) -> bool {
    let text = attribute.stream().to_string();
    let words: Vec<&str> = text
        .split(|sign: char| !sign.is_alphanumeric() && sign != '_')
        .filter(|word| !word.is_empty())
        .collect();
    match words.split_first() {
        Some((&"cfg", rest)) => {
            rest.iter().any(|word| matches!(*word, "test" | "doctest")) && !rest.contains(&"not")
        }
        Some((&"test", [])) => true,
        _ => false,
    }
}
