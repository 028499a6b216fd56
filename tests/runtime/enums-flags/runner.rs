include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::enums_flags::enums_flags::*;

impl Guest for Component {
    fn run() {
        enums();
        flags();
        inside();
    }
}

fn enums() {
    assert_eq!((Lone::Only as u8, Weekday::Sunday as u8, Narrow::N255 as u8, Wide::W256 as u16), (0, 6, 255, 256));
    assert_eq!(same_lone(Lone::Only), Lone::Only);
    assert_eq!((next(Weekday::Monday), next(Weekday::Sunday)), (Weekday::Tuesday, Weekday::Monday));
    assert_eq!((next_narrow(Narrow::N254), next_narrow(Narrow::N255)), (Narrow::N255, Narrow::N0));
    assert_eq!((next_wide(Wide::W255), next_wide(Wide::W256)), (Wide::W256, Wide::W0));
}

fn flags() {
    assert_eq!((F1::B0.bits(), F9::B8.bits(), F17::B16.bits(), FAll::B31.bits()), (1, 1 << 8, 1 << 16, 1 << 31));
    assert_eq!((not1(F1::empty()), not1(F1::B0)), (F1::B0, F1::empty()));
    assert_eq!((not8(F8::B0 | F8::B2), not8(F8::all())), (F8::all() - F8::B0 - F8::B2, F8::empty()));
    assert_eq!((not9(F9::B8), not9(F9::all())), (F9::all() - F9::B8, F9::empty()));
    assert_eq!((not16(F16::B15), not16(F16::empty())), (F16::all() ^ F16::B15, F16::all()));
    assert_eq!((not17(F17::B16), not17(F17::all())), (!F17::B16, F17::empty()));
    assert_eq!((not32(FAll::B31), not32(FAll::empty())), (!FAll::B31, FAll::all()));
    assert_eq!((count(F8::all(), F16::all(), FAll::all()), count(F8::B7, F16::B15, FAll::B31)), (56, 3));
}

fn inside() {
    let sent = Both { day: Weekday::Friday, low: F1::B0, many: F17::B16 | F17::B1, big: Wide::W256 };
    let got = same_both(sent);
    assert_eq!((got.day, got.low, got.many, got.big), (sent.day, sent.low, sent.many, sent.big));

    let (days, sets) = ([Weekday::Sunday, Weekday::Monday], [FAll::B31, FAll::all()]);
    let got = lists(&days, &sets);
    assert_eq!((got[0].day, got[1].day, got[0].full, got[1].full), (days[0], days[1], sets[0], sets[1]));
    assert_eq!((got[0].low, got[1].big, got[1].last), (F9::B8, Wide::W256, Narrow::N255));

    assert_eq!(options(Some(Weekday::Tuesday)), Ok(F9::B1 | F9::B8));
    assert_eq!(options(None), Err(Wide::W256));
}
