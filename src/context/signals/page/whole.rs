//! Signals of the page as a whole, the same for all its blocks, so that trees can tell types of pages apart.

use super::{Page, Row, TOKENS, share};
use crate::features::Channel;
use crate::features::markup::role_number;

pub(super) struct Whole {
    values: [(&'static str, i64); 12],
}

/// A long block has more tokens than this.
const LONG: i32 = 30;

impl Whole {
    pub(super) fn new(page: &Page<'_>) -> Self {
        let n = page.len();
        let all = page.all(TOKENS);
        let tokens_of = |wanted: &dyn Fn(usize) -> bool| -> i64 {
            (0..n).filter(|&i| wanted(i)).map(|i| i64::from(page.tokens(i))).sum()
        };
        let editorial = tokens_of(&|i| page.own[i] < 0);
        let long = tokens_of(&|i| page.tokens(i) > LONG);
        let count_of = |wanted: &dyn Fn(u32) -> bool| -> i64 {
            page.units.iter().filter(|unit| wanted(role_number(unit.role))).count() as i64
        };
        let images: i64 = page.units.iter().map(|unit| i64::from(unit.images)).sum();
        let mut sorted = page.own.clone();
        sorted.sort_unstable();
        let known: i64 = (0..n).map(|i| i64::from(page.evidence.known(i, Channel::Words))).sum();
        Self {
            values: [
                ("page-blocks", n as i64),
                ("page-tokens", all),
                ("page-mean", page.mean(0, n).into()),
                ("page-linked", page.link_share(0, n).into()),
                ("page-editorial", editorial),
                ("page-editorial-share", share(editorial, all).into()),
                ("page-tenth", sorted.get(n / 10).copied().unwrap_or(0).into()),
                ("page-long-share", share(long, all).into()),
                ("page-headings", share(count_of(&|role| role < 7), n as i64).into()),
                ("page-items", share(count_of(&|role| role == 8), n as i64).into()),
                ("page-images", share(images, n as i64).into()),
                ("page-known", share(known, all).into()),
            ],
        }
    }

    pub(super) fn put(&self, row: &mut impl Row) {
        for (name, value) in self.values {
            row.put(name, value);
        }
    }
}
