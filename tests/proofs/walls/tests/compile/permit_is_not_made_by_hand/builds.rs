//! A permit comes out of the book and from nowhere else.
use sangam_custody::{Answer, NotReleased, Permit, ReceiptBook};
use sangam_vocabulary::{Chance, Clock};

async fn permit(answer: Answer<'_>, book: &dyn ReceiptBook, chance: &dyn Chance, clock: &dyn Clock) -> Result<Permit, NotReleased> {
    answer.receipt(book, chance, clock).await
}

fn main() {}
