include!(env!("BINDINGS"));

use std::collections::BTreeMap;
use test::handles::items::{alive, Item};
use test::handles::keeping;
use test::handles::moves::*;

struct Component;

export!(Component);

fn owned() {
    assert_eq!(same(Item::new(1)).n(), 1);
    assert!(maybe(None).is_none());
    assert_eq!(maybe(Some(Item::new(2))).unwrap().n(), 2);
    assert_eq!(either(Ok(Item::new(6))).unwrap_err().n(), 6);
    assert_eq!(either(Err("neither".into())).unwrap(), "neither");

    let back = reversed(vec![Item::new(3), Item::new(4), Item::new(5)]);
    assert_eq!(back.iter().map(Item::n).collect::<Vec<_>>(), [5, 4, 3]);
    assert!(reversed(vec![]).is_empty());

    let (first, second) = spread((Item::new(7), 7, Item::new(8)));
    assert_eq!((first.n(), second.n()), (8, 7));
    assert_eq!(fixed([Item::new(9), Item::new(10)]).map(|item| item.n()), [10, 9]);
}

fn pair(n: u32, name: &str) -> Pair {
    Pair { left: Item::new(n), name: name.into(), right: Item::new(n + 1) }
}

fn owned_by_name() {
    let got = swapped(pair(1, "é"));
    assert_eq!((got.left.n(), got.name.as_str(), got.right.n()), (2, "é", 1));

    assert!(matches!(chosen(Choice::None), Choice::None));
    let many = chosen(Choice::One(Item::new(3)));
    assert!(matches!(&many, Choice::Many(items) if items.len() == 1));
    assert!(matches!(chosen(many), Choice::One(item) if item.n() == 3));
    let many = chosen(Choice::Both(pair(4, "both")));
    assert!(matches!(&many, Choice::Many(items) if items.len() == 2));
    let before = alive();
    let one = chosen(many);
    assert_eq!(alive(), before - 1);
    assert!(matches!(one, Choice::One(item) if item.n() == 4));

    let turned = named(BTreeMap::from([("a".into(), Item::new(6)), ("b".into(), Item::new(7))]));
    assert_eq!(turned.iter().map(|(name, item)| (name.as_str(), item.n())).collect::<Vec<_>>(), [("a", 7), ("b", 6)]);
}

fn owned_deep() {
    let given = vec![Some(("two".into(), vec![Item::new(1), Item::new(2)])), None, Some((String::new(), vec![]))];
    let got = deep(given);
    let numbers = |items: &Vec<Item>| items.iter().map(Item::n).collect::<Vec<_>>();
    let got: Vec<_> = got.iter().map(|o| o.as_ref().map(|(name, items)| (name.as_str(), numbers(items)))).collect();
    assert_eq!(got, [Some(("two", vec![2, 1])), None, Some(("", vec![]))]);

    let lent = Item::new(9);
    let pairs = spilled(pair(10, "a"), pair(20, "b"), pair(30, "c"), pair(40, "d"), Item::new(8), &lent);
    let got: Vec<_> = pairs.iter().map(|p| (p.left.n(), p.name.as_str(), p.right.n())).collect();
    assert_eq!(got, [(40, "d", 41), (30, "c", 31), (20, "b", 21), (10, "a", 11)]);
    assert_eq!(lent.n(), 9);
}

fn borrowed() {
    let (one, ten) = (Item::new(1), Item::new(10));
    assert_eq!(sum_one(&ten), 10);
    assert_eq!((sum_maybe(None), sum_maybe(Some(&one))), (0, 1));
    assert_eq!((sum_either(Ok(&ten)), sum_either(Err("four"))), (10, 4));
    assert_eq!(sum_list(&[&one, &ten, &one]), 12);
    assert_eq!(sum_lent(&Lent { of: &ten, name: "ab".into() }), 12);
    let choices = [
        LentChoice::None,
        LentChoice::One(&one),
        LentChoice::Many(vec![&one, &ten, &one]),
        LentChoice::Named(Lent { of: &ten, name: "ab".into() }),
    ];
    assert_eq!(sum_choices(&choices), 1 + 12 + 12);
    assert_eq!(sum_named(&BTreeMap::from([("x".into(), &one), ("yy".into(), &ten)])), 21);
    assert_eq!(sum_deep(&[Some(("deep".into(), vec![&one, &ten])), None]), 11);
    // Borrowing ends nothing.
    assert_eq!((one.n(), ten.n(), alive()), (1, 10, 2));
}

fn elsewhere() {
    assert!(keeping::take().is_none());
    keeping::put(keeping::Box { of: Item::new(1), label: "label".into() });
    let back = keeping::take().unwrap();
    assert_eq!((back.of.n(), back.label.as_str()), (1, "label"));

    let items = [Item::new(2), Item::new(3), Item::new(4)];
    assert_eq!(keeping::look(&keeping::View { of: &items[0], others: vec![&items[1], &items[2]] }), 9);
    assert_eq!(keeping::look_at(&items[1], Some(&items[2])), 7);
    assert_eq!(keeping::look_at(&items[1], None), 3);

    keeping::put_all(items.into());
    let before = alive();
    let got = keeping::take_all();
    assert_eq!(alive(), before - 1);
    assert_eq!(got.iter().map(Item::n).collect::<Vec<_>>(), [3, 4]);
}

impl Guest for Component {
    fn run() {
        for part in [owned, owned_by_name, owned_deep, borrowed, elsewhere] {
            part();
            assert_eq!(alive(), 0);
        }
    }
}
