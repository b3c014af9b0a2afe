//! `data/` from outside: against scikit-learn and pandas, and on data that proptest makes up.

mod bad_input;
mod causes;
mod goldens;
mod properties;
