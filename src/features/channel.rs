//! Channels: the families of features.

/// A family of features with its own namespace and its own sum of log-odds.
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
    /// The same for inline elements inside the unit.
    Inline = 7,
}

impl Channel {
    /// All channels, in the order in which they are stored.
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
    /// The channels of a text without markup. They come first in [`Channel::ALL`].
    pub const TEXT: [Self; 5] = [Self::Words, Self::Pairs, Self::Edges, Self::Shape, Self::Place];

    /// Name used in files and explanations.
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

    /// Returns the channel with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }

    /// Whether the channel's features are made of tokens: words, pairs and edges.
    pub const fn is_of_tokens(self) -> bool {
        (self as u8) < Self::Shape as u8
    }
}
