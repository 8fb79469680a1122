//! Pitches in disguise: what is dropped as plain text is dropped, too, with characters that nobody sees, damage,
//! look-alike letters, or padding.

use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::write;

use crate::properties::{MODEL, document};

/// An article; a pitch follows it.
const ARTICLE: &str = "\
The harbour of Eastwick opened again on Monday after three weeks of repairs.
Divers had found cracks in the northern pier in early March, and the council closed the quay the same night.
\"We could not take the risk with six hundred people on board,\" said Marta Lind, who runs the port.
The work cost less than feared, because the steel from the old crane could be used again.
Fishermen who had moved to the next town came back over the weekend with their boats.
Trade in the market hall picked up at once, and the first ferry left at seven with forty cars.
The council will look at the southern pier in autumn, when the season is over.
";

const PITCHES: [&str; 20] = [
    "Subscribe to our newsletter and get the best stories delivered to your inbox every morning.",
    "Become a member today and support independent journalism for just $5 a month.",
    "Sign up for our free weekly newsletter and never miss a story.",
    "Enjoying this article? Subscribe now for unlimited access to everything we publish.",
    "Support our reporting: make a tax-deductible donation today.",
    "Download our app to read the latest news wherever you are.",
    "Start your free trial now and cancel at any time.",
    "Follow us on Facebook, Twitter and Instagram for more updates.",
    "Join thousands of readers who get our daily briefing. Sign up here.",
    "If you value our work, please consider becoming a paid subscriber.",
    "Get full access to all of our articles with a digital subscription.",
    "Already a subscriber? Log in to continue reading this article.",
    "Register for free to keep reading and to receive our email alerts.",
    "Like what you read? Share this post with your friends on social media.",
    "Your support makes our journalism possible. Donate now.",
    "Want more stories like this? Sign up for the newsletter below.",
    "Upgrade to premium for an ad-free experience and exclusive content.",
    "Click here to subscribe to our podcast on Apple or Spotify.",
    "Please enter your email address to receive our newsletter.",
    "This site uses cookies to improve your experience. Accept all cookies.",
];

/// What is left of a text at the default threshold.
fn cleaned(text: &[u8]) -> Vec<u8> {
    let options = Options::default();
    let document = document(text);
    let mut judged = Judge::new(&MODEL, options).unwrap().text(&document).unwrap();
    judged.guard(&document, 0.6);
    write::text::keep(&document, &judged.units, &judged.dropped()).into_owned()
}

/// Which pitches are dropped after `disguise`. The article always stays byte for byte.
fn dropped(disguise: impl Fn(&str) -> Vec<u8>) -> Vec<bool> {
    let is_dropped = |pitch: &&str| {
        let text = [ARTICLE.as_bytes(), &disguise(pitch)].concat();
        let left = cleaned(&text);
        assert!(left == text || left == ARTICLE.as_bytes()[..ARTICLE.len() - 1], "{pitch}");
        left != text
    };
    PITCHES.iter().map(is_dropped).collect()
}

/// Puts `what` behind the first character of every word.
fn in_every_word(text: &str, what: &[u8]) -> Vec<u8> {
    let words = text.split(' ').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        [first.as_bytes(), what, rest.as_bytes()].concat()
    });
    words.collect::<Vec<_>>().join(&b' ')
}

/// Every second letter that has a look-alike in Cyrillic.
fn look_alikes(text: &str) -> Vec<u8> {
    let mut turn = false;
    let letters = text.chars().map(|c| {
        let Some((_, alike)) = LOOK_ALIKES.iter().find(|(latin, _)| *latin == c) else { return c };
        turn = !turn;
        if turn { *alike } else { c }
    });
    letters.collect::<String>().into_bytes()
}

const LOOK_ALIKES: [(char, char); 14] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('i', 'і'),
    ('j', 'ј'),
    ('o', 'о'),
    ('p', 'р'),
    ('s', 'ѕ'),
    ('x', 'х'),
    ('y', 'у'),
    ('A', 'А'),
    ('E', 'Е'),
    ('S', 'Ѕ'),
    ('T', 'Т'),
];

#[test]
fn disguises_do_not_help() {
    let plain = dropped(|pitch| pitch.as_bytes().to_vec());
    let all = plain.iter().filter(|&&it| it).count();
    assert!(all >= 15, "{all} of {} go without a disguise", PITCHES.len());
    let middle = |pitch: &str, what: &[u8]| {
        let (start, end) = pitch.split_at(pitch.len() / 2);
        [start.as_bytes(), what, end.as_bytes()].concat()
    };
    let full_width =
        |c: char| if c.is_ascii_alphabetic() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c };
    type Disguise<'a> = (&'a str, Box<dyn Fn(&str) -> Vec<u8> + 'a>);
    let disguises: [Disguise<'_>; 12] = [
        ("a NUL", Box::new(|it| middle(it, b"\0"))),
        ("an invalid byte", Box::new(|it| middle(it, b"\xff"))),
        ("a NUL in every word", Box::new(|it| in_every_word(it, b"\0"))),
        ("a control character in every word", Box::new(|it| in_every_word(it, b"\x1b"))),
        ("zero-width spaces", Box::new(|it| in_every_word(it, "\u{200b}".as_bytes()))),
        ("soft hyphens", Box::new(|it| in_every_word(it, "\u{ad}".as_bytes()))),
        ("word joiners", Box::new(|it| in_every_word(it, "\u{2060}".as_bytes()))),
        ("underlines", Box::new(|it| in_every_word(it, "\u{332}".as_bytes()))),
        ("look-alikes", Box::new(look_alikes)),
        ("full-width letters", Box::new(|it| it.chars().map(full_width).collect::<String>().into_bytes())),
        ("padding at the end", Box::new(|it| format!("{it}{}", " and the".repeat(10_000)).into_bytes())),
        ("padding in front", Box::new(|it| format!("{}{it}", "x ".repeat(20_000)).into_bytes())),
    ];
    for (name, disguise) in disguises {
        let found = dropped(disguise);
        let still = plain.iter().zip(found).filter(|&(&plain, found)| plain && found).count();
        // So much padding makes a paragraph as long as a chapter, and hardly any boilerplate is.
        let least = if name == "padding in front" { 75 } else { 85 };
        assert!(still * 100 >= all * least, "{name}: {still} of {all}");
    }
}

#[test]
fn a_damaged_line_of_the_article_stays_byte_for_byte() {
    for what in ["\0", "\u{200b}", "\u{ad}", "\u{fffd}"] {
        let lines =
            ARTICLE.lines().map(|line| [in_every_word(line, what.as_bytes()), b"\n".to_vec()].concat());
        let text = lines.collect::<Vec<_>>().concat();
        assert!(cleaned(&text) == text, "{what:?}");
    }
}

#[test]
fn random_bytes_stay_whole() {
    for seed in 1..20_u64 {
        let mut state = seed;
        let bytes = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        });
        let data: Vec<u8> = bytes.take(50_000).collect();
        assert!(cleaned(&data) == data, "{seed}");
    }
}

#[test]
fn binary_data_stay_whole() {
    // Numbers of four bytes, as in a table or an image: most are NULs.
    let numbers = (0..40_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 21).to_le_bytes());
    let data = [b"HEAD".to_vec(), numbers.collect()].concat();
    assert!(cleaned(&data) == data);
}
