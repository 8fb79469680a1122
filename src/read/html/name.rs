//! Names of elements as numbers: the known ones are constants, a page's own are numbered as they come.

/// Name of an element, in lower case. [`Tree::spelled`](super::Tree::spelled) gives its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(u32);

/// The vocabulary that an element's name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// HTML.
    Html,
    /// SVG.
    Svg,
    /// MathML.
    Math,
}

macro_rules! names {
    ($($constant:ident $letters:literal)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "numbers for the constants below")]
        enum Number { $($constant),* }

        #[allow(missing_docs, reason = "each is the name of an element")]
        impl Name {
            $(pub const $constant: Self = Self(Number::$constant as u32);)*
        }

        const LETTERS: &[&str] = &[$($letters),*];
    };
}

names! {
    A "a" ABBR "abbr" ADDRESS "address" ANNOTATION_XML "annotation-xml" APPLET "applet" AREA "area" ARTICLE "article"
    ASIDE "aside" AUDIO "audio" B "b" BASE "base" BASEFONT "basefont" BGSOUND "bgsound" BIG "big"
    BLOCKQUOTE "blockquote" BODY "body" BR "br" BUTTON "button" CANVAS "canvas" CAPTION "caption" CENTER "center"
    CIRCLE "circle" CITE "cite" CODE "code" COL "col" COLGROUP "colgroup" DATALIST "datalist" DD "dd" DEFS "defs"
    DEL "del" DESC "desc" DETAILS "details" DFN "dfn" DIALOG "dialog" DIR "dir" DIV "div" DL "dl" DT "dt" EM "em"
    EMBED "embed" FIELDSET "fieldset" FIGCAPTION "figcaption" FIGURE "figure" FONT "font" FOOTER "footer"
    FOREIGNOBJECT "foreignobject" FORM "form" FRAME "frame" FRAMESET "frameset" G "g" H1 "h1" H2 "h2" H3 "h3"
    H4 "h4" H5 "h5" H6 "h6" HEAD "head" HEADER "header" HGROUP "hgroup" HR "hr" HTML "html" I "i" IFRAME "iframe"
    IMAGE "image" IMG "img" INPUT "input" INS "ins" KBD "kbd" KEYGEN "keygen" LABEL "label" LEGEND "legend" LI "li"
    LINK "link" LISTING "listing" MAIN "main" MALIGNMARK "malignmark" MAP "map" MARK "mark" MARQUEE "marquee"
    MATH "math" MENU "menu" META "meta" METER "meter" MGLYPH "mglyph" MI "mi" MN "mn" MO "mo" MS "ms" MTEXT "mtext"
    NAV "nav" NOBR "nobr" NOEMBED "noembed" NOFRAMES "noframes" NOSCRIPT "noscript" OBJECT "object" OL "ol"
    OPTGROUP "optgroup" OPTION "option" OUTPUT "output" P "p" PARAM "param" PATH "path" PICTURE "picture"
    PLAINTEXT "plaintext" POLYGON "polygon" PRE "pre" PROGRESS "progress" Q "q" RB "rb" RECT "rect" RP "rp" RT "rt"
    RTC "rtc" RUBY "ruby" S "s" SAMP "samp" SCRIPT "script" SEARCH "search" SECTION "section" SELECT "select"
    SLOT "slot" SMALL "small" SOURCE "source" SPAN "span" STRIKE "strike" STRONG "strong" STYLE "style" SUB "sub"
    SUMMARY "summary" SUP "sup" SVG "svg" TABLE "table" TBODY "tbody" TD "td" TEMPLATE "template" TEXTAREA "textarea"
    TFOOT "tfoot" TH "th" THEAD "thead" TIME "time" TITLE "title" TR "tr" TRACK "track" TT "tt" U "u" UL "ul"
    USE "use" VAR "var" VIDEO "video" WBR "wbr" XMP "xmp"
}

