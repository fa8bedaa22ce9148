//! Defences that behaviour tests take down, one at a time: an attack that fails proves little unless it succeeds
//! once its defence is gone. All of it is built with the feature `lowered-defences` alone, and no shipped build has
//! that. What is lowered is lowered here: by another judge, by another configuration, and by what follows a redirect.

mod defences;
mod egress;
mod judge;
mod redirects;

pub use defences::Defences;
pub(crate) use judge::Judge;
