//! Features, signals and reasons in words: what numbers in classes and in fixed point stand for.

use crate::bayes::weights::WEIGHT_SCALE;
use crate::features::Channel;
use crate::features::shape::Edge;
use crate::verdict::Reason;

/// One plain sentence: what a reason means.
pub fn sentence(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownLanguage => {
            "the model does not know most words of this document, so nothing is dropped on words alone"
        }
        Reason::Damaged => {
            "too much of it is not text, or its encoding does not allow cuts, so it is kept as it is"
        }
        Reason::BeyondLimit => "it stands beyond what is read of a document, so it is kept without a verdict",
        Reason::NoTokens => "it has no word, number or sign to judge, so it is kept",
        Reason::RepeatedOnSite => "other documents of its site have it too, which decided",
        Reason::RepeatedOnPage => "a block before it on the page says the same, word for word",
        Reason::KindKept => "boilerplate of this kind was not asked to go, so it stays",
        Reason::MaxDrop => "more of the document would go than is allowed, so all of it stays",
    }
}

/// A reason in a few words.
pub fn brief(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownLanguage => "unknown language: form and place alone",
        Reason::Damaged => "kept: damaged bytes",
        Reason::BeyondLimit => "kept: beyond what is read",
        Reason::NoTokens => "kept: no words",
        Reason::MaxDrop => "kept: too much of the text would go",
        Reason::KindKept => "kept: its kind is not to go",
        Reason::RepeatedOnSite => "repeated on its site",
        Reason::RepeatedOnPage => "said before on the page",
    }
}

/// A probability in whole per cent, never rounded to certainty.
pub fn rough(probability: f64) -> String {
    match probability * 100.0 {
        p if p > 0.0 && p < 1.0 => "<1%".to_owned(),
        p if p > 99.0 && p < 100.0 => ">99%".to_owned(),
        p => format!("{p:.0}%"),
    }
}

/// A feature's name for a reader, from its name in count tables. A name that no feature bears comes back
/// as it is.
pub fn feature(channel: Channel, name: &str) -> String {
    let words = match channel {
        Channel::Words | Channel::Pairs | Channel::Form | Channel::Markup | Channel::Inline => None,
        Channel::Edges => name.split_once(' ').map(|(edge, tokens)| {
            format!("{} “{tokens}”", if edge.starts_with('^') { "begins" } else { "ends" })
        }),
        Channel::Shape => tag(name).and_then(|(tag, value)| shape(tag, value)),
        Channel::Place => tag(name).and_then(|(tag, value)| place(tag, value)),
    };
    words.unwrap_or_else(|| name.to_owned())
}

fn tag(name: &str) -> Option<(&str, u32)> {
    let (tag, value) = name.split_once(' ')?;
    Some((tag, value.parse().ok()?))
}

/// How the tags of [`crate::features::shape::Shape::tags`] read.
fn shape(tag: &str, value: u32) -> Option<String> {
    /// Length classes from here on are one in tags of two parts.
    const SHORT: u32 = 13;
    let with_length = |value: u32| tokens(value % 32, SHORT);
    let halves = |value: u32| if value % 2 == 1 { "over 12 tokens" } else { "up to 12 tokens" };
    Some(match tag {
        "length" => tokens(value, 20),
        "ends" => format!("ends in {}, {}", edge(value / 32)?, with_length(value)),
        "begins" => format!("begins with {}, {}", edge(value / 2)?, halves(value)),
        "capitals" => format!("{} of words capitalised, {}", share(value / 32, 20), with_length(value)),
        "all-caps" => format!("{} of words in capitals", share(value, 20)),
        "digits" => format!("{} of tokens with digits, {}", share(value / 2, 20), halves(value)),
        "calls" => format!("{} of ? and !, {}", number(value / 2, 3), halves(value)),
        "dividers" => format!("{} of | / > → · •", number(value, 3)),
        "handles" => format!("{} of @ and #", number(value, 2)),
        "rights" => format!("{} of © ® ™", number(value, 1)),
        "addresses" => format!("{} of addresses", number(value, 2)),
        "prices" => format!("{} of prices", number(value, 2)),
        "commas" => format!("commas {} of tokens", share(value, 5)),
        _ => return None,
    })
}

