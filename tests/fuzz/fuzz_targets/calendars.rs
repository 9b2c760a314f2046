#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| assert!(sangam_country::calendar::fuzz(bytes)));
