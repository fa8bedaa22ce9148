//! The defence of this layer that behaviour tests take down; the others are egress's. All of it is built
//! with the feature `lowered-defences` alone, and no shipped build has that.

mod retry;

pub(crate) use retry::Retry;