/// How the tags of [`crate::features::place::Place::tags`] read.
fn place(tag: &str, value: u32) -> Option<String> {
    const DISTANCES: [&str; 9] = ["0", "1", "2", "3–4", "5–7", "8–12", "13–20", "21–40", "over 40"];
    let distance = DISTANCES.get(value as usize).copied();
    Some(match tag {
        "from-start" => format!("{} from the start", distance?),
        "from-end" => format!("{} from the end", distance?),
        "tenth" => format!("{}–{}% into the document", value * 10, value * 10 + 10),
        _ => return None,
    })
}

/// A length class ([`crate::features::shape::Shape::length_class`]) as the numbers it stands for; the class
/// `last` holds all longer ones too.
fn tokens(class: u32, last: u32) -> String {
    let first = |class: u32| {
        if class < 4 { class } else { (1 << (class / 2)) + (class % 2) * (1 << (class / 2 - 1)) }
    };
    let (from, to) = (first(class), first(class + 1) - 1);
    match () {
        () if class >= last => format!("{}+ tokens", first(last)),
        () if from == to && from == 1 => "1 token".to_owned(),
        () if from == to => format!("{from} tokens"),
        () => format!("{from}–{to} tokens"),
    }
}

/// A share class ([`crate::features::shape::Shape::share_class`]), each `step` per cent wide.
fn share(class: u32, step: u32) -> String {
    match class {
        0 => "none".to_owned(),
        5 => format!("over {}%", 4 * step),
        _ => format!("{}–{}%", (class - 1) * step, class * step),
    }
}

fn number(n: u32, most: u32) -> String {
    match n {
        0 => "none".to_owned(),
        _ if n >= most => format!("{n}+"),
        _ => n.to_string(),
    }
}

fn edge(number: u32) -> Option<&'static str> {
    const EDGES: [Edge; 11] = [
        Edge::Lower,
        Edge::Upper,
        Edge::Digit,
        Edge::Stop,
        Edge::Call,
        Edge::Open,
        Edge::Quote,
        Edge::Bracket,
        Edge::Ellipsis,
        Edge::Bullet,
        Edge::Sign,
    ];
    EDGES.get(number as usize).map(|edge| edge.name())
}

/// A signal's value for a reader: log-odds in nats, shares in per cent, counts as they are.
pub fn signal(name: &str, value: i32) -> String {
    let real = f64::from(value);
    match name {
        "unknown words"
        | "unknown words in document"
        | "relative place"
        | "words before"
        | "words after"
        | "capitals"
        | "all capitals"
        | "digits"
        | "commas"
        | "stops"
        | "topic recurring"
        | "topic central"
        | "topic nearby"
        | "topic around 3" => format!("{:.0}%", real / 10.24),
        "bytes per word" => format!("{:.1}", real / 16.0),
        "length against document" => format!("{:.1} of the median", real / 256.0),
        "topic weight" => format!("{:.0} bits", real / 16.0),
        "begins" | "ends" => {
            u32::try_from(value).ok().and_then(edge).map_or_else(|| value.to_string(), str::to_owned)
        }
        "upper decile of document" | "words and pairs untempered" => nats(real / WEIGHT_SCALE),
        _ if name.contains("log-odds") || name.ends_with(" around 4") => nats(real / WEIGHT_SCALE),
        _ => value.to_string(),
    }
}

/// Log-odds with their sign, to two places.
pub fn nats(value: f64) -> String {
    // No “-0.00”.
    format!("{:+.2}", if value.abs() < 0.005 { 0.0 } else { value })
}

