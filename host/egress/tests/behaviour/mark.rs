//! A program that can lower its defences bears a mark, by which one that ships is known not to be such a one.

use memchr::memmem;

#[test]
fn a_program_that_can_lower_its_defences_bears_the_mark() {
    let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    // In two pieces, or this line itself would be found.
    let mark = ["this program can", "lower its defences"].join(" ");
    assert!(memmem::find(&program, mark.as_bytes()).is_some());
}
