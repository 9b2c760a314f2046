//! Documents nested so deep that something recurses to its end.

use crate::server::{Harm, try_attack};

fn nested(open: &str, inside: &str, close: &str, levels: usize) -> String {
    format!("{}{inside}{}", open.repeat(levels), close.repeat(levels))
}

#[tokio::test]
async fn a_deep_list_in_an_argument_meets_the_limit_of_brackets() {
    // From some 6,250 levels on the parser gives up by itself, unless the stack ends before that.
    for levels in [2_000, 4_000, 6_000] {
        let query = format!("{{ organizations(first: {}) {{ __typename }} }}", nested("[", "1", "]", levels));
        try_attack(|server| server.ask(&query), Harm::Dies, 400, "LIMIT_BRACKETS").await;
    }
}

#[tokio::test]
async fn a_deep_object_in_an_argument_meets_the_limit_of_brackets() {
    for levels in [2_000, 4_000] {
        let query = format!("{{ organizations(first: {}) {{ __typename }} }}", nested("{a:", "1", "}", levels));
        try_attack(|server| server.ask(&query), Harm::Dies, 400, "LIMIT_BRACKETS").await;
    }
}

#[tokio::test]
async fn a_deep_list_in_a_directive_meets_the_limit_of_brackets() {
    let query = format!("{{ __typename @include(if: {}) }}", nested("[", "true", "]", 3_000));
    try_attack(|server| server.ask(&query), Harm::Dies, 400, "LIMIT_BRACKETS").await;
}

#[tokio::test]
async fn a_deep_list_as_a_variables_default_meets_the_limit_of_brackets() {
    let query = format!("query ($v: Int = {}) {{ __typename }}", nested("[", "1", "]", 3_000));
    try_attack(|server| server.ask(&query), Harm::Dies, 400, "LIMIT_BRACKETS").await;
}

#[tokio::test]
async fn a_deep_list_between_strings_and_comments_meets_the_limit_of_brackets() {
    // Brackets in strings and comments do not count, and do not hide those that do.
    let hidden = "\"]\"#]\n";
    let query =
        format!("{{ organizations(first: {}) {{ __typename }} }}", nested(&format!("[{hidden}"), "1", "]", 3_000));
    try_attack(|server| server.ask(&query), Harm::Dies, 400, "LIMIT_BRACKETS").await;
}

#[tokio::test]
async fn a_deep_selection_meets_the_limit_of_depth() {
    let query = nested("{itself", "{__typename}", "}", 28);
    let obeyed = Harm::Obeys(|answer| answer["data"]["itself"]["itself"]["itself"].is_object());
    try_attack(|server| server.ask(&query), obeyed, 400, "LIMIT_DEPTH").await;
}
