//! Each limit met, and each met in little time whatever the text.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Refused, admit};
use crate::code::ErrorCode;
use crate::limits::Limits;

const STANDARD: Limits = Limits::standard();

/// No text within the length limit may take longer than this, on a machine as busy as a test's.
const PATIENCE: Duration = Duration::from_secs(2);

fn refused(text: &str) -> ErrorCode {
    let begin = Instant::now();
    let refused = admit(text, &STANDARD).expect_err("to be refused").code;
    assert!(begin.elapsed() < PATIENCE, "{refused:?} took {:?}", begin.elapsed());
    refused
}

fn code(text: &str) -> Option<ErrorCode> {
    admit(text, &STANDARD).err().map(|refused| refused.code)
}

#[test]
fn an_honest_document_must_pass() {
    let text = r#"query Page($first: Int, $with: Boolean!) {
        # A comment with { brackets [ and "quotes
        referrals(first: $first, state: SENT) { nodes { ...Row @include(if: $with) } pageInfo { endCursor } }
        organization(id: "a \" { quote") { name } b: organization(id: """block { """) { name }
    }
    fragment Row on Referral { id sender { organization { name } } }"#;
    assert_eq!(code(text), None);
}

#[test]
fn length_brackets_tokens_and_directives_must_be_limited_before_the_parser() {
    assert_eq!(refused(&format!("{{ a #{} \n}}", "x".repeat(STANDARD.length))), ErrorCode::LimitLength);
    assert_eq!(refused(&"{a".repeat(STANDARD.brackets + 1)), ErrorCode::LimitBrackets);
    for bracket in ["[", "{a:", "("] {
        let deep = format!("{{ a(x: {}", bracket.repeat(STANDARD.brackets + 1));
        assert_eq!(refused(&deep), ErrorCode::LimitBrackets, "{bracket}");
    }
    let literal = format!("query($x: Int = {}1{}) {{ a }}", "[".repeat(9_000), "]".repeat(9_000));
    assert_eq!(refused(&literal), ErrorCode::LimitBrackets);
    assert_eq!(refused(&format!("{{ {} }}", "a ".repeat(STANDARD.tokens))), ErrorCode::LimitTokens);
    assert_eq!(refused(&format!("{{ a(x: [{}]) }}", "1-".repeat(STANDARD.tokens))), ErrorCode::LimitTokens);
    assert_eq!(refused(&format!("{{ {} }}", "...F".repeat(STANDARD.tokens))), ErrorCode::LimitTokens);
    assert_eq!(refused(&format!("{{ a {} }}", "@x".repeat(STANDARD.directives + 1))), ErrorCode::LimitDirectives);
    let on_operation = format!("query {} {{ a }}", "@x ".repeat(STANDARD.directives + 1));
    assert_eq!(refused(&on_operation), ErrorCode::LimitDirectives);
    let on_inline = format!("{{ ... {} {{ a }} }}", "@x ".repeat(STANDARD.directives + 1));
    assert_eq!(refused(&on_inline), ErrorCode::LimitDirectives);
}

#[test]
fn nothing_must_hide_in_quotes() {
    let deep = "[".repeat(500);
    // A block string that does not end: the parser would read its first two quotes as an empty string.
    assert_eq!(refused(&format!("{{ a(x: [\"\"\" b\" {deep} ]) }}")), ErrorCode::SyntaxError);
    assert_eq!(refused(&format!("{{ a(x: \"no end {deep}\n) }}")), ErrorCode::SyntaxError);
    assert_eq!(refused(&format!("{{ a(x: \"\\\\\" y: {deep}) }}")), ErrorCode::LimitBrackets);
    assert_eq!(refused(&format!("{{ a(x: \"\"\"\\\"\"\" [[ \"\"\" y: {deep}) }}")), ErrorCode::LimitBrackets);
    assert_eq!(refused(&format!("{{ a # comment\r b(x: {deep}) }}")), ErrorCode::LimitBrackets);
    assert_eq!(code(&format!("{{ a(x: \"{deep}\") b(x: \"\"\"{deep}\"\"\") # {deep}\n }}")), None);
}

#[test]
fn aliases_fragments_and_root_fields_must_be_limited() {
    let mut aliases = String::new();
    (0..=STANDARD.aliases).for_each(|alias| write!(aliases, "a{alias}: id ").unwrap());
    assert_eq!(refused(&format!("{{ n {{ {aliases} }} }}")), ErrorCode::LimitAliases);
    let mut fragments = String::from("{ a }");
    (0..=STANDARD.fragments).for_each(|fragment| write!(fragments, " fragment F{fragment} on Q {{ a }}").unwrap());
    assert_eq!(refused(&fragments), ErrorCode::LimitFragments);
    assert_eq!(refused(&format!("{{ {} }}", "a ".repeat(STANDARD.root_fields + 1))), ErrorCode::LimitRootFields);
    let spread = format!("{{ {} }} fragment F on Q {{ a b c d e }}", "...F ".repeat(5));
    assert_eq!(refused(&spread), ErrorCode::LimitRootFields);
}