/// Number of names that are known.
pub(super) const KNOWN: usize = LETTERS.len();

/// Sets of HTML names, as bits.
pub(super) mod set {
    /// Special elements (13.2.4.2).
    pub const SPECIAL: u32 = 1;
    /// Boundaries of "in scope", and what else bounds the scopes of list items and buttons.
    pub const SCOPE: u32 = 1 << 1;
    pub const LIST_SCOPE: u32 = 1 << 2;
    pub const BUTTON_SCOPE: u32 = 1 << 3;
    /// Boundaries of "in table scope", which are those that a table's context is cleared to.
    pub const TABLE_SCOPE: u32 = 1 << 4;
    /// Closed by implied end tags; thoroughly.
    pub const IMPLIED: u32 = 1 << 5;
    pub const IMPLIED_IN_TABLES: u32 = 1 << 6;
    /// Content inside these stands before the table.
    pub const FOSTERED: u32 = 1 << 7;
    pub const HEADING: u32 = 1 << 8;
    /// What the context of a table's body and row is cleared to.
    pub const BODY_CONTEXT: u32 = 1 << 9;
    pub const ROW_CONTEXT: u32 = 1 << 10;
    /// `td` and `th`.
    pub const CELL: u32 = 1 << 11;
    /// Special, but no boundary when an item of a list is closed.
    pub const PASSED_BY_ITEMS: u32 = 1 << 12;
    /// What belongs into the head, wherever it stands.
    pub const HEAD_CONTENT: u32 = 1 << 13;
    /// Blocks whose start tags close a paragraph and whose end tags close what is open in them.
    pub const BLOCK: u32 = 1 << 14;
    /// The parts of a table.
    pub const TABLE_PART: u32 = 1 << 15;
    /// Formatting (13.2.4.2).
    pub const FORMATTING: u32 = 1 << 16;
}

