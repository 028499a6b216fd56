//! What a WIT map is in Rust: by default a `BTreeMap`, else any type with `WitMap` (`--map-type`).

/// A WIT map.
pub type Map<K, V> = alloc::collections::BTreeMap<K, V>;

/// A type that bindings can make a map's value of. To read one, `&Self` yields its pairs.
pub trait WitMap<K, V>: Sized {
    /// An empty map that will get `capacity` entries.
    fn wit_map_new(capacity: usize) -> Self;
    /// Adds an entry; one with the same key goes.
    fn wit_map_push(&mut self, key: K, value: V);
    /// How many entries there are.
    fn wit_map_len(&self) -> usize;
}

impl<K: Ord, V> WitMap<K, V> for Map<K, V> {
    fn wit_map_new(_capacity: usize) -> Self {
        Self::new()
    }

    fn wit_map_push(&mut self, key: K, value: V) {
        self.insert(key, value);
    }

    fn wit_map_len(&self) -> usize {
        self.len()
    }
}

#[cfg(feature = "std")]
impl<K: core::hash::Hash + Eq, V, S: core::hash::BuildHasher + Default> WitMap<K, V>
    for std::collections::HashMap<K, V, S>
{
    fn wit_map_new(capacity: usize) -> Self {
        Self::with_capacity_and_hasher(capacity, S::default())
    }

    fn wit_map_push(&mut self, key: K, value: V) {
        self.insert(key, value);
    }

    fn wit_map_len(&self) -> usize {
        self.len()
    }
}
