//! `Content-Range` of a chunk and `Range` of a download.
//!
//! Layer: rows, pure.

use std::ops::Range;

/// Reads `bytes 0-4194303/25870370`: the place of a chunk and the size of the whole.
pub(super) fn content_range(text: &str) -> Option<(Range<usize>, usize)> {
    let (place, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = place.split_once('-')?;
    let (first, last): (usize, usize) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let total: usize = total.trim().parse().ok()?;
    (first <= last && last < total).then(|| (first..last.saturating_add(1), total))
}

/// What a `Range` asks for of so many bytes: `bytes=0-99`, `bytes=100-` or `bytes=-100`. `None` for what cannot be had.
pub(super) fn range(text: &str, size: usize) -> Option<Range<usize>> {
    let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first.trim(), last.trim()) {
        ("", last) => size.saturating_sub(last.parse().ok()?)..size,
        (first, "") => first.parse().ok()?..size,
        (first, last) => {
            let last: usize = last.parse().ok()?;
            first.parse().ok()?..last.saturating_add(1).min(size)
        }
    };
    (range.start < range.end).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_with_the_file() {
        for (text, expected) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=4-", Some(4..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=8-99", Some(8..10)),
            ("bytes=10-12", None),
            ("bytes=5-2", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(range(text, 10), expected, "{text}");
        }
    }

    #[test]
    fn a_chunk_lies_within_its_file() {
        assert_eq!(content_range("bytes 0-3/10"), Some((0..4, 10)));
        for wrong in ["bytes 0-10/10", "bytes 4-3/10", "bytes */10", "0-3/10"] {
            assert_eq!(content_range(wrong), None, "{wrong}");
        }
    }
}
