//! A household as a letter addresses it.
