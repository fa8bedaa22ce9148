//! Streams that are held in memory.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use crate::stream::{Closed, Pending, Sink, Source};

/// A sink that keeps what it is given; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Collected(Rc<RefCell<Vec<Vec<u8>>>>);

impl Collected {
    /// How many pieces came.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.0.borrow().len()
    }

    /// All that came.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.0.borrow().concat()
    }

    /// All that came, as text.
    ///
    /// # Panics
    /// It is not UTF-8.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }
}

impl Sink for Collected {
    fn write(&mut self, piece: Vec<u8>) -> Pending<'_, Result<(), Closed>> {
        self.0.borrow_mut().push(piece);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A sink whose reader went away.
#[derive(Clone, Copy, Debug)]
pub struct Gone;

impl Sink for Gone {
    fn write(&mut self, _: Vec<u8>) -> Pending<'_, Result<(), Closed>> {
        Box::pin(std::future::ready(Err(Closed)))
    }
}

/// A source that gives these pieces.
#[derive(Clone, Debug, Default)]
pub struct Pieces(VecDeque<Vec<u8>>);

impl Pieces {
    /// A source of `pieces`, in order.
    pub fn of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let pieces = pieces.into_iter().filter(|piece| !piece.is_empty());
        Self(pieces.map(<[u8]>::to_vec).collect())
    }
}

impl Source for Pieces {
    fn read(&mut self) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(std::future::ready(self.0.pop_front()))
    }
}