#[test]
fn depth_must_be_limited_with_fragments_expanded() {
    let nested = |depth: usize| format!("{}a{}", "{ a ".repeat(depth), "}".repeat(depth));
    assert_eq!(code(&nested(STANDARD.depth - 1)), None);
    assert_eq!(refused(&nested(STANDARD.depth + 1)), ErrorCode::LimitDepth);
    let mut chain = String::from("{ ...F0 }");
    (0..40).for_each(|place| write!(chain, " fragment F{place} on Q {{ a {{ ...F{} }} }}", place + 1).unwrap());
    chain.push_str(" fragment F40 on Q { a }");
    assert_eq!(refused(&chain), ErrorCode::LimitDepth);
    let inline = format!("{{ {} a {} }}", "... { ".repeat(STANDARD.depth + 1), "}".repeat(STANDARD.depth + 1));
    assert_eq!(refused(&inline), ErrorCode::LimitDepth);
}

#[test]
fn a_fragment_must_be_weighed_once_however_often_it_is_spread() {
    for spreads in [2, 3] {
        let mut bomb = String::from("{ n { ...F0 } }");
        for place in 0..15 {
            let next = format!("...F{} ", place + 1);
            write!(bomb, " fragment F{place} on Q {{ {} }}", next.repeat(spreads)).unwrap();
        }
        bomb.push_str(" fragment F15 on Q { a }");
        assert_eq!(refused(&bomb), ErrorCode::LimitCost);
    }
    // One that no operation spreads is walked by validation all the same.
    let mut unused = String::from("{ a }");
    for place in 0..15 {
        write!(unused, " fragment F{place} on Q {{ ...F{0} ...F{0} }}", place + 1).unwrap();
    }
    unused.push_str(" fragment F15 on Q { a }");
    assert_eq!(refused(&unused), ErrorCode::LimitCost);
}

#[test]
fn selections_must_be_limited_however_little_they_cost() {
    let most = usize::try_from(STANDARD.selections).unwrap();
    // The field that holds them is one of them.
    assert_eq!(code(&format!("{{ n {{ {} }} }}", "a ".repeat(most - 1))), None);
    assert_eq!(refused(&format!("{{ n {{ {} }} }}", "a ".repeat(most))), ErrorCode::LimitCost);
}

#[test]
fn a_cycle_must_weigh_infinitely_much() {
    assert_eq!(refused("{ ...F } fragment F on Q { a ...F }"), ErrorCode::LimitCost);
    assert_eq!(refused("{ ...F } fragment F on Q { ...G } fragment G on Q { a ...F }"), ErrorCode::LimitCost);
    assert_eq!(refused("{ a } fragment F on Q { a ...F }"), ErrorCode::LimitCost);
}

#[test]
fn a_list_must_cost_as_often_as_its_literal_says() {
    assert_eq!(code("{ a(first: 100) { b(first: 100) { c } } }"), None);
    assert_eq!(refused("{ a(first: 100) { b(first: 100) { c d e } } }"), ErrorCode::LimitCost);
    // A page that is too long is refused as such when arguments are read; here it counts as the longest.
    assert_eq!(code("{ a(first: 999999999999) { b } }"), None);
    assert_eq!(refused("{ a(first: 999999999999) { b(first: 999999999999) { c d e } } }"), ErrorCode::LimitCost);
    assert_eq!(code("{ a(first: -5) { b } }"), None);
}

#[test]
fn a_syntax_error_must_say_where_and_nothing_else() {
    let Refused { code, place } = admit("{\n  referrals { secret\u{1} } }", &STANDARD).expect_err("a fault");
    assert_eq!((code, place), (ErrorCode::SyntaxError, Some((2, 21))));
    let Refused { code, place } = admit("{\n é \"open", &STANDARD).expect_err("a fault");
    assert_eq!(code, ErrorCode::SyntaxError);
    assert_eq!(place.map(|(line, _)| line), Some(2));
    for text in
        ["", "   ", "{", "}", "{}", "query", "fragment F on Q { a }", "{ a } { b }", "query A { a } query A { b }"]
    {
        assert_eq!(self::code(text), Some(ErrorCode::SyntaxError), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_must_be_answered_in_time(text in "[\\[\\]{}(){}\"\\\\#.@!$:=a-z0-9\\- \\n\\r,]{0,400}") {
        let begin = Instant::now();
        let _either = admit(&text, &STANDARD);
        prop_assert!(begin.elapsed() < PATIENCE);
    }

    #[test]
    fn any_bytes_must_be_answered(text in "\\PC{0,200}") {
        let _either = admit(&text, &STANDARD);
    }

    /// What the scanner takes for the end of a string is what the parser takes for it.
    #[test]
    fn strings_must_end_where_the_parser_says(inside in "[a\"\\\\\\[\\]\\n#]{0,12}") {
        let deep = "[".repeat(STANDARD.brackets + 1);
        for text in [format!("{{ a(x: \"{inside}\") b(x: {deep}"), format!("{{ a(x: \"\"\"{inside}\"\"\") b(x: {deep}")] {
            let refused = admit(&text, &STANDARD).expect_err("broken or too deep").code;
            prop_assert!(matches!(refused, ErrorCode::LimitBrackets | ErrorCode::SyntaxError));
        }
    }
}
