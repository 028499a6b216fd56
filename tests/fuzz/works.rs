//! The user's code of the component under test, in Rust. It trusts its arguments: whatever is wrong with them has to be
//! found before. What passes values on (`mirror`) is written by forward.py.
include!(env!("BINDINGS"));

mod forward {
    include!(env!("FORWARD"));
}

use exports::fuzz::dense::works;
use fuzz::dense::stock;
use std::cell::RefCell;

/// What a string is.
#[cfg(not(raw_strings))]
type Text = String;
#[cfg(raw_strings)]
type Text = Vec<u8>;

struct Component;
export!(Component);

/// A map that keeps all entries, and the order that they came in, for the peer to recognize.
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
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (K, V)>, fn(&'a (K, V)) -> (&'a K, &'a V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

/// Of what an export was given, what an import of the same name wants to be lent.
trait Lend<'a, T> {
    fn lend(&'a self) -> T;
}

impl<'a, T> Lend<'a, &'a T> for T {
    fn lend(&'a self) -> &'a T {
        self
    }
}

impl<'a> Lend<'a, &'a str> for String {
    fn lend(&'a self) -> &'a str {
        self
    }
}

impl<'a, T> Lend<'a, &'a [T]> for Vec<T> {
    fn lend(&'a self) -> &'a [T] {
        self
    }
}

impl<'a, 'b, T> Lend<'a, &'b T> for &'b T {
    fn lend(&'a self) -> &'b T {
        self
    }
}

impl Lend<'_, ()> for () {
    fn lend(&self) {}
}

impl<'a, A, B: Lend<'a, A>> Lend<'a, Option<A>> for Option<B> {
    fn lend(&'a self) -> Option<A> {
        self.as_ref().map(Lend::lend)
    }
}

impl<'a, A, B: Lend<'a, A>, E, F: Lend<'a, E>> Lend<'a, Result<A, E>> for Result<B, F> {
    fn lend(&'a self) -> Result<A, E> {
        self.as_ref().map(Lend::lend).map_err(Lend::lend)
    }
}

impl<'a, A, B: Lend<'a, A>, C, D: Lend<'a, C>> Lend<'a, (A, C)> for (B, D) {
    fn lend(&'a self) -> (A, C) {
        (self.0.lend(), self.1.lend())
    }
}

struct Gadget {
    name: Text,
    token: RefCell<Option<stock::Token>>,
}

impl Gadget {
    fn named(name: Text) -> works::Gadget {
        works::Gadget::new(<Self as works::GuestGadget>::new(name))
    }

    fn weight(&self) -> u32 {
        u32::try_from(self.name.len()).unwrap()
    }
}

fn weight(of: &works::Gadget) -> u32 {
    of.get::<Gadget>().weight()
}

fn lent_weight(of: &works::GadgetBorrow<'_>) -> u32 {
    of.get::<Gadget>().weight()
}

impl works::GuestGadget for Gadget {
    fn new(name: Text) -> Self {
        Self { name, token: RefCell::new(None) }
    }

    fn name(&self) -> Text {
        self.name.clone()
    }

    fn join(&self, others: Vec<works::GadgetBorrow<'_>>, token: &stock::Token) -> u32 {
        let sum = self.weight().wrapping_add(token.seed());
        others.iter().map(lent_weight).fold(sum, u32::wrapping_add)
    }

    fn hold(&self, token: stock::Token) -> Option<stock::Token> {
        self.token.replace(Some(token))
    }

    fn into(&self, other: works::Gadget, note: Option<Text>) -> Result<works::Gadget, Text> {
        weight(&other);
        note.map_or(Ok(other), Err)
    }

    fn wide(
        &self,
        a: Text,
        b: Text,
        c: Text,
        d: Text,
        e: Text,
        f: Text,
        g: Vec<bool>,
        h: works::GadgetBorrow<'_>,
        i: stock::Point,
    ) -> stock::Point {
        let texts: usize = [a, b, c, d, e, f].iter().map(Text::len).sum();
        let sum = self.weight() + lent_weight(&h) + u32::try_from(texts + g.len()).unwrap();
        stock::Point { x: sum.to_le_bytes()[0].cast_signed(), ..i }
    }

    fn spread(count: u8) -> Vec<works::Gadget> {
        (0..count % 3).map(|_| Self::named(Text::from("spread"))).collect()
    }
}

struct Crate {
    held: RefCell<Vec<works::Gadget>>,
}

