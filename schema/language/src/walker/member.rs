//! Walks a released payload.

use sangam_vocabulary::Instant;

use super::{Walked, Walker, json};
use crate::fault::Step;
use crate::plan::{Form, Leaf, Selected, Selection, Take};

impl<'w> Walker<'_, 'w> {
    /// Writes what is selected of a payload.
    pub(super) fn payload(&mut self, selection: &'w Selection, text: &'w [u8]) -> Walked {
        if std::str::from_utf8(text).is_err() {
            return Err(self.broken());
        }
        self.payload_object(selection, text)
    }

    fn payload_object(&mut self, selection: &'w Selection, text: &'w [u8]) -> Walked {
        let begin = self.members.len();
        if self.read_members(text).is_none() {
            return Err(self.broken());
        }
        let end = self.members.len();
        self.out.push(b'{');
        for (place, selected) in selection.fields.iter().enumerate() {
            self.write(selected.key.bytes(place));
            self.step(Step::Key(&selected.key.name), selected.nullable, |walker| walker.member(selected, begin, end))?;
        }
        self.members.truncate(begin);
        self.close(b'}')
    }

    /// Remembers the members of an object; `None` when the text is no object.
    fn read_members(&mut self, text: &'w [u8]) -> Option<()> {
        let mut members = json::object(text)?;
        while let Some(member) = members.member()? {
            self.members.push(member);
        }
        Some(())
    }

    fn member(&mut self, selected: &'w Selected, begin: usize, end: usize) -> Walked {
        match &selected.take {
            Take::Typename(name) => {
                self.write(name);
                Ok(())
            }
            Take::Member(member, form) => {
                let members = self.members.get(begin..end).unwrap_or_default();
                let found = members.iter().find(|(name, _)| *name == &**member).map(|(_, value)| *value);
                match found {
                    None | Some(b"null") => self.nothing(selected.nullable),
                    Some(value) => self.value(form, value),
                }
            }
            _ => Err(self.broken()),
        }
    }

    fn value(&mut self, form: &'w Form, value: &'w [u8]) -> Walked {
        match form {
            Form::Leaf(leaf) if fits(leaf, value) => {
                self.write(value);
                Ok(())
            }
            Form::Leaf(_) => Err(self.broken()),
            Form::Object(selection) => self.payload_object(selection, value),
            Form::List { item, nullable } => {
                let Some(mut elements) = json::array(value) else { return Err(self.broken()) };
                self.out.push(b'[');
                let mut place = 0;
                while let Some(element) = elements.element().ok_or_else(|| self.broken())? {
                    self.separate(place);
                    self.step(Step::Index(place), *nullable, |walker| match element {
                        b"null" => walker.nothing(*nullable),
                        element => walker.value(item, element),
                    })?;
                    place += 1;
                }
                self.close(b']')
            }
        }
    }
}

/// Whether a value's text is of the type it is to be written as.
fn fits(leaf: &Leaf, value: &[u8]) -> bool {
    let text = || std::str::from_utf8(value).ok();
    match leaf {
        Leaf::Text => value.first() == Some(&b'"'),
        Leaf::Boolean => matches!(value, b"true" | b"false"),
        Leaf::Int => text().is_some_and(|text| text.parse::<i32>().is_ok() && !text.starts_with('+')),
        Leaf::DateTime => json::plain_string(value)
            .and_then(|text| std::str::from_utf8(text).ok())
            .is_some_and(|text| Instant::read(text).is_some()),
        Leaf::Code(codes) => codes.has_quoted(value),
    }
}
