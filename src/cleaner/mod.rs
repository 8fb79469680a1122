//! The facade of the library: a cleaner for texts and pages.
//!
//! | file | what it does |
//! |---|---|
//! | `mod` | [`Cleaner`]: the entry points |
//! | `builder` | [`Builder`]: settings |
//! | `cleaned` | [`Cleaned`] and [`CleanedPage`]: results |
//! | `explained` | [`Explained`]: the factors behind a verdict |

mod builder;
mod cleaned;
mod explained;

use std::sync::Arc;

use serde_json::Value;

use crate::document::Document;
use crate::error::{Place, Result};
use crate::explain::Explainer;
use crate::judge::{Judge, Judged, Options};
use crate::model::{Medium, Model};
use crate::read::text::document;

pub use builder::Builder;
#[cfg(feature = "html")]
pub use cleaned::CleanedPage;
pub use cleaned::{Cleaned, Kind, Unit};
pub use explained::{Explained, Factor};

/// Removes boilerplate from texts and pages.
///
/// A cleaner owns its model, is `Send + Sync` and cheap to clone, so one can serve all threads.
///
/// ```
/// let cleaner = gleaner::Cleaner::new()?;
/// let cleaned = cleaner.clean("The river rose again on Monday.\nSign up for our free newsletter!\n");
/// assert!(cleaned.text().starts_with("The river rose again on Monday."));
/// # Ok::<(), gleaner::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cleaner(Arc<Settled>);

/// The validated settings of a cleaner.
#[derive(Debug)]
struct Settled {
    model: Held,
    options: Options,
    max_drop: f64,
}

/// The model in use.
#[derive(Debug)]
enum Held {
    BuiltIn(&'static Model),
    Own(Box<Model>),
}

impl Held {
    /// Returns the model that judges this medium: the built-in one if the given one has no section for it.
    fn for_medium(&self, medium: Medium) -> Result<&Model> {
        match self {
            Self::Own(model) if model.has(medium) => Ok(model),
            Self::Own(_) => Model::built_in(),
            Self::BuiltIn(model) => Ok(model),
        }
    }

    /// Creates a judge for this medium.
    fn judge(&self, medium: Medium, options: Options) -> Result<Judge<'_>> {
        Judge::new(self.for_medium(medium)?, options)
    }
}

impl Cleaner {
    /// Creates a cleaner with the built-in model and its default thresholds.
    ///
    /// # Errors
    /// [`Error::Model`](crate::Error::Model) if the built-in model is damaged.
    pub fn new() -> Result<Self> {
        Self::builder().build()
    }

    /// Returns a builder for a cleaner with other settings.
    ///
    /// ```
    /// use gleaner::{Cleaner, Preset};
    ///
    /// let cautious = Cleaner::builder().preset(Preset::Recall).max_drop(0.3).build()?;
    /// # Ok::<(), gleaner::Error>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Cleans a text. Every line that is not blank is judged; in hard-wrapped text, every run of lines
    /// between blank ones. The kept text is a subset of the input's bytes, in order.
    ///
    /// ```
    /// # let cleaner = gleaner::Cleaner::new()?;
    /// let cleaned = cleaner.clean("The ferry ran late.\nSubscribe to our newsletter and never miss a story!\n");
    /// for unit in cleaned.dropped() {
    ///     println!("{:?} {:?} {:.2}", unit.span, unit.kind, unit.probability);
    /// }
    /// # Ok::<(), gleaner::Error>(())
    /// ```
    #[must_use]
    pub fn clean(&self, text: &str) -> Cleaned {
        let document = utf_8(text.as_bytes());
        self.judged(&document, &self.0.options, |judge, judged| Cleaned::new(&document, judge, judged))
    }

