//! The layers below [`Cleaner`](crate::Cleaner): stages, models and training, for the program, its tests and
//! experiments. Anything here may change in any release.

/// Naive Bayes: token counts to log-odds.
pub mod bayes {
    pub use crate::bayes::*;
}
/// Context: the log-odds of a document to one margin per unit.
pub mod context {
    pub use crate::context::*;
}
/// The document that all stages share.
pub mod document {
    pub use crate::document::*;
}
#[cfg(feature = "train")]
/// Evaluation on labelled documents.
pub mod evaluate {
    pub use crate::evaluate::*;
}
/// What pushed each unit towards its verdict.
pub mod explain {
    pub use crate::explain::*;
}
/// Units to features.
pub mod features {
    pub use crate::features::*;
}
#[cfg(feature = "train")]
/// Assignment of sites to folds.
pub mod folds {
    pub use crate::folds::*;
}
/// The order of the stages.
pub mod judge {
    pub use crate::judge::*;
}
/// Model files.
pub mod model {
    pub use crate::model::*;
}
/// Bytes to documents.
pub mod read {
    pub use crate::read::*;
}
#[cfg(feature = "report")]
/// HTML reports: evaluations, explained pages and runs.
pub mod report {
    pub use crate::report::*;
}
/// Repetition of paragraphs on a site.
pub mod site {
    pub use crate::site::*;
}
/// Documents to units.
pub mod split {
    pub use crate::split::*;
}
#[cfg(feature = "train")]
/// Training.
pub mod train {
    pub use crate::train::*;
}
/// Probabilities to verdicts.
pub mod verdict {
    pub use crate::verdict::*;
}
/// Verdicts to cleaned documents.
pub mod write {
    pub use crate::write::*;
}
