//! What is asked of the directory, out of a query string. It is read strictly: a parameter that is not known is refused
//! and not passed over, because an answer without one of its conditions would be a wrong one.

use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Code, Instant, ListedAsk, ListedKind, ListedWord, OrganizationId};

use super::lists::{List, Place};
use super::terms::{Taxonomy, Term, id_of, term};
use crate::form::Form;
use crate::limits::{DIRECTORY_PAGE, DIRECTORY_WORDS};
use crate::refusal::Refusal;

/// How many rows a page has where nobody says.
const PER_PAGE: u32 = 50;

const NO_PARAMETERS: &str = "This address takes `format` and nothing else.";
const NUMBERS: &str = "`page` is a whole number from 1 on, and `per_page` one from 1 to 100.";
const FORMAT: &str = "`format` is `json`; no other is served.";
const FLAG: &str = "`full` is `true` or `false`.";
const WORDS: &str = "`search` has at most 8 words.";
const AFTER: &str =
    "`modified_after` is an instant as RFC 3339 writes it, such as 2026-11-01T00:00:00Z; write `+` as `%2B`.";
const ID: &str = "An id is a UUID, as the lists show it.";

/// What is asked.
pub(super) struct Asked {
    /// Of a list of what is listed; `None` where nothing can meet the conditions.
    pub(super) listed: Option<ListedAsk>,
    /// Words that a code must have.
    pub(super) words: Vec<String>,
    /// The only taxonomy whose codes are asked for.
    pub(super) taxonomy: Option<Taxonomy>,
    /// Which page.
    pub(super) page: u32,
    /// How many rows it has.
    pub(super) per_page: u32,
    /// Whether each row is whole.
    pub(super) full: bool,
}

fn number(text: Option<String>, otherwise: u32, most: u32) -> Result<u32, Refusal> {
    let Some(text) = text else { return Ok(otherwise) };
    // `+5` is a number to Rust, and to nobody else.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let read = text.parse().ok().filter(|number| digits && (1..=most).contains(number));
    read.ok_or_else(|| Refusal::bad_request(NUMBERS))
}

/// A UUID in the one way in which the lists write it.
fn uuid(text: &str) -> Option<uuid::Uuid> {
    uuid::Uuid::try_parse(text).ok().filter(|id| id.hyphenated().to_string() == text)
}

impl Asked {
    /// Reads what is asked of a place.
    ///
    /// # Errors
    /// 400, with a sentence that names the parameters.
    pub(super) fn read(place: &Place, query: &str) -> Result<Self, Refusal> {
        let wrong = |sentence| move || Refusal::bad_request(sentence);
        let (list, sentence) = match place {
            Place::List(list) => (Some(*list), list.sentence()),
            _ => (None, NO_PARAMETERS),
        };
        let mut form = Form::read(query).ok_or_else(wrong(sentence))?;
        if form.take("format").is_some_and(|format| format != "json") {
            return Err(Refusal::bad_request(FORMAT));
        }
        let mut asked =
            Self { listed: None, words: Vec::new(), taxonomy: None, page: 1, per_page: PER_PAGE, full: false };
        match (place, list) {
            (_, Some(list)) => asked.of_list(list, &mut form)?,
            (Place::One(List::Listed(kind), id), None) => {
                let id = uuid(id).ok_or_else(wrong(ID))?;
                asked.listed = Some(ListedAsk { id: Some(id), ..ListedAsk::of(*kind, 1) });
            }
            _ => {}
        }
        if form.is_empty() { Ok(asked) } else { Err(Refusal::bad_request(sentence)) }
    }

    fn of_list(&mut self, list: List, form: &mut Form) -> Result<(), Refusal> {
        self.page = number(form.take("page"), 1, u32::MAX)?;
        self.per_page = number(form.take("per_page"), PER_PAGE, DIRECTORY_PAGE)?;
        let text = form.take("search").unwrap_or_default().to_lowercase();
        self.words = text.split_whitespace().map(str::to_owned).collect();
        if self.words.len() > DIRECTORY_WORDS {
            return Err(Refusal::bad_request(WORDS));
        }
        let mut take = |name: &str| if list.parameters().contains(&name) { form.take(name) } else { None };
        self.full = match take("full").as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Refusal::bad_request(FLAG)),
        };
        let taxonomy = take("taxonomy_id");
        self.taxonomy = match &taxonomy {
            None => None,
            Some(id) => {
                uuid(id).ok_or_else(|| Refusal::bad_request(ID))?;
                Some(Taxonomy::ALL.into_iter().find(|one| id_of(*one) == *id).unwrap_or(Taxonomy::Unknown))
            }
        };
        let List::Listed(kind) = list else { return Ok(()) };
        let mut ask = ListedAsk { page: self.page, ..ListedAsk::of(kind, self.per_page) };
        ask.words = self.words.iter().map(|word| listed_word(word)).collect();
        let mut can_be = self.taxonomy.is_none_or(|taxonomy| taxonomy.is_of(kind));
        if let Some(id) = take("taxonomy_term_id") {
            uuid(&id).ok_or_else(|| Refusal::bad_request(ID))?;
            let term = term(&id).filter(|term| term.taxonomy().is_of(kind));
            // Both conditions hold together.
            let term = term.filter(|term| self.taxonomy.is_none_or(|taxonomy| taxonomy == term.taxonomy()));
            match term {
                Some(Term::Service(code)) => ask.service = Some(code),
                Some(Term::Role(role)) => ask.role = Some(role),
                Some(Term::Country(country)) => ask.country = Some(country),
                None => can_be = false,
            }
        }
        if let Some(id) = take("organization_id") {
            let id = uuid(&id).ok_or_else(|| Refusal::bad_request(ID))?;
            ask.organization = Some(OrganizationId::from_uuid(id));
        }
        if let Some(text) = take("modified_after") {
            ask.modified_after = Some(Instant::read(&text).ok_or_else(|| Refusal::bad_request(AFTER))?);
        }
        self.listed = can_be.then_some(ask);
        Ok(())
    }
}

fn listed_word(word: &str) -> ListedWord {
    let has = |code: &ServiceCode| code.sentence().to_lowercase().contains(word);
    ListedWord { text: word.to_owned(), services: ServiceCode::ALL.iter().copied().filter(has).collect() }
}

/// Which taxonomies say something of the rows of a list.
impl Taxonomy {
    fn is_of(self, kind: ListedKind) -> bool {
        match self {
            Self::Services => kind != ListedKind::Organization,
            Self::Roles => kind == ListedKind::Organization,
            Self::Countries => true,
            Self::Unknown => false,
        }
    }
}
