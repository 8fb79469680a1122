//! Everything below [`Cleaner`](crate::Cleaner): the stages, models and training, for the program, its tests and
//! experiments. It may change in any release.

/// See the module's own page.
pub mod bayes {
    pub use crate::bayes::*;
}
/// See the module's own page.
pub mod context {
    pub use crate::context::*;
}
/// See the module's own page.
pub mod document {
    pub use crate::document::*;
}
/// See the module's own page.
pub mod error {
    pub use crate::error::*;
}
#[cfg(feature = "train")]
/// See the module's own page.
pub mod evaluate {
    pub use crate::evaluate::*;
}
/// See the module's own page.
pub mod explain {
    pub use crate::explain::*;
}
/// See the module's own page.
pub mod features {
    pub use crate::features::*;
}
#[cfg(feature = "train")]
/// See the module's own page.
pub mod folds {
    pub use crate::folds::*;
}
/// See the module's own page.
pub mod judge {
    pub use crate::judge::*;
}
/// See the module's own page.
pub mod model {
    pub use crate::model::*;
}
/// See the module's own page.
pub mod read {
    pub use crate::read::*;
}
#[cfg(feature = "report")]
/// See the module's own page.
pub mod report {
    pub use crate::report::*;
}
/// See the module's own page.
pub mod site {
    pub use crate::site::*;
}
/// See the module's own page.
pub mod split {
    pub use crate::split::*;
}
#[cfg(feature = "train")]
/// See the module's own page.
pub mod train {
    pub use crate::train::*;
}
/// See the module's own page.
pub mod verdict {
    pub use crate::verdict::*;
}
/// See the module's own page.
pub mod write {
    pub use crate::write::*;
}
