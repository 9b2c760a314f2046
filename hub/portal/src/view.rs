//! What the operations answer, as the pages read it. Codes stay the schema's codes: a page names them through
//! [`Reader`](crate::reader::Reader), and passes one that it does not know through.

use sangam_vocabulary::{Country, Instant, Role, Seat};
use serde::{Deserialize, Deserializer};

/// An instant as the API writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At(pub(crate) Instant);

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Instant::read(&text).map(At).ok_or_else(|| serde::de::Error::custom("not an instant"))
    }
}

/// A page of rows.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rows<T> {
    pub(crate) page_info: PageInfo,
    pub(crate) nodes: Vec<T>,
}

/// How a page goes on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageInfo {
    pub(crate) has_next_page: bool,
    pub(crate) end_cursor: Option<String>,
}

/// A list without pages.
#[derive(Deserialize)]
pub(crate) struct Nodes<T> {
    pub(crate) nodes: Vec<T>,
}

/// Something that waits.
#[derive(Deserialize)]
pub(crate) struct Notice {
    pub(crate) kind: String,
    pub(crate) latest: At,
}

/// An organization of the directory.
#[derive(Deserialize)]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) country: Country,
    pub(crate) role: Role,
}

/// An organization by id and name.
#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// The holder of a case.
#[derive(Deserialize)]
pub(crate) struct CaseDesk {
    pub(crate) country: Country,
    pub(crate) role: Role,
    pub(crate) organization: Option<Named>,
}

/// A part of a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    pub(crate) state: String,
    pub(crate) since: At,
    pub(crate) missing: Vec<String>,
    #[serde(default)]
    pub(crate) can_do: Vec<String>,
    #[serde(default, alias = "orderedAt", alias = "investigatedAt", alias = "assessedAt")]
    pub(crate) made_on: Option<At>,
    #[serde(default)]
    pub(crate) valid_until: Option<At>,
}

/// The person, as far as a page shows her.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) case_reference: Option<CaseReference>,
    pub(crate) demographics: Option<Demographics>,
    pub(crate) holder: Option<CaseDesk>,
    #[serde(default)]
    pub(crate) tracing: Option<Tracing>,
    #[serde(default)]
    pub(crate) identity: Option<Identity>,
    #[serde(default)]
    pub(crate) withheld: Vec<Withheld>,
}

#[derive(Deserialize)]
pub(crate) struct CaseReference {
    pub(crate) number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Demographics {
    pub(crate) age_band: String,
    pub(crate) sex: String,
}

#[derive(Deserialize)]
pub(crate) struct Written {
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tracing {
    pub(crate) names: Vec<Written>,
    pub(crate) father: Option<String>,
    pub(crate) mother: Option<String>,
    pub(crate) place_of_origin: Option<String>,
    pub(crate) year_of_birth: Option<i32>,
}

#[derive(Deserialize)]
pub(crate) struct Identity {
    pub(crate) names: Vec<Written>,
}

#[derive(Deserialize)]
pub(crate) struct Account {
    pub(crate) account: Option<String>,
}

#[derive(Deserialize, PartialEq, Eq)]
pub(crate) struct Withheld {
    pub(crate) category: String,
    pub(crate) reason: String,
}

/// A request to bring somebody home, as a row of the board.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) board: String,
    pub(crate) board_since: At,
    pub(crate) turn: Option<Seat>,
    pub(crate) from: Country,
    pub(crate) to: Country,
    pub(crate) due_at: Option<At>,
    pub(crate) on_hold: Vec<String>,
    pub(crate) missing: Vec<String>,
    pub(crate) receiving: Option<String>,
    pub(crate) receiving_liaison: Option<String>,
    pub(crate) sending_liaison: Option<String>,
    pub(crate) screening: Part,
    pub(crate) court: Part,
    pub(crate) verification: Part,
    pub(crate) travel_document: Part,
    pub(crate) exit_clearance: Part,
    pub(crate) placement: Part,
    pub(crate) subject: Person,
}

impl Row {
    /// In which seat an organization sits here: what the row says of it. Once she was handed over, the receiving organization
    /// holds her case, too, and keeps its seat. Who sits here and in none of those is her lawyer.
    pub(crate) fn seat_of(&self, organization: &str) -> Seat {
        let is = |id: &Option<String>| id.as_deref() == Some(organization);
        let holds = self.subject.holder.as_ref().and_then(|holder| holder.organization.as_ref());
        let over = matches!(self.state.as_str(), "HANDED_OVER" | "RECEIVED" | "PLACED" | "FOLLOW_UP" | "CLOSED");
        if over && is(&self.receiving) {
            Seat::Receiving
        } else if holds.is_some_and(|holder| holder.id == organization) {
            Seat::Holding
        } else if is(&self.receiving) {
            Seat::Receiving
        } else if is(&self.receiving_liaison) {
            Seat::ReceivingLiaison
        } else if is(&self.sending_liaison) {
            Seat::SendingLiaison
        } else {
            Seat::Lawyer
        }
    }

