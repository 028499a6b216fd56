//! Counts the words of a text and ranks them, kind by kind.

wit_bindgen::generate!("statistics");

use book::text::sorting::classify;
use book::text::types::{Entry, Kind, Span, Token};
use exports::book::text::measuring::{Guest, Problem, Ranked, Report, Share};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::mem;

struct Statistics;

export!(Statistics);

impl Guest for Statistics {
    fn measure(mut text: Vec<u8>, tokens: Vec<Token>, top: u32) -> Result<Report, Problem> {
        let tally = Tally::of(&mut text, &tokens)?;
        if tally.words == 0 {
            return Err(Problem::NoWords);
        }
        Ok(tally.report(top as usize))
    }
}

/// How often a word is there, and how often of these its first letter is a capital.
#[derive(Default)]
struct Count {
    all: u32,
    capitalised: u32,
}

/// FNV-1a, which is faster for short words than what the library has for keys that an enemy may choose.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

type Vocabulary<'a> = HashMap<&'a [u8], Count, BuildHasherDefault<Fnv>>;

/// What one pass over the tokens finds.
#[derive(Default)]
struct Tally<'a> {
    /// By words in lower case.
    vocabulary: Vocabulary<'a>,
    words: u32,
    numbers: u32,
    statements: u32,
    questions: u32,
    exclamations: u32,
}

/// The part of a text that no token lies in yet.
struct Rest<'a> {
    bytes: &'a mut [u8],
    /// What is before it.
    offset: usize,
}

impl<'a> Rest<'a> {
    fn take(&mut self, span: Span) -> Result<&'a mut [u8], Problem> {
        self.cut(span).ok_or(Problem::Misplaced(span))
    }

    fn cut(&mut self, span: Span) -> Option<&'a mut [u8]> {
        let start = (span.start as usize).checked_sub(self.offset)?;
        let end = start.checked_add(span.length as usize)?;
        let (taken, bytes) = mem::take(&mut self.bytes).split_at_mut_checked(end)?;
        *self = Rest { bytes, offset: self.offset + end };
        Some(&mut taken[start..]).filter(|part| !part.is_empty())
    }
}

impl<'a> Tally<'a> {
    /// Makes the words' capitals small where they are: the text is ours.
    fn of(text: &'a mut [u8], tokens: &[Token]) -> Result<Self, Problem> {
        let mut tally = Self::default();
        let mut rest = Rest { bytes: text, offset: 0 };
        let mut in_sentence = false;

        for token in tokens {
            match *token {
                Token::Word(span) => {
                    tally.count(rest.take(span)?);
                    in_sentence = true;
                }
                Token::Number(span) => {
                    rest.take(span)?;
                    tally.numbers += 1;
                }
                Token::Stop(stop) => {
                    let sentences = match stop {
                        '?' => &mut tally.questions,
                        '!' => &mut tally.exclamations,
                        _ => &mut tally.statements,
                    };
                    *sentences += u32::from(mem::take(&mut in_sentence));
                }
            }
        }
        Ok(tally)
    }

    fn count(&mut self, word: &'a mut [u8]) {
        let is_capitalised = word[0].is_ascii_uppercase();
        word.make_ascii_lowercase();
        let count = self.vocabulary.entry(word).or_default();
        count.all += 1;
        count.capitalised += u32::from(is_capitalised);
        self.words += 1;
    }

    fn report(self, top: usize) -> Report {
        let words = ranked(self.vocabulary);
        let letters: f64 = words.iter().map(|word| f64::from(word.count) * letters_of(word) as f64).sum();
        let sentences = self.statements + self.questions + self.exclamations;

        // The words come in alphabetical order, and these sorts keep it among equals.
        let mut longest: Vec<&Ranked> = words.iter().collect();
        longest.sort_by_cached_key(|word| Reverse(letters_of(word)));
        let mut frequent: Vec<&Ranked> = words.iter().collect();
        frequent.sort_by_key(|word| Reverse(word.count));

        let share = |is_member: fn(&Kind) -> bool| share_of(&frequent, is_member, top);
        Report {
            words: self.words,
            distinct: words.len() as u32,
            once: words.iter().filter(|word| word.count == 1).count() as u32,
            numbers: self.numbers,
            statements: self.statements,
            questions: self.questions,
            exclamations: self.exclamations,
            readability: readability(letters, f64::from(self.words), f64::from(sentences.max(1))),
            longest: first(&longest, top),
            function_words: share(|kind| matches!(kind, Kind::FunctionWord)),
            names: share(|kind| matches!(kind, Kind::Name)),
            archaic: share(|kind| matches!(kind, Kind::Archaic(_))),
            content: share(|kind| matches!(kind, Kind::Content)),
        }
    }
}

/// Every word with its kind, in alphabetical order.
fn ranked(vocabulary: Vocabulary) -> Vec<Ranked> {
    let entry = |(word, count): (&[u8], Count)| Entry {
        // A span may end within a character.
        word: String::from_utf8_lossy(word).into_owned(),
        count: count.all,
        capitalised: count.capitalised,
    };
    let mut entries: Vec<Entry> = vocabulary.into_iter().map(entry).collect();
    entries.sort_unstable_by(|a, b| a.word.cmp(&b.word));
    let kinds = classify(&entries);
    entries.into_iter().zip(kinds).map(|(Entry { word, count, .. }, kind)| Ranked { word, count, kind }).collect()
}

/// Characters, without apostrophes and hyphens.
fn letters_of(ranked: &Ranked) -> usize {
    ranked.word.chars().filter(|&c| c != '\'' && c != '-').count()
}

/// Senter and Smith, "Automated Readability Index", AMRL-TR-66-220 (1967).
fn readability(letters: f64, words: f64, sentences: f64) -> f64 {
    4.71 * letters / words + 0.5 * words / sentences - 21.43
}

fn share_of(frequent: &[&Ranked], is_member: fn(&Kind) -> bool, top: usize) -> Share {
    let members: Vec<&Ranked> = frequent.iter().copied().filter(|word| is_member(&word.kind)).collect();
    Share {
        words: members.iter().map(|word| word.count).sum(),
        distinct: members.len() as u32,
        top: first(&members, top),
    }
}

fn first(words: &[&Ranked], top: usize) -> Vec<Ranked> {
    words.iter().take(top).map(|&word| word.clone()).collect()
}
