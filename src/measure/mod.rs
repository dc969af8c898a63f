//! Which channel brought whom, at what cost. No database: `service` hands in the facts, pages and files show the result.

mod attribution;
mod channels;
mod compare;
mod figure;
mod interval;
mod percent;
mod verdict;

pub use attribution::{Agreement, RegistrationFact};
pub use compare::{Comparison, NoRate, OutletFact, Rate, Row, compare};
pub use figure::{IntervalFigure, Scale};
pub use interval::{Interval, difference, wilson};
pub use percent::{percent, percent_range, whole_percent};
pub use verdict::{Part, Sentence};
