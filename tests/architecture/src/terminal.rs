//! Rule: below the command line nobody speaks of flags and commands, prints, or reads standard streams. A server
//! that embeds the host would pass such advice on to people who have no terminal.

use std::collections::BTreeMap;

use crate::code::{Code, Module};
use crate::known::{Known, without_known};
use crate::layers::Layers;
use crate::{Fault, Package, Tree};

/// Crates that exist for terminals.
const CRATES: [&str; 8] = [
    "clap",
    "clap_complete",
    "clap_mangen",
    "comfy-table",
    "indicatif",
    "rpassword",
    "terminal_size",
    "webbrowser",
];

const PRINTING: [&str; 5] = ["dbg", "eprint", "eprintln", "print", "println"];

const STREAMS: [&str; 3] = ["stderr", "stdin", "stdout"];

/// Everything that names a terminal in a layer that has none.
///
/// # Errors
/// Says which file could not be read.
pub fn faults(tree: &Tree, layers: &Layers, known: &Known) -> Result<Vec<Fault>, Fault> {
    let mut faults = Vec::new();
    for package in &tree.packages {
        let layer = package.layer.as_ref().and_then(|layer| layers.get(layer));
        if layer.is_none_or(|layer| layer.terminal) {
            continue;
        }
        faults.extend(needs(package));
        for root in tree.roots(package) {
            let code = Code::read(tree, &root)?;
            let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for module in code.modules.values() {
                let file = module.file.display().to_string();
                told.entry(file).or_default().extend(named(module));
            }
            let told = told.into_iter().filter(|(_, named)| !named.is_empty());
            faults.extend(told.map(|(file, named)| {
                let what = format!(
                    "speaks to a terminal, which it does not have: {}",
                    named.join("; ")
                );
                Fault::new(file, what)
            }));
        }
    }
    Ok(without_known(faults, &known.terminal))
}

fn needs(package: &Package) -> impl Iterator<Item = Fault> {
    package
        .needs
        .iter()
        .filter(|need| !need.for_tests && CRATES.contains(&need.name.as_str()))
        .map(|need| {
            Fault::new(
                package.manifest(),
                format!("{} is for terminals", need.name),
            )
        })
}

fn named(module: &Module) -> Vec<String> {
    let found = &module.found;
    let texts = found
        .texts
        .iter()
        .filter(|text| names_a_command(text))
        .cloned();
    let printed = PRINTING
        .iter()
        .filter(|name| found.macros.contains(**name))
        .map(|name| format!("{name}!"));
    let streams = found.paths.iter().filter_map(|path| match path.as_slice() {
        [.., io, stream] if io == "io" && STREAMS.contains(&stream.as_str()) => {
            Some(format!("io::{stream}"))
        }
        _ => None,
    });
    texts.chain(printed).chain(streams).collect()
}

/// Whether a text has a flag (`--deadline`) or a command of ours (`airlock connection add`) in it.
fn names_a_command(text: &str) -> bool {
    let flag = text.match_indices("--").any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + 2..).and_then(|text| text.chars().next());
        before.is_none_or(|sign| " `\"(".contains(sign))
            && after.is_some_and(|sign| sign.is_ascii_lowercase())
    });
    let commands = ["run", "connect", "connection", "tenant", "runs", "doctor"];
    let command = text.match_indices("airlock ").any(|(at, name)| {
        let rest = text.get(at + name.len()..).unwrap_or_default();
        let word = rest.split(|sign: char| !sign.is_ascii_lowercase()).next();
        word.is_some_and(|word| commands.contains(&word) || word == "connector")
    });
    flag || command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testing::tree_of;

    fn told(layer: &str, needs: &str, code: &str) -> Vec<String> {
        let manifest = format!(
            "[package]\nname = 'a'\n[package.metadata.airlock]\nlayer = '{layer}'\n{needs}"
        );
        let (_folder, tree) = tree_of(&[("a", manifest)], &[("a/src/lib.rs", code)]);
        let layers = toml::from_str("[store]\nuses = []\n[cli]\nuses = []\nterminal = true\n");
        let faults = faults(&tree, &layers.unwrap(), &Known::default()).unwrap();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn flags_commands_and_streams_are_words_of_the_command_line() {
        for code in [
            "fn f() { fail(\"give it a longer --deadline\") }",
            "fn f() { format!(\"allow it: --allow-host {host}\") }",
            "const A: &str = \"add one with `airlock connector add FILE`\";",
            "fn f() { println!(\"{a}\") }",
            "fn f() { std::io::stdin().lock() }",
        ] {
            assert_eq!(told("store", "", code).len(), 1, "{code}");
            assert_eq!(told("cli", "", code), Vec::<String>::new(), "{code}");
        }
    }

    #[test]
    fn other_words_are_anyones() {
        for code in [
            "/// See --deadline.\nconst A: &str = \"https://xn--bcher-kva.example\";",
            "const A: &str = \"a -- b, and airlock connects\";",
            "fn f() { write!(out, \"x\"); io::sink() }",
            "#[cfg(test)] mod tests { fn f() { println!(\"--flag\") } }",
        ] {
            assert_eq!(told("store", "", code), Vec::<String>::new(), "{code}");
        }
    }

    #[test]
    fn crates_for_terminals_are_for_the_command_line_but_for_tests() {
        let shipped = told("store", "[dependencies]\nindicatif = '1'\n", "");
        assert_eq!(shipped, ["a/Cargo.toml: indicatif is for terminals"]);
        assert_eq!(
            told("cli", "[dependencies]\nindicatif = '1'\n", "").len(),
            0
        );
        assert_eq!(
            told("store", "[dev-dependencies]\nindicatif = '1'\n", "").len(),
            0
        );
    }
}
