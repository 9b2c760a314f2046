//! What the targets share.

/// Gives bytes to the parser of a wire, by its name in [`sangam_wire::fuzz::PARSERS`].
///
/// # Panics
/// Where there is no parser of that name.
pub fn wire(name: &str, bytes: &[u8]) {
    let parser = sangam_wire::fuzz::PARSERS.iter().find(|(known, _)| *known == name).map(|(_, parser)| parser);
    parser.expect("a parser of this name")(bytes);
}
