//! Small crates with a circle and without.

use super::*;
use crate::known::Circle;
use crate::tree::testing::tree_of;

fn judged(files: &[(&str, &str)], known: &Known) -> Vec<Fault> {
    let package = ("a", "[package]\nname = 'a'\n".to_owned());
    let (_folder, tree) = tree_of(&[package], files);
    faults(&tree, known).unwrap()
}

fn places(files: &[(&str, &str)]) -> Vec<String> {
    let faults = judged(files, &Known::default());
    faults.into_iter().map(|fault| fault.place).collect()
}

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let house = [
        ("a/src/lib.rs", "mod lane; mod pipe;"),
        (
            "a/src/lane.rs",
            "use crate::pipe::send; pub struct Lane; fn f() { send() }",
        ),
        ("a/src/pipe.rs", "pub fn send(lane: &super::lane::Lane) {}"),
    ];
    let faults = judged(&house, &Known::default());
    assert_eq!(faults.len(), 1);
    let told = faults[0].to_string();
    assert!(
        told.contains("a/src/lane.rs -> a/src/pipe.rs: send"),
        "{told}"
    );
    assert!(
        told.contains("a/src/pipe.rs -> a/src/lane.rs: Lane"),
        "{told}"
    );
}

#[test]
fn arrows_in_one_direction_are_none() {
    let house = [
        (
            "a/src/lib.rs",
            "mod lane; mod pipe; mod message; pub use lane::Lane;",
        ),
        (
            "a/src/lane.rs",
            "use crate::{message::Body, pipe}; pub struct Lane; fn f() { pipe::send() }",
        ),
        (
            "a/src/pipe.rs",
            "use crate::message::Body; pub fn send() {}",
        ),
        ("a/src/message.rs", "pub struct Body;"),
    ];
    assert_eq!(places(&house), Vec::<String>::new());
}

#[test]
fn a_circle_is_found_round_about_and_through_what_is_handed_on() {
    let house = [
        ("a/src/lib.rs", "mod wire; mod site;"),
        (
            "a/src/wire/mod.rs",
            "mod pool; mod dial; pub(crate) use dial::dial; pub(crate) use pool::*;",
        ),
        (
            "a/src/wire/pool.rs",
            "use super::dial; pub(crate) struct Pool; fn f() { dial() }",
        ),
        (
            "a/src/wire/dial.rs",
            "use crate::site; pub(crate) fn dial() { site::look() }",
        ),
        (
            "a/src/site.rs",
            "use crate::wire::Pool; pub(crate) fn look() {}",
        ),
    ];
    let faults = judged(&house, &Known::default());
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].what.contains("3 files"), "{}", faults[0]);
    assert!(!faults[0].what.contains("mod.rs"), "{}", faults[0]);
}

#[test]
fn a_module_and_the_files_below_it_may_name_each_other() {
    let parent = "mod child; use child::Child; pub struct Error; fn f(child: Child) {}";
    let child = ("a/src/child.rs", "use super::Error; pub struct Child;");
    assert_eq!(
        places(&[("a/src/lib.rs", parent), child]),
        Vec::<String>::new()
    );
}

#[test]
fn a_way_back_to_a_module_through_a_neighbour_is_a_circle_up_and_down() {
    let root = ("a/src/lib.rs", "mod door; mod state;");
    for (parent, child, state) in [
        // The neighbour needs the module, which needs its child.
        (
            "use pool::Pool;",
            "use crate::state::State;",
            "use crate::door::Door;",
        ),
        // The child needs its module, which needs the neighbour.
        (
            "use crate::state::State;",
            "use super::Door;",
            "use crate::door::pool::Pool;",
        ),
    ] {
        let parent = format!("pub mod pool; pub struct Door; {parent}");
        let child = format!("pub struct Pool; {child}");
        let state = format!("pub struct State; {state}");
        let house = [
            root,
            ("a/src/door/mod.rs", parent.as_str()),
            ("a/src/door/pool.rs", child.as_str()),
            ("a/src/state.rs", state.as_str()),
        ];
        assert_eq!(judged(&house, &Known::default()).len(), 1, "{parent}");
    }
}

