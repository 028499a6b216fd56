include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::world_level::shared;

impl Guest for Component {
    fn move_to(mut p: Place, s: Side) -> Place {
        p.at.x += if s == Side::Left { -1 } else { 1 };
        p
    }

    fn total(v: Vec<u32>) -> u64 {
        v.into_iter().map(u64::from).sum()
    }

    fn log(line: String) -> u32 {
        line.len() as u32
    }

    fn split(line: Option<String>) -> Result<Names, Side> {
        line.map(|l| l.chars().map(String::from).collect()).ok_or(Side::Right)
    }

    fn nothing() -> bool {
        true
    }
}

impl shared::Guest for Component {
    fn origin() -> shared::Point {
        shared::Point { x: i16::MIN, y: i16::MAX }
    }
}
