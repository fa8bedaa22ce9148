//! The allocator of a component: small blocks are kept apart by size, everything else is the C
//! library's.
//!
//! A call allocates and frees some sixty small blocks, and the C library's general allocator took 1.5
//! of a warm call's 33 µs for that; here it is a step along a list. A size's list only grows: what was
//! small stays small, so an instance keeps the most that it ever held of each size. Of the crates for
//! this, `talc` and `rlsf` were no faster in a warm instance and took twice as long in a fresh one,
//! because they ask for more memory instead of using up what an instance begins with.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::ptr;

/// Sizes are rounded up to a multiple of this; it is also the alignment of every small block.
const STEP: usize = 16;

/// The largest small block, in bytes: the texts, nodes and boxes of a call are below it.
const LARGEST: usize = 512;

const SIZES: usize = LARGEST / STEP;

/// What is asked of the C library at once, in bytes. An instance begins with 62 KiB to spare; a call
/// that needs more waits for the host to map it, which takes longer than the call.
const CHUNK: usize = 4 << 10;

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
    fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
}

/// What `malloc` aligns to without being asked.
const ALIGNED: usize = 2 * size_of::<usize>();

/// A free block holds where the next one of its size is.
type Free = *mut u8;

struct Lists {
    free: [Free; SIZES],
    /// What is left of the last chunk.
    rest: *mut u8,
    left: usize,
}

struct Heap(UnsafeCell<Lists>);

// SAFETY: a component has one thread.
unsafe impl Sync for Heap {}

impl Heap {
    const fn new() -> Self {
        Self(UnsafeCell::new(Lists {
            free: [ptr::null_mut(); SIZES],
            rest: ptr::null_mut(),
            left: 0,
        }))
    }
}

#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
#[global_allocator]
static HEAP: Heap = Heap::new();

/// Which list a block belongs to, if it is small.
#[inline]
const fn list(layout: Layout) -> Option<usize> {
    // Nobody allocates nothing, so the least size is one.
    let last = layout.size().wrapping_sub(1);
    if last < LARGEST && layout.align() <= STEP {
        Some(last / STEP)
    } else {
        None
    }
}

impl Lists {
    /// A block of list `list` that was never used before; null when memory is used up.
    #[cold]
    #[inline(never)]
    fn carve(&mut self, list: usize) -> *mut u8 {
        let size = (list + 1) * STEP;
        if self.left < size {
            // SAFETY: the alignment is a power of two that divides the size.
            let chunk = unsafe { aligned_alloc(STEP, CHUNK) };
            if chunk.is_null() {
                return ptr::null_mut();
            }
            self.rest = chunk.cast();
            self.left = CHUNK;
        }
        let block = self.rest;
        // SAFETY: at least `size` bytes of the chunk are left.
        self.rest = unsafe { block.add(size) };
        self.left -= size;
        block
    }
}

