//! A table: what stands in it, and where.

/// A table; its first column names the rows.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What it shows, for those who cannot see it.
    pub caption: String,
    /// Heads of the columns.
    pub heads: Vec<Head>,
    pub rows: Vec<Row>,
    /// A remark under it; may be empty.
    pub note: String,
}

/// The head of a column.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub text: String,
    /// Whether the column has words, not numbers.
    pub words: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    pub name: String,
    /// Small print beside the name; may be empty.
    pub note: String,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Default)]
pub struct Cell {
    pub text: String,
    /// Classes of the style sheet; may be empty.
    pub class: String,
    /// A bar instead of a text: its length in per cent.
    pub bar: Option<String>,
}

impl Table {
    /// A table without rows.
    pub fn new<T: Into<Head>>(caption: impl Into<String>, heads: impl IntoIterator<Item = T>) -> Self {
        let heads = heads.into_iter().map(Into::into).collect();
        Self { caption: caption.into(), heads, ..Self::default() }
    }

    /// One row more.
    pub fn row<T: Into<Cell>>(&mut self, name: impl Into<String>, cells: impl IntoIterator<Item = T>) {
        let cells = cells.into_iter().map(Into::into).collect();
        self.rows.push(Row { name: name.into(), note: String::new(), cells });
    }
}

impl Head {
    /// The head of a column of words.
    pub fn words(text: &str) -> Self {
        Self { text: text.to_owned(), words: true }
    }
}

impl<T: Into<String>> From<T> for Head {
    fn from(text: T) -> Self {
        Self { text: text.into(), words: false }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Cell {
    /// A cell of words, not numbers.
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), class: "words".to_owned(), bar: None }
    }

    /// A bar of this share of the longest.
    pub fn bar(share: f64) -> Self {
        let percent = format!("{:.1}", share.clamp(0.0, 1.0) * 100.0);
        Self { bar: Some(percent), class: "bars".to_owned(), ..Self::default() }
    }
}