/// The sets that an HTML name is in.
const fn sets(name: Name) -> u32 {
    #[rustfmt::skip]
    const fn is_special(name: Name) -> bool {
        matches!(name, Name::ADDRESS | Name::APPLET | Name::AREA | Name::ARTICLE | Name::ASIDE | Name::BASE
            | Name::BASEFONT | Name::BGSOUND | Name::BLOCKQUOTE | Name::BODY | Name::BR | Name::BUTTON | Name::CAPTION
            | Name::CENTER | Name::COL | Name::COLGROUP | Name::DD | Name::DETAILS | Name::DIR | Name::DIV | Name::DL
            | Name::DT | Name::EMBED | Name::FIELDSET | Name::FIGCAPTION | Name::FIGURE | Name::FOOTER | Name::FORM
            | Name::FRAME | Name::FRAMESET | Name::H1 | Name::H2 | Name::H3 | Name::H4 | Name::H5 | Name::H6
            | Name::HEAD | Name::HEADER | Name::HGROUP | Name::HR | Name::HTML | Name::IFRAME | Name::IMG | Name::INPUT
            | Name::LI | Name::LINK | Name::LISTING | Name::MAIN | Name::MARQUEE | Name::MENU | Name::META | Name::NAV
            | Name::NOEMBED | Name::NOFRAMES | Name::NOSCRIPT | Name::OBJECT | Name::OL | Name::P | Name::PARAM
            | Name::PLAINTEXT | Name::PRE | Name::SCRIPT | Name::SECTION | Name::SELECT | Name::SOURCE | Name::STYLE
            | Name::SUMMARY | Name::TABLE | Name::TBODY | Name::TD | Name::TEMPLATE | Name::TEXTAREA | Name::TFOOT
            | Name::TH | Name::THEAD | Name::TITLE | Name::TR | Name::TRACK | Name::UL | Name::WBR | Name::XMP)
    }
    let mut sets = 0;
    if is_special(name) {
        sets |= set::SPECIAL;
    }
    if matches!(
        name,
        Name::APPLET
            | Name::CAPTION
            | Name::HTML
            | Name::TABLE
            | Name::TD
            | Name::TH
            | Name::MARQUEE
            | Name::OBJECT
            | Name::SELECT
            | Name::TEMPLATE
    ) {
        sets |= set::SCOPE | set::LIST_SCOPE | set::BUTTON_SCOPE;
    }
    #[rustfmt::skip]
    const fn is_block(name: Name) -> bool {
        matches!(name, Name::ADDRESS | Name::ARTICLE | Name::ASIDE | Name::BLOCKQUOTE | Name::CENTER | Name::DETAILS
            | Name::DIALOG | Name::DIR | Name::DIV | Name::DL | Name::FIELDSET | Name::FIGCAPTION | Name::FIGURE
            | Name::FOOTER | Name::HEADER | Name::HGROUP | Name::MAIN | Name::MENU | Name::NAV | Name::OL
            | Name::SEARCH | Name::SECTION | Name::SUMMARY | Name::UL)
    }
    if is_block(name) {
        sets |= set::BLOCK;
    }
    #[rustfmt::skip]
    const fn is_formatting(name: Name) -> bool {
        matches!(name, Name::A | Name::B | Name::BIG | Name::CODE | Name::EM | Name::FONT | Name::I | Name::NOBR
            | Name::S | Name::SMALL | Name::STRIKE | Name::STRONG | Name::TT | Name::U)
    }
    if is_formatting(name) {
        sets |= set::FORMATTING;
    }
    #[rustfmt::skip]
    const fn is_head_content(name: Name) -> bool {
        matches!(name, Name::BASE | Name::BASEFONT | Name::BGSOUND | Name::LINK | Name::META | Name::NOFRAMES
            | Name::SCRIPT | Name::STYLE | Name::TEMPLATE | Name::TITLE)
    }
    if is_head_content(name) {
        sets |= set::HEAD_CONTENT;
    }
    #[rustfmt::skip]
    const fn is_table_part(name: Name) -> bool {
        matches!(name, Name::CAPTION | Name::COL | Name::COLGROUP | Name::TBODY | Name::TD | Name::TFOOT | Name::TH
            | Name::THEAD | Name::TR)
    }
    if is_table_part(name) {
        sets |= set::TABLE_PART;
    }
    match name {
        Name::OL | Name::UL => sets |= set::LIST_SCOPE,
        Name::BUTTON => sets |= set::BUTTON_SCOPE,
        Name::HTML | Name::TEMPLATE => sets |= set::TABLE_SCOPE | set::BODY_CONTEXT | set::ROW_CONTEXT,
        Name::TABLE => sets |= set::TABLE_SCOPE | set::FOSTERED,
        Name::TBODY | Name::TFOOT | Name::THEAD => {
            sets |= set::BODY_CONTEXT | set::FOSTERED | set::IMPLIED_IN_TABLES;
        }
        Name::TR => sets |= set::ROW_CONTEXT | set::FOSTERED | set::IMPLIED_IN_TABLES,
        Name::TD | Name::TH => sets |= set::CELL | set::IMPLIED_IN_TABLES,
        Name::CAPTION | Name::COLGROUP => sets |= set::IMPLIED_IN_TABLES,
        Name::DD | Name::DT | Name::LI | Name::OPTION | Name::OPTGROUP => sets |= set::IMPLIED,
        Name::RB | Name::RP | Name::RT | Name::RTC => sets |= set::IMPLIED,
        Name::P => sets |= set::IMPLIED | set::PASSED_BY_ITEMS,
        Name::ADDRESS | Name::DIV => sets |= set::PASSED_BY_ITEMS,
        Name::H1 | Name::H2 | Name::H3 | Name::H4 | Name::H5 | Name::H6 => sets |= set::HEADING,
        _ => {}
    }
    sets
}

