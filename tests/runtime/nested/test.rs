include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::nested::nested::*;

fn price_sum(price: &Price) -> u64 {
    match price {
        Price::Free => 0,
        Price::Cents(cents) => (*cents).into(),
        Price::Scale(steps) => steps.iter().map(|(from, _)| u64::from(*from)).sum(),
        Price::Ask(whom) => whom.as_ref().map_or(0, String::len) as u64,
    }
}

fn item_sum(item: &Item) -> u64 {
    let weight = item.weight.map_or(0, |(amount, unit)| amount as u64 * (unit as u64 + 1));
    let parts: usize = item.parts.iter().flatten().flatten().map(String::len).sum();
    let seen = match &item.seen {
        Ok((_, prices)) => prices.iter().map(price_sum).sum(),
        Err(words) => words.iter().flatten().map(|w| w.len() as u64).sum::<u64>(),
    };
    item.name.len() as u64 + price_sum(&item.price) + u64::from(item.marks.bits()) + weight + parts as u64 + seen
}

fn shelf_sum(shelf: &Shelf) -> u64 {
    let named: u64 = shelf.by_name.iter().map(|(name, item)| name.len() as u64 + item_sum(item)).sum();
    shelf.items.iter().map(item_sum).sum::<u64>() + named + shelf.best.as_ref().map_or(0, item_sum)
}

impl Guest for Component {
    fn turn(mut s: Stock) -> Stock {
        s.reverse();
        s
    }

    fn sum(s: Stock) -> u64 {
        let row = |result: &Result<Shelf, Vec<Result<u64, Price>>>| match result {
            Ok(shelf) => shelf_sum(shelf),
            Err(left) => left.iter().map(|r| r.as_ref().map_or_else(price_sum, |n| *n)).sum(),
        };
        s.iter().map(|(letter, result)| u64::from(*letter) + row(result)).sum()
    }

    fn pick(mut s: Stock, n: u32) -> Option<Result<Shelf, Vec<Result<u64, Price>>>> {
        ((n as usize) < s.len()).then(|| s.swap_remove(n as usize).1)
    }

    fn split(i: Item) -> (Item, Option<(Price, Vec<Vec<Option<String>>>)>) {
        (Item { price: Price::Free, parts: Vec::new(), ..i }, Some((i.price, i.parts)))
    }
}
