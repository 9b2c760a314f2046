//! Names of the region compared as a case worker would who hears both: three hundred pairs with what is expected,
//! and what always holds. `before_the_code.tsv` was written before the code and is never edited.
#![cfg(test)]

mod names {
    mod always;
    mod hostile;
    mod pairs;
    mod read;
}
