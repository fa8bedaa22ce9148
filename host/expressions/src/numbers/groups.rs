//! Digits in groups, as a country separates thousands. Part of [`super`].

/// Digits in groups from the right.
pub(super) fn grouped(whole: &str, separator: &str, sizes: &[usize]) -> String {
    let mut groups = Vec::new();
    let mut rest = whole;
    let mut sizes = sizes.iter().copied().filter(|size| *size > 0);
    let mut size = sizes.next().unwrap_or(3);
    while rest.len() > size {
        let (before, group) = rest
            .split_at_checked(rest.len() - size)
            .unwrap_or(("", rest));
        groups.push(group);
        rest = before;
        size = sizes.next().unwrap_or(size);
    }
    groups.push(rest);
    groups.reverse();
    groups.join(separator)
}