// SAFETY: a small block is in one list or in one caller's hands, is as large as its list says and
// aligned to `STEP`, as chunk and sizes are; whatever is not small obeys the C library's rules.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(list) = list(layout) else {
            // SAFETY: the caller vouches for its layout.
            return unsafe { large(layout) };
        };
        // SAFETY: one thread, and no reference outlives this function; `list` is below `SIZES`; a
        // free block holds the next one.
        unsafe {
            let lists = &mut *self.0.get();
            let block = *lists.free.get_unchecked(list);
            if block.is_null() {
                return lists.carve(list);
            }
            *lists.free.get_unchecked_mut(list) = block.cast::<Free>().read();
            block
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some(list) = list(layout) else {
            // SAFETY: a block that is not small came from the C library.
            return unsafe { free(block.cast()) };
        };
        // SAFETY: as for `alloc`; the caller has no more use for the block, which has room for a
        // pointer.
        unsafe {
            let lists = &mut *self.0.get();
            block.cast::<Free>().write(*lists.free.get_unchecked(list));
            *lists.free.get_unchecked_mut(list) = block;
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller vouches for size and alignment together.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (list(layout), list(wanted)) {
            (Some(old), Some(new)) if old == new => block,
            // SAFETY: neither is small, so the block came from the C library.
            (None, None) if layout.align() <= ALIGNED => unsafe {
                realloc(block.cast(), size).cast()
            },
            // SAFETY: both blocks are as long as what is copied, and the old one is not used again.
            _ => unsafe {
                let moved = self.alloc(wanted);
                if !moved.is_null() {
                    ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                moved
            },
        }
    }
}

#[cold]
unsafe fn large(layout: Layout) -> *mut u8 {
    // SAFETY: the caller vouches for its layout, whose size is made a multiple of its alignment.
    unsafe {
        if layout.align() <= ALIGNED {
            malloc(layout.size()).cast()
        } else {
            aligned_alloc(layout.align(), layout.pad_to_align().size()).cast()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::vec::Vec;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    #[test]
    fn a_block_belongs_to_the_least_size_that_holds_it() {
        for (size, align, expected) in [
            (1, 1, Some(0)),
            (16, 16, Some(0)),
            (17, 1, Some(1)),
            (32, 8, Some(1)),
            (LARGEST, 8, Some(SIZES - 1)),
            (LARGEST + 1, 8, None),
            (8, 32, None),
        ] {
            assert_eq!(
                list(layout(size, align)),
                expected,
                "{size} bytes at {align}"
            );
        }
    }

    #[test]
    fn a_freed_block_is_the_next_of_its_size() {
        let heap = Heap::new();
        // SAFETY: every block is freed once, with its own layout.
        unsafe {
            let first = heap.alloc(layout(40, 8));
            heap.dealloc(first, layout(40, 8));
            assert_ne!(heap.alloc(layout(50, 8)), first, "of another size");
            assert_eq!(heap.alloc(layout(33, 1)), first);
        }
    }

    #[test]
    fn growing_within_its_size_a_block_stays_where_it_is() {
        let heap = Heap::new();
        // SAFETY: each block is reallocated with the layout it has.
        unsafe {
            let block = heap.alloc(layout(17, 1));
            assert_eq!(heap.realloc(block, layout(17, 1), 32), block);
            assert_ne!(heap.realloc(block, layout(32, 1), 33), block);
        }
    }

    /// A few thousand steps of allocating, growing, shrinking and freeing over every kind of block:
    /// each keeps its bytes, none overlaps another.
    #[test]
    fn what_is_written_into_a_block_stays_there() {
        let heap = Heap::new();
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        let mut seed = 7_usize;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        let intact = |(block, layout, mark): (*mut u8, Layout, u8)| {
            // SAFETY: a held block is as long as its layout, and was filled.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            assert!(
                bytes.iter().all(|byte| *byte == mark),
                "{layout:?} was overwritten"
            );
            assert_eq!(
                block as usize % layout.align(),
                0,
                "{layout:?} is out of line"
            );
        };
        for step in 0..20_000_usize {
            let mark = u8::try_from(step % 251).unwrap();
            let size = 1 + next(if step % 5 == 0 { 4 * LARGEST } else { 200 });
            match next(4) {
                0 | 1 => {
                    let layout = layout(size, 1 << next(7));
                    // SAFETY: the layout has a size; the whole block is filled.
                    let block = unsafe { heap.alloc(layout) };
                    unsafe { block.write_bytes(mark, layout.size()) };
                    held.push((block, layout, mark));
                }
                2 if !held.is_empty() => {
                    let at = next(held.len());
                    let (block, old, mark) = held[at];
                    // SAFETY: the block is held with this layout; what is new in it is filled.
                    let block = unsafe { heap.realloc(block, old, size) };
                    let kept = old.size().min(size);
                    intact((block, layout(kept, old.align()), mark));
                    unsafe { block.write_bytes(mark, size) };
                    held[at] = (block, layout(size, old.align()), mark);
                }
                _ if !held.is_empty() => {
                    let gone = held.swap_remove(next(held.len()));
                    intact(gone);
                    // SAFETY: it is no longer held.
                    unsafe { heap.dealloc(gone.0, gone.1) };
                }
                _ => {}
            }
        }
        let places: HashSet<_> = held.iter().map(|(block, ..)| *block).collect();
        assert_eq!(places.len(), held.len());
        held.into_iter().for_each(intact);
    }
}
