//! A table as a page that is committed and reviewed, and what is wrong with a table.

use std::fmt::Write;

use sangam_vocabulary::Code;

use crate::flow::{Flow, Party, is_final};

/// The table as Markdown: one line a legal step, and what it asks for. Two tables are the same if their pages are.
#[must_use]
pub fn grid<F: Flow>() -> String {
    let mut out = format!("# {}\n\nEvery legal step; what has no line here is illegal.\n\n", F::NAME);
    out.push_str("| state | event | who | what must be there | reason | next |\n|-|-|-|-|-|-|\n");
    let mut ordered: Vec<_> = F::STEPS.iter().collect();
    let place = |state: &F::State| F::State::ALL.iter().position(|known| known == state);
    ordered.sort_by_key(|step| place(&step.from));
    for step in ordered {
        let needs: Vec<_> = step.needs.iter().map(|need| need.code()).collect();
        let reasons: Vec<_> = step.reasons.iter().map(|reason| reason.code()).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            step.from.code(),
            step.event.code(),
            step.by.word(),
            needs.join(", "),
            reasons.join(", "),
            step.to.code(),
        );
    }
    out.push_str("\n| state | meaning | category | where that does not show | clock | ends |\n|-|-|-|-|-|-|\n");
    for state in F::State::ALL {
        let category = F::category(*state).map_or("none", Code::code);
        let cover = F::category(*state).map_or("", |_| F::cover(*state).code());
        let clock = F::clock(*state).map_or("", Code::code);
        let ends = if is_final::<F>(*state) { "yes" } else { "" };
        let _ = writeln!(out, "| {} | {} | {category} | {cover} | {clock} | {ends} |", state.code(), state.sentence());
    }
    let used: Vec<_> =
        F::Need::ALL.iter().filter(|need| F::STEPS.iter().any(|step| step.needs.contains(need))).collect();
    if !used.is_empty() {
        out.push_str("\n| what must be there | meaning |\n|-|-|\n");
        for need in used {
            let _ = writeln!(out, "| {} | {} |", need.code(), need.sentence());
        }
    }
    let _ = writeln!(out, "\n{} steps of {} cells.", F::STEPS.len(), cells::<F>());
    out
}

/// How many cells the table has: states, events and parties, legal or not.
#[must_use]
pub fn cells<F: Flow>() -> usize {
    F::State::ALL.len() * F::Event::ALL.len() * parties::<F>().len()
}

/// Everybody who takes a step in it.
#[must_use]
pub fn parties<F: Flow>() -> Vec<F::By> {
    let mut parties = Vec::new();
    for step in F::STEPS {
        if !parties.contains(&step.by) {
            parties.push(step.by);
        }
    }
    parties
}

/// What is wrong with a table, a sentence each: nothing, of one that may be used. `ends` are the states that are meant
/// to lead nowhere.
#[must_use]
pub fn faults<F: Flow>(ends: &[F::State]) -> Vec<String> {
    let mut out = Vec::new();
    for (number, step) in F::STEPS.iter().enumerate() {
        let same =
            |other: &&crate::flow::Step<F>| other.from == step.from && other.event == step.event && other.by == step.by;
        if F::STEPS.iter().take(number).any(|other| same(&other)) {
            out.push(format!("{} {} {} stands twice", step.from.code(), step.event.code(), step.by.word()));
        }
        if !step.by.can_be(F::NOUN) {
            out.push(format!("nobody can be {}", step.by.word()));
        }
    }
    let mut reached = F::STARTS.to_vec();
    loop {
        let more = F::STEPS.iter().find(|step| reached.contains(&step.from) && !reached.contains(&step.to));
        match more {
            Some(step) => reached.push(step.to),
            None => break,
        }
    }
    for state in F::State::ALL {
        let code = state.code();
        if !reached.contains(state) {
            out.push(format!("{code} is never reached"));
        }
        match (is_final::<F>(*state), ends.contains(state)) {
            (true, false) => out.push(format!("{code} is a dead end")),
            (false, true) => out.push(format!("{code} is meant to be an end and leads on")),
            _ => {}
        }
        let cover = F::cover(*state);
        if F::category(*state).is_none() && cover != *state {
            out.push(format!("{code} has no category and is covered"));
        }
        if F::category(cover).is_some() {
            out.push(format!("{code} is covered by a word that itself does not show"));
        }
    }
    for event in F::Event::ALL {
        if !F::STEPS.iter().any(|step| step.event == *event) {
            out.push(format!("{} never happens", event.code()));
        }
    }
    out
}
