//! A model of pages is read whole or not at all, whatever was done to it; what is read scores without a panic.

use std::sync::LazyLock;

use gleaner::unstable::features::Channel;
use gleaner::unstable::features::counts::{CountTable, Sites};
use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::model::Model;
use gleaner::unstable::read::html::parse;
use gleaner::unstable::split::html::units;
use proptest::prelude::*;

use crate::model_file::{read_model, spoil};
use crate::model_parts as file_parts;

/// A model of pages: a few features of each channel of the built-in one, and two of its trees.
fn small_of_pages() -> &'static Model {
    static SMALL: LazyLock<Model> = LazyLock::new(|| {
        let mut parts = Model::built_in().unwrap().pages().unwrap().parts().unwrap();
        let mut counts = CountTable::new(parts.counts.labels().to_vec());
        let vocabulary = parts.counts.vocabulary();
        let mut of_channel = [0; Channel::ALL.len()];
        for id in vocabulary.sorted_ids() {
            let here = &mut of_channel[vocabulary.channel(id) as usize];
            *here += 1;
            if *here % 97 == 1 && *here < 1000 {
                counts.add_row_of(vocabulary, id, parts.counts.row(id), Sites::Many);
            }
        }
        for (label, &blocks) in parts.counts.paragraphs().iter().enumerate() {
            counts.add_paragraphs(label, blocks);
        }
        parts.counts = counts;
        parts.context.trees.truncate(2);
        Model::new("small", "gleaner train", None, Some(&parts)).unwrap()
    });
    &SMALL
}

/// Whatever a model says of a page, it says it in finite numbers, one decision a block.
fn judges_pages_soundly(model: &Model) {
    let page = "<h1>The tide</h1><p>It turned.<ul class=menu><li><a href=x>Join us</a></ul><p>&copy; 2020<p>漢字, $5";
    let options = Options { every_signal: true, ..Options::default() };
    let mut judge = Judge::new(model, options).unwrap();
    let judged = judge.page(units(&parse(page))).unwrap();
    assert_eq!(judged.decisions.len(), judged.units.len());
    for decision in &judged.decisions {
        assert!(decision.margin.is_finite());
        assert!(decision.probability > 0.0 && decision.probability < 1.0);
    }
}

#[test]
fn the_small_model_of_pages_is_sound() {
    judges_pages_soundly(&read_model(&small_of_pages().to_bytes()).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Bytes changed, taken out and put in, with the frame made good again.
    #[test]
    fn any_body_of_pages_is_refused_or_safe(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..3, any::<u8>()), 1..4)
    ) {
        let mut section = file_parts::apart(&small_of_pages().to_bytes()).remove(0);
        spoil(&mut section, changes);
        if let Ok(model) = read_model(&file_parts::together(&[section])) {
            judges_pages_soundly(&model);
        }
    }
}