    /// Judges every unit of a text, and finds the kinds of editorial ones too. For callers that decide by
    /// themselves what to drop.
    ///
    /// ```
    /// # let cleaner = gleaner::Cleaner::new()?;
    /// let units = cleaner.judge("The ferry ran late.\nAll rights reserved.\n");
    /// assert_eq!(units.len(), 2);
    /// assert!(units.iter().all(|unit| (0.0..=1.0).contains(&unit.probability)));
    /// # Ok::<(), gleaner::Error>(())
    /// ```
    #[must_use]
    pub fn judge(&self, text: &str) -> Vec<Unit> {
        let document = utf_8(text.as_bytes());
        let options = Options { every_kind: true, ..self.0.options.clone() };
        self.judged(&document, &options, |judge, judged| cleaned::units(&document, judge, &judged))
    }

    /// Explains the verdict on every unit of a text by its words and surroundings, largest factor first.
    ///
    /// ```
    /// # let cleaner = gleaner::Cleaner::new()?;
    /// for explained in cleaner.explain("Subscribe to our newsletter today!\n") {
    ///     for factor in &explained.factors {
    ///         println!("{:+.2} {}", factor.nats, factor.text);
    ///     }
    /// }
    /// # Ok::<(), gleaner::Error>(())
    /// ```
    #[must_use]
    pub fn explain(&self, text: &str) -> Vec<Explained> {
        let document = utf_8(text.as_bytes());
        let options = Options { every_signal: true, ..self.0.options.clone() };
        self.judged(&document, &options, |judge, judged| {
            let units = cleaned::units(&document, judge, &judged);
            let mut explainer = Explainer::new(judge, &judged);
            let all = units.into_iter().enumerate();
            all.map(|(index, unit)| Explained::new(unit, &explainer.unit(&document, index))).collect()
        })
    }

    /// Cleans an HTML page. Its encoding is the one that it declares, or else is detected.
    ///
    /// ```
    /// # let cleaner = gleaner::Cleaner::new()?;
    /// let page = cleaner.clean_html(b"<title>Ferries</title><main><p>They run again.</p></main>");
    /// assert_eq!(page.metadata().title.as_deref(), Some("Ferries"));
    /// println!("{}", page.markdown());
    /// # Ok::<(), gleaner::Error>(())
    /// ```
    #[cfg(feature = "html")]
    #[must_use]
    pub fn clean_html(&self, html: &[u8]) -> CleanedPage {
        let options = Options { page_kinds: true, ..self.0.options.clone() };
        let judge = self.0.model.judge(Medium::Page, options);
        CleanedPage::read(html, &mut judge.expect("the builder checked these options with this model"))
    }

