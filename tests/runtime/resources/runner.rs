include!(env!("BINDINGS"));

use test::resources::counters::{ended, others, Counter, TwoWords};

struct Component;

export!(Component);

fn counters() {
    let (one, five) = (Counter::new(1), Counter::new(5));
    assert_eq!(one.get(), 1);
    assert!(one.less_than(&five) && !five.less_than(&one) && !one.less_than(&one));
    one.add(10);
    assert_eq!((one.get(), five.get()), (11, 5));
    let copy = one.copy();
    one.add(1);
    assert_eq!(copy.get(), 11);
    assert!(ended().is_empty());

    drop(one);
    assert_eq!(ended(), [12]);
    let sum = Counter::sum(copy, five);
    assert_eq!(ended(), [11, 5]);
    assert_eq!(sum.get(), 16);
    drop(sum);
    assert_eq!(ended(), [16]);

    assert_eq!(Counter::parse("7").unwrap().get(), 7);
    assert_eq!(ended(), [7]);
    assert_eq!(Counter::parse("x").unwrap_err(), "not a digit");
}

fn two_words() {
    assert_eq!(TwoWords::new("").unwrap_err(), "empty");
    assert_eq!(others(), 0);
    let made = TwoWords::new("first").unwrap();
    assert_eq!(others(), 1);
    assert_eq!(made.set(None), None);
    assert_eq!(made.set(Some("second")).as_deref(), Some("first"));
    assert_eq!(made.text(), "second");
    drop(made);
    assert_eq!(others(), 0);
}

fn labels() {
    use labelled::{bigger, things, Thing};

    let (one, two) = (Thing::new(1), Thing::new(2));
    assert_eq!((things(), one.n()), (2, 1));
    let bigger = bigger(two, one);
    assert_eq!((things(), bigger.n()), (1, 2));
    drop(bigger);
    assert_eq!(things(), 0);
}

// More than there is room for at first; each is told from the others, and room is used again.
fn many() {
    use labelled::{things, Thing};

    let count = if cfg!(miri) { 100 } else { 1000 };
    for _ in 0..3 {
        let mut made: Vec<_> = (0..count).map(|i| Thing::new(i as u8)).collect();
        for i in (0..count).step_by(7) {
            assert_eq!(made[i].n(), i as u8);
            made[i] = Thing::new((i + 1) as u8);
        }
        assert_eq!(things() as usize, count);
        for (i, thing) in made.into_iter().enumerate() {
            assert_eq!(thing.n(), (i + usize::from(i % 7 == 0)) as u8);
        }
        assert_eq!(things(), 0);
    }
}

impl Guest for Component {
    fn run() {
        counters();
        two_words();
        labels();
        many();
    }
}
