//! Any bytes as a page: blocks and containers hold together, verdicts are numbers, and what is written is what stays.

#![no_main]

use std::sync::LazyLock;

use gleaner::explain::page::render;
use gleaner::model::Model;
use gleaner::pages::boilerplate::Kinds;
use gleaner::pages::judge::{Options, PageJudge};
use gleaner::pages::model::PageModel;
use gleaner::read::html::{MAX_DEPTH, parse};
use gleaner::split::html::{Blocks, Metadata, NO_CONTAINER, Origin, Page, Spans, blocks};
use gleaner::write::page;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let read = Page::read(bytes, None, Spans::Known);
    let all = Page::read(bytes, None, Spans::Unknown).blocks;
    stands(bytes, &read, &all);
    sound(&all);
    let model = PageModel::built_in().expect("the built-in model is sound");
    let judged = PageJudge::new(model, Options::default()).judge(&all);
    assert_eq!(judged.decisions.len(), all.blocks.len());
    for decision in &judged.decisions {
        assert!(decision.margin.is_finite() && decision.probability > 0.0 && decision.probability < 1.0);
    }
    let dropped = judged.dropped();
    assert_eq!(PageJudge::new(model, Options::default()).judge(&all).dropped(), dropped);
    page::markdown(&all, &dropped);
    assert_eq!(words(&page::text(&all, &dropped)), kept_words(&all, &dropped));
    // As HTML it is a page again, and nothing in it is anything but text.
    for dropped in [&dropped[..], &[]] {
        let written = blocks(&parse(&page::html(&all, dropped, &Metadata::default())));
        assert_eq!(kept_words(&written, &[]), kept_words(&all, dropped));
    }
    let kinds = Kinds::new(text_model()).of(&all, &judged.decisions);
    let view = render("f", &read, &judged, &kinds, model);
    assert_eq!(view.matches("<script").count(), 1);
    assert_eq!(view.matches(" data-index=\"").count(), all.blocks.len());
});

/// White space of HTML, and the space that does not break: less than that of Unicode.
const SPACE: [char; 6] = [' ', '\t', '\n', '\r', '\x0C', '\u{A0}'];

fn text_model() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| Model::built_in().expect("the built-in model is sound"));
    &MODEL
}

/// Blocks that know where they stand are the same blocks, and stand inside the page.
fn stands(bytes: &[u8], page: &Page<'_>, without: &Blocks) {
    assert_eq!(kept_words(&page.blocks, &[]), kept_words(without, &[]));
    assert_eq!(page.blocks.blocks.len(), without.blocks.len());
    let count = page.text.chars().count() + 1;
    for (block, points) in page.blocks.blocks.iter().zip(page.points()) {
        assert_eq!(block.origin == Origin::State, block.span.is_none());
        if let (Some(span), Some([start, end])) = (&block.span, points) {
            let source = &page.text[span.start as usize..span.end as usize];
            assert!(!source.is_empty() && source.trim_matches(SPACE) == source);
            assert!(start < end && end <= count);
            if let Some(span) = page.span(block) {
                assert_eq!(&bytes[span], source.as_bytes());
            }
        }
    }
}

fn sound(all: &Blocks) {
    let count = all.blocks.len() as u32;
    for (id, container) in all.containers.iter().enumerate() {
        assert!(container.first <= container.end && container.end <= count);
        assert!(container.depth <= MAX_DEPTH + 100);
        if container.parent != NO_CONTAINER {
            let parent = &all.containers[container.parent as usize];
            assert!((container.parent as usize) < id);
            assert!(parent.first <= container.first && container.end <= parent.end);
        }
    }
    for (index, block) in all.blocks.iter().enumerate() {
        assert!(block.chars > 0 && !block.text.trim_matches(SPACE).is_empty());
        // White space of HTML is less than that of Unicode: a vertical tab is none.
        let solid = block.text.chars().filter(|c| !c.is_whitespace()).count();
        assert!((solid..=block.text.chars().count()).contains(&(block.chars as usize)));
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

fn kept_words<'a>(all: &'a Blocks, dropped: &[bool]) -> Vec<&'a str> {
    let stays = |index: &usize| !dropped.get(*index).copied().unwrap_or(false);
    let kept = (0..all.blocks.len()).filter(stays);
    kept.flat_map(|index| all.blocks[index].text.split_whitespace()).collect()
}
