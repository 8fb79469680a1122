//! Token counts to log-odds per channel: multinomial naive Bayes.
//!
//! | file | what it does |
//! |---|---|
//! | [`fit`] | class sums to log-probabilities, by linfa-bayes |
//! | [`smoothing`] | a class's curve from count to log-probability |
//! | [`index`] | a feature's key to its row |
//! | [`weights`] | the flat table of log-ratios used for scoring |
//! | [`evidence`] | the sums of a document's units |
//! | [`markup`] | the same for the blocks of a page, with their markup |
//! | [`calibrate`] | margins to probabilities |

pub mod calibrate;
pub mod evidence;
#[cfg(feature = "train")]
pub mod fit;
pub mod index;
#[cfg(feature = "html")]
pub mod markup;
pub mod smoothing;
pub mod weights;