#[test]
fn a_face_that_works_itself_is_a_room() {
    let lib = ("a/src/lib.rs", "mod face; mod user;");
    let face = "mod child; pub use child::Child; pub struct Error;";
    let child = (
        "a/src/face/child.rs",
        "use crate::user::User; pub struct Child;",
    );
    let user = ("a/src/user.rs", "use crate::face::Error; pub struct User;");
    let house = [lib, ("a/src/face/mod.rs", face), child, user];
    assert_eq!(places(&house), Vec::<String>::new());
    let working = format!("{face} fn f(child: Child) {{}}");
    let house = [lib, ("a/src/face/mod.rs", working.as_str()), child, user];
    assert_eq!(places(&house), ["a/src/face/child.rs"]);
}

#[test]
fn paths_in_macros_count_and_those_of_tests_and_other_crates_do_not() {
    let house = |b| {
        [
            ("a/src/lib.rs", "mod x; mod http;"),
            (
                "a/src/x.rs",
                "pub struct X; fn f() { json!({ \"a\": crate::http::get() }) }",
            ),
            ("a/src/http.rs", b),
        ]
    };
    assert_eq!(places(&house("use crate::x::X; pub fn get() {}")).len(), 1);
    for apart in [
        "pub fn get() {} #[cfg(test)] mod tests { use crate::x::X; }",
        "use ::x::X; pub fn get() {}",
        "// crate::x::X\npub fn get() -> &'static str { \"crate::x::X\" }",
    ] {
        assert_eq!(places(&house(apart)), Vec::<String>::new(), "{apart}");
    }
}

#[test]
fn modules_without_a_file_and_with_another_one_are_followed() {
    let house = [
        (
            "a/src/lib.rs",
            "mod outer { #[path = \"../odd.rs\"] pub mod odd; pub mod inner; }",
        ),
        ("a/src/outer/inner.rs", "pub struct Inner(super::odd::Odd);"),
        (
            "a/src/odd.rs",
            "pub struct Odd(crate::outer::inner::Inner);",
        ),
    ];
    // `path` inside a module with a body counts from that body's folder; this one is read beside the file.
    let flat = [
        (
            "a/src/lib.rs",
            "#[path = \"odd.rs\"] mod other; mod outer { pub mod inner; }",
        ),
        house[1],
        (
            "a/src/odd.rs",
            "pub struct Odd(crate::outer::inner::Inner);",
        ),
    ];
    assert_eq!(places(&flat), Vec::<String>::new());
    let tied = [
        flat[0],
        (
            "a/src/outer/inner.rs",
            "pub struct Inner(crate::other::Odd);",
        ),
        flat[2],
    ];
    assert_eq!(places(&tied), ["a/src/odd.rs"]);
}

#[test]
fn a_known_circle_passes_until_it_is_open_and_a_wider_one_does_not() {
    let open = [
        ("a/src/lib.rs", "mod b; mod c;"),
        ("a/src/b.rs", ""),
        ("a/src/c.rs", ""),
    ];
    let tied = [
        open[0],
        ("a/src/b.rs", "pub struct B(crate::c::C);"),
        ("a/src/c.rs", "pub struct C(crate::b::B);"),
    ];
    let known = |files: &[&str]| Known {
        circle: vec![Circle {
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            why: "to be opened".to_owned(),
        }],
        ..Known::default()
    };
    let both = known(&["a/src/b.rs", "a/src/c.rs"]);
    assert_eq!(judged(&tied, &both), []);
    let stale = judged(&open, &both);
    assert!(stale[0].what.contains("strike it"), "{}", stale[0]);
    assert_eq!(
        judged(&tied, &known(&["a/src/b.rs", "a/src/d.rs"])).len(),
        2
    );
}