    fn judged<T>(
        &self,
        document: &Document,
        options: &Options,
        show: impl FnOnce(&Judge<'_>, Judged) -> T,
    ) -> T {
        let judge = self.0.model.judge(Medium::Text, options.clone());
        let mut judge = judge.expect("the builder checked these options with this model");
        let mut judged = judge.text(document).expect("this model has a section for text");
        judged.guard(document, self.0.max_drop);
        show(&judge, judged)
    }
}

/// Makes a document of a text.
fn utf_8(text: &[u8]) -> Document {
    document(Value::Null, Place::default(), text.to_vec(), Some(encoding_rs::UTF_8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Preset, Reason, Verdict};

    const TEXT: &str = "The harbour opened again on Monday, and the first ferry left the north quay at nine.\n\
        Its captain, who had steered it for thirty years, said that the new pier would be ready by the autumn.\n\
        Subscribe to our free newsletter and get the best stories in your inbox every morning.\n\
        The council had argued about the money for most of the winter before it agreed to pay.\n";

    #[test]
    fn what_is_kept_is_a_part_of_the_text() {
        let cleaner = Cleaner::new().unwrap();
        let cleaned = cleaner.clone().clean(TEXT);
        let gone: Vec<&Unit> = cleaned.dropped().collect();
        assert_eq!(gone.len(), 1, "{gone:?}");
        assert_eq!(gone[0].kind.as_ref().map(Kind::name), Some("pitch"));
        let span = gone[0].span.clone().unwrap();
        assert_eq!(&TEXT[span.clone()], gone[0].text);
        assert_eq!(cleaned.text(), [&TEXT[..span.start], &TEXT[span.end + 1..]].concat());
        assert_eq!(cleaned.kept().count(), 3);
        assert!(cleaned.problems().is_empty());
    }

    #[test]
    fn too_much_to_drop_is_kept_and_told() {
        let cleaner = Cleaner::builder().max_drop(0.1).build().unwrap();
        let cleaned = cleaner.clean(TEXT);
        assert_eq!(cleaned.text(), TEXT);
        assert_eq!(cleaned.problems().len(), 1);
        assert!(cleaned.units().iter().any(|unit| unit.reason == Some(Reason::MaxDrop)));
    }

    #[test]
    fn only_the_kinds_that_were_named_go() {
        let only = |kind: &str| Cleaner::builder().drop_kinds([kind]).build().unwrap().clean(TEXT);
        assert_eq!(only("pitch").dropped().count(), 1);
        let spared = only("legal");
        assert_eq!(spared.dropped().count(), 0);
        let reasons: Vec<_> = spared.units().iter().filter_map(|unit| unit.reason).collect();
        assert_eq!(reasons, [Reason::KindKept]);
        let error = Cleaner::builder().drop_kinds(["poem"]).build().unwrap_err().to_string();
        assert!(error.contains("poem") && error.contains("pitch"), "{error}");
    }

    #[test]
    fn invalid_settings_are_errors_of_the_builder() {
        for builder in [
            Cleaner::builder().prior(1.0),
            Cleaner::builder().threshold(1.5),
            Cleaner::builder().threshold(f64::NAN),
            Cleaner::builder().max_drop(-0.1),
            Cleaner::builder().page_type("poem"),
            Cleaner::builder().model(b"no model"),
        ] {
            assert!(builder.build().is_err());
        }
    }

    #[test]
    fn a_threshold_of_zero_drops_and_one_keeps() {
        let of =
            |threshold| Cleaner::builder().threshold(threshold).max_drop(1.0).build().unwrap().clean(TEXT);
        assert_eq!(of(0.0).text(), "");
        assert_eq!(of(1.0).text(), TEXT);
    }

    #[test]
    fn explanations_name_what_decided() {
        let cleaner = Cleaner::builder().preset(Preset::Default).build().unwrap();
        let explained = cleaner.explain(TEXT);
        assert_eq!(explained.len(), 4);
        let pitch = &explained[2];
        assert_eq!(pitch.unit.verdict, Verdict::Boilerplate);
        assert!(pitch.factors.iter().any(|it| it.text.contains("newsletter") && it.nats > 0.0), "{pitch:?}");
        assert!(pitch.factors.windows(2).all(|two| two[0].nats.abs() >= two[1].nats.abs()));
        assert!(explained.iter().all(|it| it.factors.iter().all(|factor| factor.nats.is_finite())));
        assert_eq!(cleaner.judge(TEXT).len(), 4);
    }

    #[cfg(feature = "html")]
    #[test]
    fn pages_come_as_text_markdown_and_html() {
        let page = format!(
            "<html lang=en><title>The quay</title><main><h1>The quay</h1>{}</main><footer><a href=/>Home</a> \
             <a href=/t>Terms of use</a> © 2024 All rights reserved</footer>",
            TEXT.lines().map(|line| format!("<p>{line}</p>")).collect::<String>()
        );
        let cleaner = Cleaner::new().unwrap();
        let page = cleaner.clean_html(page.as_bytes());
        assert!(page.text().contains("The harbour opened again") && !page.text().contains("Terms of use"));
        assert!(page.markdown().contains("The council had argued"));
        assert!(page.html().contains("<p>"));
        assert_eq!(page.metadata().title.as_deref(), Some("The quay"));
        assert!(page.dropped().all(|unit| unit.kind.is_some() && unit.span.is_some()));
        assert!(!page.is_cut());
        assert_eq!(cleaner.clean_html(b"").text(), "");
    }

    #[test]
    fn one_serves_all_threads() {
        fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
        let cleaner = Cleaner::new().unwrap();
        shared(&cleaner);
        let expected = cleaner.clean(TEXT).into_text();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let cleaner = cleaner.clone();
                std::thread::spawn(move || cleaner.clean(TEXT).into_text())
            })
            .collect();
        assert!(threads.into_iter().all(|thread| thread.join().unwrap() == expected));
    }
}
