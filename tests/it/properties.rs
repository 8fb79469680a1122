//! What holds for any input whatever, with the built-in model: from bytes to what is written.

use std::sync::LazyLock;

use encoding_rs::UTF_8;
use gleaner::error::Place;
use gleaner::unstable::bayes::evidence::{Evidence, Scorer};
use gleaner::unstable::document::Document;
use gleaner::unstable::features::extract::Extractor;
use gleaner::unstable::features::vocabulary::{Interner, Vocabulary};
use gleaner::unstable::features::{Channel, key_of, word_key};
use gleaner::unstable::judge::{Judge, Judged, Options};
use gleaner::unstable::model::Model;
use gleaner::unstable::read::jsonl::{Content, Rows};
use gleaner::unstable::read::{self, ReadOptions, sniff};
use gleaner::unstable::split::SplitMode;
use gleaner::unstable::verdict::{Reason, Verdict};
use gleaner::unstable::write;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The model that comes with the program.
pub static MODEL: LazyLock<&Model> = LazyLock::new(|| Model::built_in().unwrap());

/// A document of plain text.
pub fn document(bytes: &[u8]) -> Document {
    read::text::document(Value::from("d"), Place::of("d"), bytes.to_vec(), None)
}

fn judge(split: SplitMode) -> Judge<'static> {
    Judge::new(&MODEL, Options { split, ..Options::default() }).unwrap()
}

fn is_subsequence(part: &[u8], whole: &[u8]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|byte| whole.any(|it| it == byte))
}

/// What must hold of any judged document.
pub fn check(document: &Document, judged: &Judged) {
    assert_eq!(judged.units.len(), judged.decisions.len(), "one decision a paragraph");
    assert!((0.0..=1.0).contains(&judged.unknown));
    let text = std::str::from_utf8(&document.bytes).ok().filter(|_| document.encoding == UTF_8);
    let mut end = 0;
    for (paragraph, decision) in judged.units.iter().zip(&judged.decisions) {
        let span = paragraph.span.clone().unwrap();
        assert!(end <= span.start && span.start < span.end && span.end <= document.bytes.len(), "{span:?}");
        end = span.end;
        assert!(text.is_none_or(|text| text.get(span).is_some()), "spans end between characters");
        assert!(decision.probability > 0.0 && decision.probability < 1.0, "{decision:?}");
        assert!(
            decision.margin.is_finite()
                && decision.kind.is_none_or(|kind| kind < MODEL.text().unwrap().classes().kinds()),
            "{decision:?}"
        );
        assert!(
            paragraph.removable || decision.verdict != Verdict::Boilerplate,
            "no cut where the encoding shifts"
        );
        if decision.verdict == Verdict::Boilerplate {
            assert!(matches!(decision.reason, None | Some(Reason::UnknownLanguage)), "{decision:?}");
        }
    }
    let gone = judged.dropped();
    let kept = write::text::keep(document, &judged.units, &gone);
    assert!(is_subsequence(&kept, &document.bytes));
    if !gone.contains(&true) {
        assert!(kept.as_ref() == document.bytes.as_slice());
    }
}

/// Anything: bytes, text of any script, and lines that look like pages.
fn pages() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        4 => "[A-Z][a-z]{1,9}( [a-z]{1,9}){0,20}[.!?]?",
        2 => "(Subscribe|Share|Read more|© 20[0-9]{2}|By [A-Z][a-z]{3,8}|Sign up|\\$[0-9]{1,3}|Home \\| News)( [a-z]{2,8}){0,6}",
        1 => "\\PC{0,60}",
        1 => "[\u{300}-\u{36f}\u{4e00}-\u{4e20}\u{e01}-\u{e20}\u{5d0}-\u{5ea}\u{1f600}-\u{1f620}0-9@.:/' ]{0,40}",
    ];
    let text = proptest::collection::vec(
        (line, prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n"), Just("\r")]),
        0..25,
    )
    .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect::<String>());
    prop_oneof![
        3 => text.clone().prop_map(String::into_bytes),
        1 => any::<Vec<u8>>(),
        1 => text.clone().prop_map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        1 => (text, any::<Vec<u8>>(), any::<prop::sample::Index>()).prop_map(|(text, noise, at)| {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..at, noise);
            bytes
        }),
    ]
}

