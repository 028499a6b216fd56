//! Statistics of columns, which another component reads.

wit_bindgen::generate!("engine");

use exports::sample::columns::stats::{Group, Guest, GuestTable, Problem, Summary, Table};
use sample::columns::csv::{self, Column, Values};
use std::collections::HashMap;

struct Engine;

export!(Engine);

impl Guest for Engine {
    type Table = Columns;

    fn summarize(values: Vec<f64>) -> Option<Summary> {
        summary_of(values)
    }
}

/// All of one length.
struct Columns(Vec<Column>);

impl Columns {
    fn find(&self, name: &str) -> Result<&Values, Problem> {
        let found = self.0.iter().find(|column| column.name == name);
        found.map(|column| &column.values).ok_or_else(|| Problem::NoColumn(name.into()))
    }

    fn numbers_of(&self, name: &str) -> Result<&[f64], Problem> {
        match self.find(name)? {
            Values::Numbers(numbers) => Ok(numbers),
            Values::Texts(_) => Err(Problem::OtherKind(name.into())),
        }
    }

    fn texts_of(&self, name: &str) -> Result<&[String], Problem> {
        match self.find(name)? {
            Values::Texts(texts) => Ok(texts),
            Values::Numbers(_) => Err(Problem::OtherKind(name.into())),
        }
    }
}

impl GuestTable for Columns {
    fn from_csv(text: Vec<u8>) -> Result<Table, Problem> {
        csv::parse(&text).map(|columns| Table::new(Columns(columns))).map_err(Problem::Misread)
    }

    fn rows(&self) -> u32 {
        self.0.first().map_or(0, |column| match &column.values {
            Values::Numbers(numbers) => numbers.len() as u32,
            Values::Texts(texts) => texts.len() as u32,
        })
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().map(|column| column.name.clone()).collect()
    }

    fn numbers(&self, column: String) -> Result<Vec<f64>, Problem> {
        self.numbers_of(&column).map(<[f64]>::to_vec)
    }

    fn texts(&self, column: String) -> Result<Vec<String>, Problem> {
        self.texts_of(&column).map(<[String]>::to_vec)
    }

    fn summary(&self, column: String) -> Result<Summary, Problem> {
        let numbers = self.numbers_of(&column)?.to_vec();
        summary_of(numbers).ok_or(Problem::NoNumbers(column))
    }

    fn summary_by(&self, column: String, key: String) -> Result<Vec<Group>, Problem> {
        let (numbers, keys) = (self.numbers_of(&column)?, self.texts_of(&key)?);
        let mut places = HashMap::new();
        let mut groups: Vec<(&str, Vec<f64>)> = Vec::new();
        for (&number, key) in numbers.iter().zip(keys) {
            let place = *places.entry(key.as_str()).or_insert_with(|| {
                groups.push((key, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(number);
        }
        let summed = groups.into_iter().map(|(key, numbers)| match summary_of(numbers) {
            Some(summary) => Ok(Group { key: key.into(), summary }),
            None => Err(Problem::NoNumbers(key.into())),
        });
        summed.collect()
    }

    fn histogram(&self, column: String, bins: u16) -> Result<Vec<u32>, Problem> {
        let numbers = self.numbers_of(&column)?;
        let present = || numbers.iter().copied().filter(|number| !number.is_nan());
        let least = present().reduce(f64::min).ok_or(Problem::NoNumbers(column))?;
        let greatest = present().fold(least, f64::max);
        let mut counts = vec![0; bins.into()];
        for number in present() {
            let place = ((number - least) / (greatest - least) * f64::from(bins)) as usize; // 0 where all are equal
            if let Some(count) = counts.get_mut(place.min(usize::from(bins).saturating_sub(1))) {
                *count += 1;
            }
        }
        Ok(counts)
    }

    fn correlation(&self, one: String, other: String) -> Result<f64, Problem> {
        let pairs = self.numbers_of(&one)?.iter().copied().zip(self.numbers_of(&other)?.iter().copied());
        let pairs: Vec<_> = pairs.filter(|(x, y)| !x.is_nan() && !y.is_nan()).collect();
        let count = pairs.len() as f64;
        let (mean_x, mean_y) = pairs.iter().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x / count, sy + y / count));
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for (x, y) in pairs {
            let (dx, dy) = (x - mean_x, y - mean_y);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        Ok(xy / (xx.sqrt() * yy.sqrt()))
    }
}

fn summary_of(mut values: Vec<f64>) -> Option<Summary> {
    let all = values.len();
    values.retain(|value| !value.is_nan());
    values.sort_unstable_by(f64::total_cmp);
    let (&least, &greatest) = (values.first()?, values.last()?);
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some(Summary {
        count: values.len() as u32,
        missing: (all - values.len()) as u32,
        mean,
        deviation: (squares / (count - 1.0).max(1.0)).sqrt(),
        least,
        lower_quartile: quantile(&values, 0.25),
        median: quantile(&values, 0.5),
        upper_quartile: quantile(&values, 0.75),
        greatest,
    })
}

/// Between the two sorted values around it, in proportion (Hyndman and Fan's 7th definition, numpy's default).
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}
