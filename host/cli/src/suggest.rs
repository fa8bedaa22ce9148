//! The nearest right name for a wrong one, as a sentence.

pub use airlock_forms::nearest;

/// The sentence that offers the nearest name, or nothing.
pub fn hint<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wrong, candidates).map(|name| format!("did you mean \"{name}\"?"))
}
