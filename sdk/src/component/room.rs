//! How much room an answer's body is read into. Pure.
//!
//! Room is offered before it is known how much comes, and is given back: a connector may keep thousands of
//! small pages, and each would hold what was offered for a large one.

/// Room that a body is begun with and grows by: reading in smaller steps would copy a page of rows
/// dozens of times.
const STEP: usize = 64 * 1024;

/// Least room that is offered to a read of a body of unknown length.
const LEAST: usize = 16 * 1024;

/// Most room that is set aside on the word of a `Content-Length` alone.
const TRUSTED_LENGTH: usize = 8 * 1024 * 1024;

/// Room for a body whose length was `announced` or not, and whose first byte has not come.
pub(super) fn begin(announced: Option<usize>) -> Vec<u8> {
    // With a byte to spare, where the read that meets the end finds room.
    Vec::with_capacity(announced.map_or(STEP, |length| length.min(TRUSTED_LENGTH) + 1))
}

/// Makes room for the next read.
pub(super) fn grow(body: &mut Vec<u8>, announced: Option<usize>) {
    let room = body.capacity() - body.len();
    if room == 0 || (room < LEAST && announced.is_none()) {
        body.reserve(STEP);
    }
}

/// The whole body, without the room that it did not need.
pub(super) fn end(mut body: Vec<u8>) -> Vec<u8> {
    if body.capacity() > body.len().saturating_mul(2) {
        body.shrink_to_fit();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a body of so many bytes, as they come.
    fn read(length: usize, announced: Option<usize>) -> Vec<u8> {
        let mut body = begin(announced);
        while body.len() < length {
            grow(&mut body, announced);
            let room = (body.capacity() - body.len()).min(length - body.len());
            assert!(room > 0, "a read without room");
            body.resize(body.len() + room, 7);
        }
        end(body)
    }

    #[test]
    fn a_page_keeps_no_room_that_was_offered_for_a_longer_one() {
        for length in [0, 1, 300, STEP / 2, STEP, 3 * STEP + 5] {
            for announced in [None, Some(length), Some(TRUSTED_LENGTH)] {
                let body = read(length, announced);
                assert_eq!(body.len(), length);
                assert!(
                    body.capacity() <= (2 * length).max(1),
                    "{length}, announced {announced:?}: {}",
                    body.capacity()
                );
            }
        }
    }

    #[test]
    fn a_body_as_long_as_was_said_is_read_into_one_piece_of_room() {
        let mut body = begin(Some(300));
        body.resize(300, 7);
        let room = body.capacity();
        grow(&mut body, Some(300));
        assert_eq!(body.capacity(), room, "the end of it finds room");
        assert_eq!(begin(Some(usize::MAX)).capacity(), TRUSTED_LENGTH + 1);
    }
}
