include!(env!("BINDINGS"));

struct Component;

export!(Component);

use std::fmt::Debug;
use test::handed_over::lists::*;

fn text(i: u32) -> String {
    format!("a string that is longer than any buffer within, number {i}")
}

/// `got` is `given` from its end to its beginning.
fn is_turned<T: Debug>(got: Vec<T>, given: Vec<T>) {
    let given: Vec<T> = given.into_iter().rev().collect();
    assert_eq!(format!("{got:?}"), format!("{given:?}"));
}

fn token(i: u32) -> Token {
    match i % 3 {
        0 => Token::Word(Span { start: i, end: i + 1 }),
        1 => Token::Number(Span { start: i, end: i + 2 }),
        _ => Token::Stop(char::from_u32(i).unwrap()),
    }
}

fn tree(i: u32) -> Tree {
    match i % 3 {
        0 => Tree::Leaf(text(i)),
        1 => Tree::None,
        _ => Tree::Pairs((0..i).map(|k| (k as u8, text(k))).collect()),
    }
}

fn wide(i: u8) -> Wide {
    if i % 2 == 1 {
        Wide::Small(i)
    } else {
        Wide::Big((if i % 4 == 0 { Ok(()) } else { Err(()) }, i))
    }
}

impl Guest for Component {
    fn run() {
        for count in [0, 1, 2, if cfg!(miri) { 50 } else { 1000 }] {
            let wanted: Vec<Token> = (0..count).map(token).collect();
            let made = tokens(count);
            assert_eq!(format!("{made:?}"), format!("{wanted:?}"));
            is_turned(turn_tokens(&made), wanted);
        }
        let strings: Vec<_> = (0..100).map(|i| (i % 7 != 0).then(|| text(i))).collect();
        is_turned(turn_strings(&strings), strings);
        let trees: Vec<Vec<Tree>> = (0..9).map(|row| (0..row).map(tree).collect()).collect();
        is_turned(turn_trees(&trees), trees);
        let wides: Vec<Wide> = (0..50).map(wide).collect();
        is_turned(turn_wide(&wides), wides);
        let results: Vec<_> = (0..40).map(|i| if i % 2 == 1 { Err(i as u8) } else { Ok(text(i)) }).collect();
        is_turned(turn_results(&results), results);
        let flags: Vec<(bool, u8)> = (0..=255).map(|i| (i % 3 == 0, i)).collect();
        is_turned(bools(&flags), flags);

        let map: wit_bindgen::rt::Map<_, _> =
            (0..20).map(|i| (text(i), (i % 3 != 0).then_some(u64::from(i) * 10_000_000_000))).collect();
        assert_eq!(keep(&map), map);
    }
}
