//! Any bytes as a page: blocks and containers hold together, verdicts are numbers, and what is written is what stays.

#![no_main]

use gleaner::error::Place;
use gleaner::unstable::report::page::render;
use gleaner::unstable::model::Model;
use gleaner::unstable::read::html::{MAX_DEPTH, parse};
use gleaner::unstable::split::html::{Metadata, Page, units};
use gleaner::unstable::split::{NO_CONTAINER, Origin};
use gleaner::unstable::judge::Options;
use gleaner::unstable::write::page;
use gleaner::unstable::{judge::Judge, split::Units, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (page, all) = Page::read(bytes, None);
    stands(bytes, &page, &all);
    sound(&all);
    let model = Model::built_in().expect("the built-in model is sound");
    let options = Options { page_kinds: true, ..Options::default() };
    let mut judge = Judge::new(model, options).expect("these options are sound");
    let judged = judge.page(all.clone()).expect("the built-in model judges pages");
    let dropped = judged.dropped();
    assert_eq!(judged.decisions.len(), all.len());
    for decision in &judged.decisions {
        assert!(decision.margin.is_finite() && decision.probability > 0.0 && decision.probability < 1.0);
    }
    page::markdown(&all, &dropped);
    assert_eq!(words(&page::text(&all, &dropped)), kept_words(&all, &dropped));
    // As HTML it is a page again, and nothing in it is anything but text.
    for dropped in [&dropped[..], &[]] {
        let written = units(&parse(&page::html(&all, dropped, &Metadata::default())));
        assert_eq!(kept_words(&written, &[]), kept_words(&all, dropped));
    }
    let document = read::text::document("f".into(), Place::of("f"), bytes.to_vec(), None);
    let view = render("f", &document, &page, &judged, &judge);
    assert_eq!(view.matches("<script").count(), 1);
    assert_eq!(view.matches(" data-index=\"").count(), all.len());
});

/// White space of HTML, and the space that does not break: less than that of Unicode.
const SPACE: [char; 6] = [' ', '\t', '\n', '\r', '\x0C', '\u{A0}'];

/// Blocks stand inside the page.
fn stands(bytes: &[u8], page: &Page<'_>, placed: &Units) {
    let count = page.text().chars().count() + 1;
    for ((block, in_text), points) in placed.iter().zip(page.spans()).zip(page.points()) {
        assert_eq!(block.origin == Origin::State, in_text.is_none());
        if let (Some(span), Some([start, end])) = (in_text, points) {
            let source = &page.text()[span.clone()];
            assert!(!source.is_empty() && source.trim_matches(SPACE) == source);
            assert!(start < end && end <= count);
            if let Some(span) = &block.span {
                assert_eq!(&bytes[span.clone()], source.as_bytes());
            }
        }
    }
}

fn sound(all: &Units) {
    let count = all.len() as u32;
    for (id, container) in all.containers.iter().enumerate() {
        assert!(container.first <= container.end && container.end <= count);
        assert!(container.depth <= MAX_DEPTH + 100);
        if container.parent != NO_CONTAINER {
            let parent = &all.containers[container.parent as usize];
            assert!((container.parent as usize) < id);
            assert!(parent.first <= container.first && container.end <= parent.end);
        }
    }
    for (index, block) in all.iter().enumerate() {
        assert!(block.chars > 0 && !block.rendered().trim_matches(SPACE).is_empty());
        // White space of HTML is less than that of Unicode: a vertical tab is none.
        let solid = block.rendered().chars().filter(|c| !c.is_whitespace()).count();
        assert!((solid..=block.rendered().chars().count()).contains(&(block.chars as usize)));
        assert!(block.link_chars <= block.chars && block.strong_chars <= block.chars);
        assert!(block.inlines.end as usize <= all.inlines.len());
        for (_, container) in all.around(block.container) {
            assert!((container.first..container.end).contains(&(index as u32)));
        }
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn kept_words<'a>(all: &'a Units, dropped: &[bool]) -> Vec<&'a str> {
    let stays = |index: &usize| !dropped.get(*index).copied().unwrap_or(false);
    let kept = (0..all.len()).filter(stays);
    kept.flat_map(|index| all[index].rendered().split_whitespace()).collect()
}
