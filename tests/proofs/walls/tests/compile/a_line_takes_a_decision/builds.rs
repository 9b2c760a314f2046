//! A line of an answer comes from a decision: nobody lists what is released.
use sangam_custody::{Decision, Line, SubjectKey};
use sangam_vocabulary::{CategorySet, RecordId, Relation};

fn line<'k>(key: &'k SubjectKey, record: RecordId, relation: Relation, decision: &Decision) -> (Line<'k>, CategorySet) {
    let all = CategorySet::all();
    (Line::new(key, record, relation, decision), all)
}

fn main() {}
