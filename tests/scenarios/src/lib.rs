//! The hub from outside, in the words of the domain: each scenario starts the real binary and speaks to it as
//! partners' systems do.
