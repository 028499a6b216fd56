include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::handed_over::lists::{Guest, Span, Token, Tree, Wide};

fn turned<T>(mut l: Vec<T>) -> Vec<T> {
    l.reverse();
    l
}

impl Guest for Component {
    fn tokens(count: u32) -> Vec<Token> {
        let token = |i| match i % 3 {
            0 => Token::Word(Span { start: i, end: i + 1 }),
            1 => Token::Number(Span { start: i, end: i + 2 }),
            _ => Token::Stop(char::from_u32(i).unwrap()),
        };
        (0..count).map(token).collect()
    }

    fn turn_tokens(l: Vec<Token>) -> Vec<Token> {
        turned(l)
    }

    fn turn_strings(l: Vec<Option<String>>) -> Vec<Option<String>> {
        turned(l)
    }

    fn turn_trees(l: Vec<Vec<Tree>>) -> Vec<Vec<Tree>> {
        turned(l)
    }

    fn turn_wide(l: Vec<Wide>) -> Vec<Wide> {
        turned(l)
    }

    fn turn_results(l: Vec<Result<String, u8>>) -> Vec<Result<String, u8>> {
        turned(l)
    }

    fn keep(m: wit_bindgen::rt::Map<String, Option<u64>>) -> wit_bindgen::rt::Map<String, Option<u64>> {
        m
    }

    fn bools(l: Vec<(bool, u8)>) -> Vec<(bool, u8)> {
        turned(l)
    }
}