/// A probability in per cent, with the more places the nearer it is to 0 or 1: two figures of the distance.
pub fn percent(probability: f64) -> String {
    let distance = probability.min(1.0 - probability);
    let places = if distance > 0.0 { (-(distance * 100.0).log10()).floor() + 2.0 } else { 2.0 };
    format!("{:.*}%", places.clamp(1.0, 12.0) as usize, probability * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::signals::text::names;
    use crate::explain::features::of_text;
    use crate::features::extract::Extractor;
    use crate::features::shape::Shape;
    use crate::model::Model;

    #[test]
    fn nothing_is_rounded_to_certainty() {
        assert_eq!([0.0001, 0.714, 0.999, 1.0].map(rough), ["<1%", "71%", ">99%", "100%"]);
    }

    #[test]
    fn a_length_class_reads_as_what_it_holds() {
        for n in 0..1024 {
            let shown = tokens(Shape::length_class(n), 20);
            let range = shown.split(' ').next().unwrap();
            let (from, to) = range.split_once('–').unwrap_or((range, range));
            assert!((from.parse().unwrap()..=to.parse().unwrap()).contains(&n), "{n} is no {shown}");
        }
        assert_eq!(tokens(20, 20), "1024+ tokens");
        assert_eq!(tokens(13, 13), "96+ tokens");
    }

    #[test]
    fn features_read_well() {
        for (channel, name, expected) in [
            (Channel::Words, "orchard", "orchard"),
            (Channel::Pairs, "sign up", "sign up"),
            (Channel::Edges, "^^ sign up", "begins “sign up”"),
            (Channel::Edges, "$ today", "ends “today”"),
            (Channel::Shape, "length 7", "12–15 tokens"),
            (Channel::Shape, "ends 101", "ends in stop, 6–7 tokens"),
            (Channel::Shape, "calls 2", "1 of ? and !, up to 12 tokens"),
            (Channel::Shape, "all-caps 0", "none of words in capitals"),
            (Channel::Place, "from-end 4", "5–7 from the end"),
            (Channel::Place, "tenth 9", "90–100% into the document"),
            (Channel::Shape, "unheard-of 3", "unheard-of 3"),
            (Channel::Shape, "ends 4000", "ends 4000"),
        ] {
            assert_eq!(feature(channel, name), expected);
        }
    }

    #[test]
    fn every_tag_has_its_words() {
        let model = Model::built_in().unwrap().text().unwrap();
        for text in ["Sign up today!", "© 2024 Larch | Elm | $5", "It rained, again, on the fair at noon."] {
            for index in 0..12 {
                let features = of_text(text, index, 12, model.weights(), &mut Extractor::default());
                for f in features.iter().filter(|f| matches!(f.channel, Channel::Shape | Channel::Place)) {
                    assert_ne!(feature(f.channel, &f.name), f.name);
                }
            }
        }
    }

    #[test]
    fn signals_have_units() {
        for (name, value, expected) in [
            ("own log-odds", 1536, "+1.50"),
            ("pitch around 4", -512, "-0.50"),
            ("unknown words", 512, "50%"),
            ("ends", 3, "stop"),
            ("ends", -3, "-3"),
            ("index", 17, "17"),
            ("length against document", 128, "0.5 of the median"),
        ] {
            assert_eq!(signal(name, value), expected);
        }
        // What is given a unit by name must exist under that name.
        let names = names(&["pitch".to_owned()]);
        for name in
            ["topic around 3", "upper decile of document", "bytes per word", "pitch around 4", "stops"]
        {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }

    #[test]
    fn probabilities_never_round_to_certainty() {
        assert_eq!(percent(0.5), "50.0%");
        assert_eq!(percent(0.973), "97.3%");
        assert_eq!(percent(0.99987), "99.987%");
        assert_eq!(percent(0.000_012_3), "0.0012%");
        assert_eq!(percent(1.0), "100.00%");
    }
}
