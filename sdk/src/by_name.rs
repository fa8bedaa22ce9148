//! Maps and sets of names.
//!
//! Their hash has no random seed: it would be one more import, and one more crossing of the border
//! in every instance. Whoever could choose names that collide belongs to the
//! organisation whose calls would be slow.

use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::BuildHasherDefault,
};

/// Values by name.
pub type ByName<V> = HashMap<String, V, BuildHasherDefault<DefaultHasher>>;

/// Names, each once.
pub type Names = HashSet<String, BuildHasherDefault<DefaultHasher>>;