impl works::GuestCrate for Crate {
    fn new(gadgets: Vec<works::Gadget>) -> Result<Self, Text> {
        if gadgets.len() > 3 {
            return Err(Text::from("too many"));
        }
        Ok(Self { held: RefCell::new(gadgets) })
    }

    fn look(&self, at: u32) -> Option<Text> {
        let held = self.held.borrow();
        Some(held.get(at as usize % 4)?.get::<Gadget>().name.clone())
    }

    fn unpack(&self) -> Vec<works::Gadget> {
        self.held.take()
    }

    fn pack(&self, gadget: Option<works::Gadget>) -> u32 {
        let mut held = self.held.borrow_mut();
        held.extend(gadget);
        u32::try_from(held.len()).unwrap()
    }
}

fn view_weight(of: &works::View<'_>) -> u32 {
    lent_weight(&of.left) + of.right.as_ref().map_or(0, lent_weight) + u32::from(of.count)
}

/// The peer calls from one thread.
static mut KEPT: Option<works::Gadget> = None;

fn keep(gadget: Option<works::Gadget>) -> Option<works::Gadget> {
    unsafe { std::mem::replace(&mut *&raw mut KEPT, gadget) }
}

impl works::Guest for Component {
    type Gadget = Gadget;
    type Crate = Crate;

    fn drop(_: works::Gadget) {}

    fn pass(v: works::Gadget) -> works::Gadget {
        v
    }

    fn look(v: works::GadgetBorrow<'_>) -> u32 {
        lent_weight(&v)
    }

    fn swap(mut v: works::Pair) -> works::Pair {
        if let Some(right) = &mut v.right {
            std::mem::swap(&mut v.left, right);
        }
        v
    }

    fn choose(v: works::Choice) -> works::Choice {
        v
    }

    fn choices(v: Vec<works::Choice>) -> Vec<works::Choice> {
        v
    }

    fn peek(v: Option<works::GadgetBorrow<'_>>) -> Option<Text> {
        Some(v?.get::<Gadget>().name.clone())
    }

    fn survey(v: works::View<'_>, all: Vec<works::View<'_>>, fixed: [works::GadgetBorrow<'_>; 2]) -> u32 {
        let lent: u32 = fixed.iter().map(lent_weight).sum();
        view_weight(&v) + lent + all.iter().map(view_weight).sum::<u32>()
    }

    fn gather(v: Vec<(works::Gadget, Text)>) -> Pairs<Text, works::Gadget> {
        Pairs(v.into_iter().map(|(gadget, name)| (name, gadget)).collect())
    }

    fn settle(v: Result<works::Gadget, works::Crate>) -> Result<works::Gadget, works::Crate> {
        v
    }

    fn twins([left, right]: [works::Gadget; 2]) -> [works::Gadget; 2] {
        [right, left]
    }

    fn haul(
        a: works::Gadget,
        b: works::CrateBorrow<'_>,
        c: works::View<'_>,
        d: works::Choice,
        e: Vec<works::Pair>,
        f: stock::Token,
        g: Text,
        h: Text,
    ) -> works::Choice {
        let lines = [g, h];
        if let Some(half) = f.split(&lines[..view_weight(&c) as usize % 3]) {
            let _ = stock::Token::merge(vec![f, half]);
        }
        weight(&a);
        b.get::<Crate>().held.borrow().first().map(weight);
        let _: u32 = e.iter().map(|pair| weight(&pair.left)).sum();
        d
    }

    fn keep(v: works::Gadget) {
        keep(Some(v));
    }

    fn kept() -> Option<works::Gadget> {
        keep(None)
    }
}

impl Guest for Component {
    fn run(args: Vec<Text>) -> Result<u32, Text> {
        let seed = stock::Token::new(u32::try_from(args.len()).unwrap()).seed();
        let logged = |text: &Text| log(text, if text.is_empty() { None } else { Some(3) });
        if args.iter().filter(|text| !logged(text)).count() == 0 { Ok(seed) } else { Err(Text::from("not logged")) }
    }
}

#[unsafe(no_mangle)]
extern "C" fn fz_subject_end() {
    keep(None);
}

extern "C" {
    /// What build.py adds to the runtime.
    fn fz_forget_boxes();
}

#[unsafe(no_mangle)]
extern "C" fn fz_subject_forget() {
    std::mem::forget(keep(None));
    unsafe { fz_forget_boxes() }
}