    /// What is missing for anything that whoever looks could do, each once.
    pub(crate) fn lacking(&self) -> Vec<&str> {
        let parts = [
            &self.screening,
            &self.court,
            &self.verification,
            &self.travel_document,
            &self.exit_clearance,
            &self.placement,
        ];
        let all = parts.into_iter().flat_map(|part| &part.missing).chain(&self.missing);
        let mut lacking: Vec<&str> = Vec::new();
        for need in all {
            if !lacking.contains(&need.as_str()) {
                lacking.push(need);
            }
        }
        lacking
    }
}

/// A request to bring somebody home, whole.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Whole {
    #[serde(flatten)]
    pub(crate) row: Row,
    pub(crate) version: i64,
    pub(crate) because: Option<String>,
    pub(crate) can_do: Vec<String>,
    pub(crate) can_hold: Vec<String>,
    pub(crate) can_release: Vec<String>,
    pub(crate) holds: Vec<String>,
    pub(crate) requested_at: At,
    pub(crate) changed_at: At,
    pub(crate) wants_to_return: Option<bool>,
    pub(crate) wish_asked_at: Option<At>,
    pub(crate) her_words: Option<Account>,
    pub(crate) crossing: Option<String>,
    pub(crate) handover_from: Option<At>,
    pub(crate) handover_until: Option<At>,
    pub(crate) handover_at: Option<At>,
    pub(crate) escort: Option<String>,
    pub(crate) memo_of_sender: Option<At>,
    pub(crate) memo_of_sender_signed_by: Option<String>,
    pub(crate) memo_of_sender_signed_at: Option<String>,
    pub(crate) memo_of_receiver: Option<At>,
    pub(crate) memo_of_receiver_signed_by: Option<String>,
    pub(crate) memo_of_receiver_signed_at: Option<String>,
    pub(crate) withheld: Vec<Withheld>,
}

/// A referral.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Referral {
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) state: String,
    pub(crate) urgency: String,
    pub(crate) sent_at: At,
    pub(crate) answer_by: Option<At>,
    pub(crate) changed_at: At,
    pub(crate) decline_reason: Option<String>,
    pub(crate) delivery: Option<String>,
    pub(crate) transfer: Option<bool>,
    pub(crate) can_do: Vec<String>,
    pub(crate) services: Option<Services>,
    pub(crate) service_states: Option<Vec<String>>,
    pub(crate) sender: CaseDesk,
    pub(crate) recipient: Recipient,
    pub(crate) subject: Person,
    pub(crate) withheld: Vec<Withheld>,
}

impl Whole {
    /// Takes out what could be done: whoever looks may change nothing.
    pub(crate) fn offers_nothing(&mut self) {
        let row = &mut self.row;
        for part in [
            &mut row.screening,
            &mut row.court,
            &mut row.verification,
            &mut row.travel_document,
            &mut row.exit_clearance,
            &mut row.placement,
        ] {
            part.can_do.clear();
        }
        for offered in [&mut self.can_do, &mut self.can_hold, &mut self.can_release] {
            offered.clear();
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Services {
    pub(crate) services: Vec<String>,
    pub(crate) note: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Recipient {
    pub(crate) name: String,
    pub(crate) country: Country,
}

/// What one side of a referral wrote to the other.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) seat: Seat,
    pub(crate) sent_at: At,
    pub(crate) content: Option<Texts>,
}

#[derive(Deserialize)]
pub(crate) struct Texts {
    pub(crate) texts: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Waiting {
    pub(crate) notices: Option<Vec<Notice>>,
}

#[derive(Deserialize)]
pub(crate) struct Requests {
    pub(crate) repatriations: Option<Rows<Row>>,
}

#[derive(Deserialize)]
pub(crate) struct Request {
    pub(crate) repatriation: Option<Whole>,
}

/// A request with nothing but what is known of her.
#[derive(Deserialize)]
pub(crate) struct Her {
    pub(crate) repatriation: Option<OfHer>,
}

#[derive(Deserialize)]
pub(crate) struct OfHer {
    pub(crate) subject: Person,
}

#[derive(Deserialize)]
pub(crate) struct Organizations {
    pub(crate) organizations: Option<Nodes<Organization>>,
}

#[derive(Deserialize)]
pub(crate) struct Referrals {
    pub(crate) referrals: Option<Rows<Referral>>,
}

#[derive(Deserialize)]
pub(crate) struct Referred {
    pub(crate) referral: Option<Referral>,
    pub(crate) messages: Option<Nodes<Message>>,
}

/// What a change came to: a member of its union, with what any of them says.
#[derive(Deserialize)]
pub(crate) struct Changed {
    pub(crate) told: Option<Told>,
}

#[derive(Deserialize)]
pub(crate) struct Told {
    pub(crate) member: String,
    pub(crate) message: Option<String>,
    pub(crate) path: Option<String>,
    #[serde(default)]
    pub(crate) missing: Vec<String>,
}
