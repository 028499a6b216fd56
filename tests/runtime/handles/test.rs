//@ args = '--map-type crate::Pairs'
include!(env!("BINDINGS"));

use exports::test::handles::items::{self, Item, ItemBorrow};
use exports::test::handles::moves::{Choice, Guest, Lent, LentChoice, Pair, Thing, ThingBorrow};
use std::cell::Cell;

struct Component;

export!(Component);

thread_local! {
    static ALIVE: Cell<u32> = const { Cell::new(0) };
}

/// A map that keeps the order of its entries.
pub struct Pairs<K, V>(Vec<(K, V)>);

impl<K, V> wit_bindgen::rt::WitMap<K, V> for Pairs<K, V> {
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

impl<'a, K, V> IntoIterator for &'a Pairs<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (K, V)>, fn(&(K, V)) -> (&K, &V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

struct Numbered(u32);

impl Drop for Numbered {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl items::GuestItem for Numbered {
    fn new(n: u32) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self(n)
    }

    fn n(&self) -> u32 {
        self.0
    }
}

impl items::Guest for Component {
    type Item = Numbered;

    fn alive() -> u32 {
        ALIVE.get()
    }
}

fn n(item: &ItemBorrow<'_>) -> u32 {
    item.get::<Numbered>().0
}

fn sum(items: &[ItemBorrow<'_>]) -> u32 {
    items.iter().map(n).sum()
}

impl Guest for Component {
    fn same(v: Item) -> Thing {
        v
    }

    fn maybe(v: Option<Item>) -> Option<Item> {
        v
    }

    fn either(v: Result<Item, String>) -> Result<String, Item> {
        match v {
            Ok(item) => Err(item),
            Err(text) => Ok(text),
        }
    }

    fn reversed(mut v: Vec<Item>) -> Vec<Item> {
        v.reverse();
        v
    }

    fn swapped(v: Pair) -> Pair {
        Pair { left: v.right, name: v.name, right: v.left }
    }

    fn chosen(v: Choice) -> Choice {
        match v {
            Choice::None => Choice::None,
            Choice::One(item) => Choice::Many(vec![item]),
            Choice::Many(items) => Choice::One(items.into_iter().next().unwrap()),
            Choice::Both(pair) => {
                assert_eq!(pair.name, "both");
                Choice::Many(vec![pair.left, pair.right])
            }
        }
    }

    fn named(v: Pairs<String, Item>) -> Pairs<String, Thing> {
        let (keys, values): (Vec<_>, Vec<_>) = v.0.into_iter().unzip();
        Pairs(keys.into_iter().rev().zip(values).collect())
    }

    fn spread(v: (Item, u8, Thing)) -> (Thing, Item) {
        assert_eq!(v.1, 7);
        (v.2, v.0)
    }

    fn fixed([a, b]: [Item; 2]) -> [Item; 2] {
        [b, a]
    }

    fn deep(mut v: Vec<Option<(String, Vec<Item>)>>) -> Vec<Option<(String, Vec<Item>)>> {
        v.iter_mut().flatten().for_each(|(_, items)| items.reverse());
        v
    }

    fn spilled(a: Pair, b: Pair, c: Pair, d: Pair, e: Item, f: ItemBorrow<'_>) -> Vec<Pair> {
        assert_eq!(e.get::<Numbered>().0 + 1, n(&f));
        vec![d, c, b, a]
    }

    fn sum_one(v: ItemBorrow<'_>) -> u32 {
        n(&v)
    }

    fn sum_maybe(v: Option<ItemBorrow<'_>>) -> u32 {
        v.as_ref().map_or(0, n)
    }

    fn sum_either(v: Result<ItemBorrow<'_>, String>) -> u32 {
        v.map_or_else(|text| text.len() as u32, |item| n(&item))
    }

    fn sum_list(v: Vec<ItemBorrow<'_>>) -> u32 {
        sum(&v)
    }

    fn sum_lent(v: Lent<'_>) -> u32 {
        n(&v.of) + v.name.len() as u32
    }

    fn sum_choices(v: Vec<LentChoice<'_>>) -> u32 {
        let value = |choice| match choice {
            LentChoice::None => 0,
            LentChoice::One(item) => n(&item),
            LentChoice::Many(items) => sum(&items),
            LentChoice::Named(lent) => Self::sum_lent(lent),
        };
        v.into_iter().map(value).sum()
    }

    fn sum_named(v: Pairs<String, ThingBorrow<'_>>) -> u32 {
        v.0.iter().map(|(key, value)| n(value) * key.len() as u32).sum()
    }

    fn sum_deep(v: Vec<Option<(String, Vec<ItemBorrow<'_>>)>>) -> u32 {
        v.iter().flatten().map(|(_, items)| sum(items)).sum()
    }
}
