//@ args = '--map-type crate::InOrder'

include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::maps::maps::*;

/// A map that keeps its entries as they were sent, which runners in C rely on.
pub struct InOrder<K, V>(Vec<(K, V)>);

impl<K, V> wit_bindgen::rt::WitMap<K, V> for InOrder<K, V> {
    fn wit_map_new(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    fn wit_map_push(&mut self, key: K, value: V) {
        self.0.push((key, value));
    }

    fn wit_map_len(&self) -> usize {
        self.0.len()
    }
}

impl<'a, K, V> IntoIterator for &'a InOrder<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (K, V)>, fn(&'a (K, V)) -> (&'a K, &'a V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<K: std::fmt::Debug, V: std::fmt::Debug> std::fmt::Debug for InOrder<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Clone, V: Clone> Clone for InOrder<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V> InOrder<K, V> {
    fn map<L, W>(self, change: impl Fn((K, V)) -> (L, W)) -> InOrder<L, W> {
        InOrder(self.0.into_iter().map(change).collect())
    }
}

impl Guest for Component {
    fn invert(v: Ages) -> Names {
        v.map(|(name, age)| (age, name))
    }

    fn same(v: Names) -> Names {
        v
    }

    fn by_char(v: InOrder<char, bool>) -> InOrder<char, bool> {
        v
    }

    fn by_s64(v: InOrder<i64, Vec<String>>) -> InOrder<i64, Vec<String>> {
        v.map(|(key, value)| (-key, value))
    }

    fn measures(v: InOrder<u8, Measure>) -> InOrder<u8, Measure> {
        v.map(|(key, m)| (key, Measure { value: m.value * 2.0, ..m }))
    }

    fn nested(v: InOrder<String, InOrder<String, Option<u8>>>) -> InOrder<String, InOrder<String, Option<u8>>> {
        v
    }

    fn count(v: InOrder<u16, u16>) -> u32 {
        v.0.len() as u32
    }

    fn find(v: Ages, name: String) -> Option<u32> {
        v.0.into_iter().find(|(key, _)| *key == name).map(|(_, age)| age)
    }

    fn maybe(v: Option<Ages>) -> Result<Names, Ages> {
        match v {
            Some(ages) if !ages.0.is_empty() => Ok(Self::invert(ages)),
            Some(_) => Err(InOrder(vec![("empty".into(), 0)])),
            None => Err(InOrder(Vec::new())),
        }
    }

    fn many(mut v: Vec<Ages>) -> Vec<Ages> {
        v.reverse();
        v
    }
}