static SETS: [u32; KNOWN] = {
    let mut all = [0; KNOWN];
    let mut at = 0;
    while at < KNOWN {
        all[at] = sets(Name(at as u32));
        at += 1;
    }
    all
};

impl Name {
    /// Whether letters of its own would be found in a list of the page.
    pub(super) fn own(self) -> Option<usize> {
        (self.0 as usize).checked_sub(KNOWN)
    }

    /// The name of a page's own element of this number.
    pub(super) fn of_page(number: usize) -> Self {
        Self((KNOWN + number) as u32)
    }

    /// Its letters, if it is known.
    pub(super) fn letters(self) -> Option<&'static str> {
        LETTERS.get(self.0 as usize).copied()
    }

    /// Its number, below [`KNOWN`] if it is known.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// The name of a number.
    pub(super) fn of_number(number: u32) -> Self {
        Self(number)
    }

    /// The [sets](set) that it is in as a name of HTML.
    pub(super) fn sets(self) -> u32 {
        SETS.get(self.0 as usize).copied().unwrap_or_default()
    }

    /// Whether it is in one of these [sets](set) as a name of HTML.
    pub(super) fn is_in(self, sets: u32) -> bool {
        self.sets() & sets != 0
    }

    /// The known name of these letters, which may be upper case.
    pub(super) fn find(letters: &[u8]) -> Option<Self> {
        if letters.len() <= 8 {
            let key =
                letters.iter().fold(0, |key, &letter| key << 8 | u64::from(letter.to_ascii_lowercase()));
            return Self::of_key(key);
        }
        LONG.iter()
            .copied()
            .find(|name| name.letters().is_some_and(|known| known.as_bytes().eq_ignore_ascii_case(letters)))
    }

    /// The known name whose letters, eight at the most, make up this number.
    fn of_key(key: u64) -> Option<Self> {
        let mut slot = slot(key);
        loop {
            match SLOTS[slot] {
                (_, NO_NAME) => return None,
                (there, name) if there == key => return Some(Self(u32::from(name))),
                _ => slot = (slot + 1) % SLOTS.len(),
            }
        }
    }
}

/// Names of more than eight letters.
const LONG: [Name; 6] = [
    Name::BLOCKQUOTE,
    Name::FIGCAPTION,
    Name::PLAINTEXT,
    Name::FOREIGNOBJECT,
    Name::ANNOTATION_XML,
    Name::MALIGNMARK,
];

const NO_NAME: u16 = u16::MAX;

/// A table of the names of eight letters and less: their letters as a number, and the name. A third full.
static SLOTS: [(u64, u16); 512] = {
    let mut slots = [(0, NO_NAME); 512];
    let mut name = 0;
    while name < KNOWN {
        let letters = LETTERS[name].as_bytes();
        if letters.len() <= 8 {
            let (mut key, mut at) = (0, 0);
            while at < letters.len() {
                key = key << 8 | letters[at] as u64;
                at += 1;
            }
            let mut slot = slot(key);
            while slots[slot].1 != NO_NAME {
                slot = (slot + 1) % slots.len();
            }
            slots[slot] = (key, name as u16);
        }
        name += 1;
    }
    slots
};

/// Where a key is looked for first: multiplicative hashing by 2⁶⁴ divided by the golden ratio (Knuth, volume 3, 6.4).
const fn slot(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 55) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_name_is_found() {
        for (number, letters) in LETTERS.iter().enumerate() {
            let name = Name::find(letters.as_bytes());
            assert_eq!(name, Some(Name(number as u32)), "{letters}");
            assert_eq!(Name::find(letters.to_uppercase().as_bytes()), name);
            assert_eq!(name.unwrap().letters(), Some(*letters));
        }
        for unknown in ["", "x", "divv", "x-news", "blockquotes", "foreignobjects"] {
            assert_eq!(Name::find(unknown.as_bytes()), None);
        }
        assert_eq!(Name::of_page(3).own(), Some(3));
        assert_eq!(Name::A.own(), None);
    }
}
