//! An ask is answered in every part; nothing fills in for what was not said.
use sangam_custody::Ask;
use sangam_vocabulary::Category;

fn of<'a>(category: Category, ask: Ask<'a>) -> Ask<'a> {
    let asked = ask.clone();
    Ask { category, ..Default::default() }
}

fn main() {}
