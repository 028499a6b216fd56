include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::nested::nested::*;

impl Guest for Component {
    fn run() {
        let stock = stock();
        let mut expected = self::stock();
        expected.reverse();
        assert_eq!(format!("{:?}", turn(&stock)), format!("{expected:?}"));

        // 'a' + full (4 + 65536 + 5 + 6 + 5 + 199 + 65536 + 2) + bare (5 + 9) + key + value + best, and so on.
        let (full, bare) = (65536 + 5 + 6 + 5 + 199 + 65536 + 2, 5 + 9);
        let shelf = 97 + (4 + full) + bare + 3 + (5 + full) + (4 + bare);
        assert_eq!(sum(&stock), shelf + 98 + (1 << 40) + 199 + 0x10ffff);

        for (n, (_, row)) in self::stock().into_iter().enumerate() {
            assert_eq!(format!("{:?}", pick(&stock, n as u32)), format!("{:?}", Some(row)));
        }
        assert!(pick(&stock, 3).is_none());

        let (rest, taken) = split(&item("full", true));
        let full = item("full", true);
        assert_eq!(format!("{taken:?}"), format!("{:?}", Some((full.price, full.parts))));
        assert_eq!(
            format!("{rest:?}"),
            format!("{:?}", Item { price: Price::Free, parts: Vec::new(), ..item("full", true) })
        );
    }
}

fn prices() -> Vec<Price> {
    let scale = Price::Scale(vec![(1, 0.5), (u16::MAX, -2.0)]);
    vec![Price::Free, Price::Cents(199), scale, Price::Ask(Some("me".into()))]
}

fn item(name: &str, full: bool) -> Item {
    Item {
        name: name.into(),
        price: prices().swap_remove(if full { 2 } else { 0 }),
        weight: full.then_some((2.0, Unit::T)),
        marks: Marks::NEW | Marks::COLD,
        parts: if full { vec![vec![Some("screw".into()), None], vec![], vec![Some(String::new())]] } else { vec![] },
        seen: if full { Ok((9, prices())) } else { Err(Some(vec!["some".into(), "words".into()])) },
    }
}

fn stock() -> Stock {
    let shelf = Shelf {
        items: vec![item("full", true), item("", false)],
        by_name: [("key".to_string(), item("value", true))].into(),
        best: Some(item("best", false)),
    };
    vec![('a', Ok(shelf)), ('b', Err(vec![Ok(1 << 40), Err(Price::Cents(199))])), (char::MAX, Err(vec![]))]
}
