//! Texts as places in the page, so that they are not copied.

/// A stretch of the page's text, or of the texts that differ from it (references decoded, line ends mended).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stretch {
    /// First byte; [`COPIED`] is added for the latter.
    pub(super) start: u32,
    pub(super) length: u32,
}

/// Marks a stretch of copied text.
pub(super) const COPIED: u32 = 1 << 31;

/// A text with the place in the page where it comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) text: Stretch,
    /// First byte in the page, and the one behind the last.
    pub(super) from: u32,
    pub(super) to: u32,
}
