//! Tables as a journal: every change is written behind the last one, an index finds the newest.

use std::cell::RefCell;
use std::collections::BTreeMap;

wit_bindgen::generate!({ world: "journal" });

use exports::sample::kv::store::{Cursor, Entry, Guest, GuestCursor, GuestTable, Refusal, Table, TableBorrow};

const LONGEST: usize = 1 << 20;

struct Journal;

#[derive(Default)]
struct Rows {
    log: Vec<u8>,
    index: BTreeMap<String, std::ops::Range<usize>>,
}

impl Rows {
    fn put(&mut self, key: String, value: &[u8]) -> Option<Vec<u8>> {
        let start = self.log.len();
        self.log.extend_from_slice(value);
        let old = self.index.insert(key, start..self.log.len());
        old.map(|range| self.log[range].to_vec())
    }

    fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.index.get(key).map(|range| self.log[range.clone()].to_vec())
    }
}

#[derive(Default)]
struct JournalTable(RefCell<Rows>);

struct JournalCursor(RefCell<std::vec::IntoIter<Entry>>);

impl Guest for Journal {
    type Cursor = JournalCursor;
    type Table = JournalTable;
}

impl GuestCursor for JournalCursor {
    fn next(&self) -> Option<Entry> {
        self.0.borrow_mut().next()
    }
}

impl GuestTable for JournalTable {
    fn new(_name: String) -> Self {
        Self::default()
    }

    fn put(&self, key: String, value: Vec<u8>) -> Result<Option<Vec<u8>>, Refusal> {
        if key.is_empty() {
            return Err(Refusal::EmptyKey);
        }
        if value.len() > LONGEST {
            return Err(Refusal::TooLong(LONGEST as u32));
        }
        Ok(self.0.borrow_mut().put(key, &value))
    }

    fn get(&self, key: String) -> Option<Vec<u8>> {
        self.0.borrow().get(&key)
    }

    fn remove(&self, key: String) -> bool {
        self.0.borrow_mut().index.remove(&key).is_some()
    }

    fn scan(&self, start: String) -> Cursor {
        let rows = self.0.borrow();
        let entry = |key: &String| Entry { key: key.clone(), value: rows.get(key).unwrap_or_default() };
        let rest: Vec<Entry> = rows.index.range(start..).map(|(key, _)| entry(key)).collect();
        Cursor::new(JournalCursor(RefCell::new(rest.into_iter())))
    }

    fn overlap(&self, other: TableBorrow<'_>) -> u32 {
        let other = other.get::<JournalTable>().0.borrow();
        self.0.borrow().index.keys().filter(|key| other.index.contains_key(*key)).count() as u32
    }

    fn merge(_name: String, tables: Vec<Table>) -> Table {
        let mut whole = Rows::default();
        for table in tables {
            let rows = table.into_inner::<JournalTable>().0.into_inner();
            for (key, range) in rows.index {
                whole.put(key, &rows.log[range]);
            }
        }
        Table::new(JournalTable(RefCell::new(whole)))
    }
}

export!(Journal);
