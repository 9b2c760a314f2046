//! Walks a root field's page.

use super::{Walked, Walker, leaf};
use crate::fault::Step;
use crate::plan::{Connection, ConnectionPart, EdgePart, Key, PagePart, Selection};
use crate::port::{Page, Row};

impl<'w> Walker<'_, 'w> {
    /// Writes the first row, or null where there is none.
    pub(crate) fn one(&mut self, selection: &'w Selection, page: &'w Page, nullable: bool) -> Walked {
        match page.rows.first() {
            Some(row) => self.object(selection, row),
            None => self.nothing(nullable),
        }
    }

    /// Writes every row.
    pub(crate) fn rows(&mut self, selection: &'w Selection, page: &'w Page) -> Walked {
        self.under(selection, &page.rows)
    }

    /// Writes rows, each as an object.
    pub(super) fn under(&mut self, selection: &'w Selection, rows: &'w [Row]) -> Walked {
        self.each(rows, |walker, row| walker.object(selection, row))
    }

    fn each(&mut self, rows: &'w [Row], walk: impl Fn(&mut Self, &'w Row) -> Walked) -> Walked {
        self.out.push(b'[');
        for (place, row) in rows.iter().enumerate() {
            self.separate(place);
            self.step(Step::Index(place), false, |walker| walk(walker, row))?;
        }
        self.close(b']')
    }

    fn parts<P>(&mut self, parts: &'w [(Key, P)], walk: impl Fn(&mut Self, &'w P) -> Walked) -> Walked {
        self.out.push(b'{');
        for (place, (key, part)) in parts.iter().enumerate() {
            self.write(key.bytes(place));
            self.step(Step::Key(&key.name), false, |walker| walk(walker, part))?;
        }
        self.close(b'}')
    }

    fn written(&mut self, bytes: &[u8]) -> Walked {
        self.write(bytes);
        Ok(())
    }

    /// Writes a connection.
    pub(crate) fn connection(&mut self, connection: &'w Connection, page: &'w Page) -> Walked {
        self.parts(&connection.parts, |walker, part| match part {
            ConnectionPart::Typename(name) => walker.written(name),
            ConnectionPart::Nodes(selection) => walker.rows(selection, page),
            ConnectionPart::Edges(parts) => walker.each(&page.rows, |walker, row| walker.edge(parts, row)),
            ConnectionPart::PageInfo(parts) => walker.page_info(parts, page),
        })
    }

    fn edge(&mut self, parts: &'w [(Key, EdgePart)], row: &'w Row) -> Walked {
        self.parts(parts, |walker, part| match part {
            EdgePart::Typename(name) => walker.written(name),
            EdgePart::Cursor => walker.cursor(Some(row), false),
            EdgePart::Node(selection) => walker.object(selection, row),
        })
    }

    fn page_info(&mut self, parts: &'w [(Key, PagePart)], page: &'w Page) -> Walked {
        self.parts(parts, |walker, part| match part {
            PagePart::Typename(name) => walker.written(name),
            PagePart::HasNext => walker.written(if page.has_next { b"true" } else { b"false" }),
            PagePart::HasPrevious => walker.written(if page.has_previous { b"true" } else { b"false" }),
            PagePart::Start => walker.cursor(page.rows.first(), true),
            PagePart::End => walker.cursor(page.rows.last(), true),
        })
    }

    fn cursor(&mut self, row: Option<&Row>, nullable: bool) -> Walked {
        match row {
            // An empty cursor is one the port did not make.
            Some(row) if row.cursor.is_empty() => Err(self.broken()),
            Some(row) => {
                leaf::text(self.out, &row.cursor);
                Ok(())
            }
            None => self.nothing(nullable),
        }
    }
}
