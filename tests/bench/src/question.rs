//! What is asked of both servers: the document for the hub, the path for the floor.

/// The twelve fields and both organizations of a row.
const ROW: &str = "id state urgency sentAt changedAt version services { services } \
    sender { country role organization { id name } } recipient { id name country } \
    subject { id demographics { ageBand sex } }";
/// The same without what shows the sender by name: only light categories are wanted.
const LIGHT: &str = "id state urgency sentAt changedAt version services { services } \
    sender { country role } recipient { id name country } subject { id demographics { ageBand sex } }";

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// The shelter that sent every referral and owns every subject.
    Owner,
    /// The organization that received a part of them.
    Recipient,
}

/// One question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// Who asks.
    pub(crate) asker: Asker,
    /// Whether one referral by id, and not a page.
    pub(crate) by_id: bool,
    /// Whether the sender's organization is selected, which is the subject's current location.
    pub(crate) named: bool,
}

/// Every question, the main one first.
pub(crate) const QUESTIONS: [Question; 5] = [
    Question { name: "owner-page", asker: Asker::Owner, by_id: false, named: true },
    Question { name: "owner-page-light", asker: Asker::Owner, by_id: false, named: false },
    Question { name: "recipient-page-masked", asker: Asker::Recipient, by_id: false, named: true },
    Question { name: "owner-by-id", asker: Asker::Owner, by_id: true, named: true },
    Question { name: "recipient-by-id", asker: Asker::Recipient, by_id: true, named: true },
];

impl Question {
    /// The document and its variables as a request's body.
    pub(crate) fn body(&self, id: &str) -> String {
        let row = if self.named { ROW } else { LIGHT };
        let (query, variables) = if self.by_id {
            (format!("query One($id: ID!) {{ referral(id: $id) {{ {row} }} }}"), serde_json::json!({ "id": id }))
        } else {
            let query = format!(
                "query Page($first: Int) {{ referrals(first: $first) {{ nodes {{ {row} }} pageInfo {{ hasNextPage }} }} }}"
            );
            (query, serde_json::json!({ "first": 50 }))
        };
        serde_json::json!({ "query": query, "variables": variables }).to_string()
    }

    /// The floor's path for the same.
    pub(crate) fn path(&self) -> &'static str {
        match (self.asker, self.by_id, self.named) {
            (Asker::Owner, false, true) => "/owner",
            (Asker::Owner, false, false) => "/owner-light",
            (Asker::Recipient, false, _) => "/recipient",
            (Asker::Owner, true, _) => "/owner-one",
            (Asker::Recipient, true, _) => "/recipient-one",
        }
    }
}
