//! The families of features.

/// One family of features, with its own namespace and its own summed log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Channel {
    /// Single tokens.
    Words = 0,
    /// Two tokens in a row.
    Pairs = 1,
    /// The first and last token and pair of the unit.
    Edges = 2,
    /// Length, case, digits, signs.
    Shape = 3,
    /// Position in the document.
    Place = 4,
    /// Links, length, role, images, and where on the page the text was found.
    Form = 5,
    /// Names of the elements around the unit, with their classes, ids and roles.
    Markup = 6,
    /// The same of inline elements inside it.
    Inline = 7,
}

impl Channel {
    /// Every channel, in the order in which they are stored.
    pub const ALL: [Self; 8] = [
        Self::Words,
        Self::Pairs,
        Self::Edges,
        Self::Shape,
        Self::Place,
        Self::Form,
        Self::Markup,
        Self::Inline,
    ];
    /// The channels of a text without markup: the first ones.
    pub const TEXT: [Self; 5] = [Self::Words, Self::Pairs, Self::Edges, Self::Shape, Self::Place];

    /// Name, as in files and explanations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Pairs => "pairs",
            Self::Edges => "edges",
            Self::Shape => "shape",
            Self::Place => "place",
            Self::Form => "form",
            Self::Markup => "markup",
            Self::Inline => "inline",
        }
    }

    /// The channel of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }

    /// Whether it is made of the tokens of the text: words, pairs and edges.
    pub const fn is_of_tokens(self) -> bool {
        (self as u8) < Self::Shape as u8
    }
}
