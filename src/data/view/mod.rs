//! Looking at a data set: its first rows, its columns in numbers, its classes, what is missing.

mod counts;
mod describe;
mod head;
mod missing;