fn splits() -> impl Strategy<Value = SplitMode> {
    prop_oneof![Just(SplitMode::Auto), Just(SplitMode::Lines), Just(SplitMode::Blank)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_bytes_go_from_end_to_end(bytes in pages(), split in splits(), max_drop in 0.0f64..=1.0) {
        sniff(None, &bytes);
        let document = document(&bytes);
        let mut judged = judge(split).text(&document).unwrap();
        check(&document, &judged);
        judged.guard(&document, max_drop);
        check(&document, &judged);
    }

    /// A judge keeps nothing of a document but its memory.
    #[test]
    fn other_documents_change_nothing(
        pages in proptest::collection::vec(pages(), 1..5), order in any::<prop::sample::Index>()
    ) {
        let documents: Vec<Document> = pages.iter().map(|bytes| document(bytes)).collect();
        let alone: Vec<Judged> = documents.iter().map(|it| judge(SplitMode::Auto).text(it).unwrap()).collect();
        let mut shared = judge(SplitMode::Auto);
        for turn in 0..2 * documents.len() {
            let which = (turn + order.index(documents.len())) % documents.len();
            let judged = shared.text(&documents[which]).unwrap();
            prop_assert_eq!(&judged.decisions, &alone[which].decisions);
            prop_assert_eq!(&judged.units[..], &alone[which].units[..]);
            prop_assert_eq!(&judged.problems, &alone[which].problems);
        }
    }

    /// Every feature of any text leads back from its name to its key, so that tables mean what was counted.
    #[test]
    fn names_lead_back_to_keys(text in prop_oneof!["\\PC{0,80}", "[a-zé素ก'’0-9 @.:/$€|\u{301}\u{200d}]{0,60}"]) {
        let (mut vocabulary, mut ids) = (Vocabulary::default(), Vec::new());
        Extractor::default().extract(&text, None, &mut Interner { vocabulary: &mut vocabulary, ids: &mut ids });
        for id in 0..vocabulary.len() as u32 {
            let (channel, name) = vocabulary.feature(id);
            prop_assert_eq!(key_of(channel, name), vocabulary.key(id), "{:?} {:?}", channel, name);
            prop_assert!(gleaner::unstable::features::counts::check_name(name).is_ok(), "{:?}", name);
        }
    }

    /// Words that the model does not know change no word feature of their paragraph.
    #[test]
    fn unknown_words_say_nothing(
        known in proptest::collection::vec(prop_oneof!["the", "subscribe", "river", "today", "read", "said"].boxed(), 1..12),
        unknown in proptest::collection::vec("zq[xvwj]{4,9}zq", 1..12),
        seed: u64,
    ) {
        let unknown: Vec<String> = unknown.into_iter().filter(|word| MODEL.text().unwrap().weights().find(word_key(word)).is_none()).collect();
        let mut mixed: Vec<&str> = known.iter().map(String::as_str).collect();
        for (n, word) in unknown.iter().enumerate() {
            mixed.insert((seed.rotate_left(n as u32 * 7) % (mixed.len() as u64 + 1)) as usize, word);
        }
        let sums = |text: &str| {
            let mut evidence = Evidence::default();
            evidence.clear(MODEL.text().unwrap().weights().stride(), Channel::TEXT.len(), true);
            Scorer::new(MODEL.text().unwrap().weights()).read(&mut Extractor::default(), text, None, &mut evidence);
            (evidence.channel(0, Channel::Words).to_vec(), evidence.known(0, Channel::Words))
        };
        prop_assert_eq!(sums(&mixed.join(" ")), sums(&known.join(" ")));
    }

    /// Rows come out with every field but the text as it came, and with a text that is a part of it.
    #[test]
    fn rows_keep_what_is_not_theirs(
        text in prop_oneof![any::<String>(), "(\\PC{0,30}\n){0,6}", "(Subscribe now[!.]\n|The river rose[.]\n|\u{e9}\u{0}\u{1}\"\\\\/\u{2028}){0,6}"],
        other: String,
        key in "[a-z\"\\\\é]{1,6}",
        number: i64,
        escaped: bool,
    ) {
        prop_assume!(key != "text" && key != "id");
        let mut row = json!({"id": number, key.clone(): [other], "text": text}).to_string();
        if escaped {
            row = row.chars().map(|c| if c.is_ascii() { c.to_string() } else {
                c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
            }).collect();
        }
        let read = Rows::new(row.as_bytes(), "rows", &ReadOptions::default()).next().unwrap().unwrap();
        let Content::Document { document, text: span } = read.content else { panic!("a document") };
        prop_assert_eq!(document.bytes.as_slice(), text.as_bytes());
        let judged = judge(SplitMode::Auto).text(&document).unwrap();
        check(&document, &judged);
        // Everything kept: the same bytes, escapes included.
        let same = write::jsonl::splice(&read.bytes, span.clone(), &text);
        prop_assert_eq!(same.as_ref(), row.as_bytes());
        for drops in [judged.dropped(), vec![true; judged.units.len()]] {
            let kept = write::text::keep(&document, &judged.units, &drops);
            let kept = std::str::from_utf8(&kept).unwrap();
            let out = write::jsonl::splice(&read.bytes, span.clone(), kept);
            prop_assert!(!out.contains(&b'\n'));
            let value: Value = serde_json::from_slice(&out).unwrap();
            prop_assert_eq!(value, json!({"id": number, key.clone(): [other], "text": kept}));
        }
    }
}

/// A few sentences of several languages that the built-in model was not trained on, with a line that asks for money and one that asks to share.
const FOREIGN: [(&str, &str); 8] = [
    (
        "fi",
        "Vanha lauttamies odotti rannalla, kunnes vesi oli laskenut.\nKukaan ei ollut nähnyt proomun kulkevan sulun läpi, eivät edes haikarat.\nTue työtämme pienellä kuukausilahjoituksella.\nJaa tämä artikkeli",
    ),
    (
        "hu",
        "Az öreg révész a parton várta, hogy leapadjon a víz.\nSenki sem látta, amint az uszály áthaladt a zsilipen, még a gémek sem.\nTámogassa munkánkat havi kis adománnyal.\nOssza meg ezt a cikket",
    ),
    (
        "cy",
        "Arhosodd yr hen fferïwr ar y lan nes i'r dŵr ostwng.\nNi welodd neb y cwch yn mynd drwy'r loc, dim hyd yn oed y crehyrod.\nCefnogwch ein gwaith gyda rhodd fach bob mis.\nRhannwch yr erthygl hon",
    ),
    (
        "eu",
        "Txalupari zaharrak ibaiertzean itxaron zuen ura jaitsi arte.\nInork ez zuen gabarra esklusatik pasatzen ikusi, ezta koartzek ere.\nLagundu gure lana hilero dohaintza txiki batekin.\nPartekatu artikulu hau",
    ),
    (
        "ka",
        "მოხუცი მებორნე ნაპირზე იცდიდა, სანამ წყალი დაიკლებდა.\nარავის დაუნახავს, როგორ გაიარა ბარჟამ რაბი, ყანჩებსაც კი.\nდაგვეხმარეთ ყოველთვიური მცირე შემოწირულობით.\nგააზიარეთ ეს სტატია",
    ),
    (
        "hy",
        "Ծեր լաստավարը ափին սպասում էր, մինչև ջուրը իջնի։\nՈչ ոք չտեսավ, թե ինչպես նավն անցավ ջրարգելակով, անգամ տառեխները։\nԱջակցեք մեր աշխատանքին ամենամսյա փոքր նվիրատվությամբ։\nԿիսվեք այս հոդվածով",
    ),
    (
        "he",
        "המעבוראי הזקן חיכה על הגדה עד שהמים ירדו.\nאיש לא ראה את הדוברה עוברת בתא השיט, אפילו לא האנפות.\nתמכו בעבודתנו בתרומה חודשית קטנה.\nשתפו את הכתבה",
    ),
    (
        "hi",
        "बूढ़ा माझी किनारे पर पानी उतरने का इंतज़ार करता रहा।\nकिसी ने बजरे को फाटक से निकलते नहीं देखा, बगुलों ने भी नहीं।\nहर महीने छोटा सा दान देकर हमारे काम में हाथ बँटाएँ।\nयह लेख साझा करें",
    ),
];

#[test]
fn languages_that_the_model_does_not_know_lose_nothing_on_words_alone() {
    let mut judge = judge(SplitMode::Lines);
    for (language, text) in FOREIGN {
        let document = document(text.as_bytes());
        let judged = judge.text(&document).unwrap();
        check(&document, &judged);
        assert!(judged.unknown > 0.5, "{language}: {}", judged.unknown);
        for (index, decision) in judged.decisions.iter().enumerate() {
            assert_eq!(decision.reason, Some(Reason::UnknownLanguage), "{language} {index}");
            let dropped = decision.verdict == Verdict::Boilerplate;
            assert!(
                !dropped || judge.without_words(judged.without_words[index]) >= 0.5,
                "{language} {index}: on words alone"
            );
            assert!(!dropped || index >= 2, "{language} {index}: a sentence of the article");
        }
    }
}
