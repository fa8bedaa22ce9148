//! Rule: a package leans on what its layer may use, and on nothing else. So no arrow runs up, the two sides of the
//! contract never meet, and nothing of the host knows a connector.

use std::collections::BTreeMap;

use crate::layers::{GROUND, Layer, Layers};
use crate::manifest::Need;
use crate::{Fault, Package, Tree};

/// Everything that is drawn otherwise.
#[must_use]
pub fn faults(tree: &Tree, layers: &Layers) -> Vec<Fault> {
    let placed: BTreeMap<&str, &str> = tree
        .packages
        .iter()
        .filter_map(|package| Some((package.name.as_str(), package.layer.as_deref()?)))
        .collect();
    tree.packages
        .iter()
        .flat_map(|package| of_package(package, &placed, layers))
        .chain(circles_of_the_plan(layers))
        .collect()
}

fn of_package(package: &Package, placed: &BTreeMap<&str, &str>, layers: &Layers) -> Vec<Fault> {
    let Some(name) = package.layer.as_deref() else {
        return vec![Fault::new(
            package.manifest(),
            "says no layer: add [package.metadata.airlock] with `layer = \"…\"`, one of layers.toml",
        )];
    };
    let Some(layer) = layers.get(name) else {
        let what = format!("its layer \"{name}\" is not in layers.toml");
        return vec![Fault::new(package.manifest(), what)];
    };
    package
        .needs
        .iter()
        .filter_map(|need| Some((need, *placed.get(need.name.as_str())?)))
        .filter(|(need, other)| !may(layer, other, need))
        .map(|(need, other)| {
            let kind = if need.for_tests { "tests of " } else { "" };
            let what = format!(
                "{kind}{} ({name}) must not lean on {} ({other}); {name} may use: {}",
                package.name,
                need.name,
                allowed(layer)
            );
            Fault::new(package.manifest(), what)
        })
        .collect()
}

fn may(layer: &Layer, other: &str, need: &Need) -> bool {
    let listed = |names: &[String]| names.iter().any(|name| name == other);
    other == GROUND || listed(&layer.uses) || (need.for_tests && listed(&layer.tests_use))
}

fn allowed(layer: &Layer) -> String {
    if layer.uses.is_empty() {
        "nothing".to_owned()
    } else {
        layer.uses.join(", ")
    }
}

/// A plan by which two layers stand above each other would allow any arrow.
fn circles_of_the_plan(layers: &Layers) -> Vec<Fault> {
    layers
        .keys()
        .filter_map(|name| {
            // A layer that names itself holds several packages side by side.
            let through = layers
                .get(name)?
                .uses
                .iter()
                .find(|used| *used != name && reaches(layers, used, name, layers.len()))?;
            let what = format!("layer \"{name}\" stands below itself, by way of \"{through}\"");
            Some(Fault::new("layers.toml", what))
        })
        .collect()
}

fn reaches(layers: &Layers, from: &str, to: &str, steps: usize) -> bool {
    from == to
        || (steps > 0
            && layers.get(from).is_some_and(|layer| {
                layer
                    .uses
                    .iter()
                    .any(|used| used != from && reaches(layers, used, to, steps - 1))
            }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testing::tree_of;

    const PLAN: &str = "[ground]\nuses = []\n[store]\nuses = []\n[egress]\nuses = ['store']\n\
                        [suite]\nuses = ['store']\n[runtime]\nuses = ['egress']\ntests-use = ['suite']\n\
                        [connector]\nuses = []\n";

    fn package(layer: &str, rest: &str) -> String {
        let name = layer;
        format!(
            "[package]\nname = \"{name}\"\n[package.metadata.airlock]\nlayer = \"{layer}\"\n{rest}"
        )
    }

    fn told(packages: &[(&str, String)]) -> Vec<String> {
        let (_folder, tree) = tree_of(packages, &[]);
        faults(&tree, &toml::from_str(PLAN).unwrap())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn arrows_down_are_right_also_those_for_tests() {
        let needs = "[dependencies]\negress.workspace = true\nserde = '1'\n\
                     [dev-dependencies]\nsuite = { path = '../suite' }\n";
        let house = [
            ("store", package("store", "")),
            (
                "suite",
                package("suite", "[dependencies]\nstore.workspace = true\n"),
            ),
            (
                "egress",
                package("egress", "[dependencies]\nstore.workspace = true\n"),
            ),
            ("runtime", package("runtime", needs)),
        ];
        assert_eq!(told(&house), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_up_is_refused() {
        let house = [
            (
                "store",
                package("store", "[dependencies]\negress = { path = '../egress' }\n"),
            ),
            ("egress", package("egress", "")),
        ];
        assert_eq!(
            told(&house),
            [
                "store/Cargo.toml: store (store) must not lean on egress (egress); store may use: nothing"
            ]
        );
    }

    #[test]
    fn an_arrow_up_is_found_under_another_name_for_one_platform_and_while_building() {
        for needs in [
            "[dependencies]\nway-out = { package = 'egress', path = '../egress' }\n",
            "[target.'cfg(unix)'.dependencies]\negress.workspace = true\n",
            "[build-dependencies]\negress.workspace = true\n",
            "[dev-dependencies]\negress.workspace = true\n",
        ] {
            let house = [
                ("store", package("store", needs)),
                ("egress", package("egress", "")),
            ];
            assert_eq!(told(&house).len(), 1, "{needs}");
        }
    }

    #[test]
    fn what_tests_may_use_does_not_ship() {
        let house = [
            ("suite", package("suite", "")),
            (
                "runtime",
                package("runtime", "[dependencies]\nsuite.workspace = true\n"),
            ),
        ];
        assert_eq!(told(&house).len(), 1);
    }

    #[test]
    fn the_host_knows_no_connector() {
        let house = [
            ("connector", package("connector", "")),
            (
                "runtime",
                package("runtime", "[dependencies]\nconnector.workspace = true\n"),
            ),
        ];
        assert_eq!(
            told(&house),
            [
                "runtime/Cargo.toml: runtime (runtime) must not lean on connector (connector); runtime may use: egress"
            ]
        );
    }

    #[test]
    fn a_package_without_a_place_in_the_plan_is_refused() {
        let silent = told(&[("lost", "[package]\nname = 'lost'\n".to_owned())]);
        assert!(silent[0].contains("says no layer"), "{silent:?}");
        let unknown = told(&[("cellar", package("cellar", ""))]);
        assert!(unknown[0].contains("is not in layers.toml"), "{unknown:?}");
    }

    #[test]
    fn a_plan_that_runs_in_a_circle_is_no_plan() {
        let plan = toml::from_str("[a]\nuses = ['b']\n[b]\nuses = ['c']\n[c]\nuses = ['a', 'c']\n");
        let (_folder, tree) = tree_of(&[], &[]);
        assert_eq!(faults(&tree, &plan.unwrap()).len(), 3);
    }
}
