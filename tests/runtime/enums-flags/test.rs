include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::enums_flags::enums_flags::*;

impl Guest for Component {
    fn same_lone(v: Lone) -> Lone {
        v
    }

    fn next(v: Weekday) -> Weekday {
        use Weekday::*;
        match v {
            Monday => Tuesday,
            Tuesday => Wednesday,
            Wednesday => Thursday,
            Thursday => Friday,
            Friday => Saturday,
            Saturday => Sunday,
            Sunday => Monday,
        }
    }

    fn next_narrow(v: Narrow) -> Narrow {
        match v {
            Narrow::N254 => Narrow::N255,
            Narrow::N255 => Narrow::N0,
            Narrow::N0 => Narrow::N1,
            other => panic!("{other:?}"),
        }
    }

    fn next_wide(v: Wide) -> Wide {
        match v {
            Wide::W255 => Wide::W256,
            Wide::W256 => Wide::W0,
            Wide::W0 => Wide::W1,
            other => panic!("{other:?}"),
        }
    }

    fn not1(v: F1) -> F1 {
        !v
    }
    fn not8(v: F8) -> F8 {
        !v
    }
    fn not9(v: F9) -> F9 {
        !v
    }
    fn not16(v: F16) -> F16 {
        !v
    }
    fn not17(v: F17) -> F17 {
        !v
    }
    fn not32(v: FAll) -> FAll {
        !v
    }

    fn same_both(v: Both) -> Both {
        v
    }

    fn lists(days: Vec<Weekday>, sets: Vec<FAll>) -> Vec<InMemory> {
        let each = days.into_iter().zip(sets);
        each.map(|(day, full)| InMemory { day, low: F9::B8, full, big: Wide::W256, last: Narrow::N255 }).collect()
    }

    fn options(v: Option<Weekday>) -> Result<F9, Wide> {
        v.map(|day| F9::from_bits_retain(1 << day as u16) | F9::B8).ok_or(Wide::W256)
    }

    fn count(a: F8, b: F16, c: FAll) -> u32 {
        a.bits().count_ones() + b.bits().count_ones() + c.bits().count_ones()
    }
}
