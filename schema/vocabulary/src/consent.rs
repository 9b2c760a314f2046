//! What is kept of how a consent came about, and how it ended.

use crate::codes::codes;

codes! {
    "How a person was told what she consents to."
    pub enum HowTold {
        Read = "READ": "She read the text herself.",
        ReadAloud = "READ_ALOUD": "It was read to her.",
        Pictures = "PICTURES": "It was explained with pictures.",
        Signed = "SIGNED": "It was told in sign language.",
        Recording = "RECORDING": "She heard a recording.",
    }
}

codes! {
    "Who gave the order by which an authority has a child in care."
    pub enum OrderedBy {
        Court = "COURT": "A court.",
        Committee = "COMMITTEE": "A child welfare committee or juvenile board.",
        Tribunal = "TRIBUNAL": "A tribunal.",
        Department = "DEPARTMENT": "A department or officer whom the law empowers.",
    }
}

codes! {
    "Where a consent comes from."
    pub enum ConsentSource {
        Holder = "HOLDER": "The subject's holder put it on record.",
        Partner = "PARTNER": "It was read from the holder's own system; it can only narrow.",
        Case = "CASE": "Somebody else in the case put it on record: it withholds.",
    }
}

codes! {
    "How a consent ended before its time."
    pub enum ConsentEnd {
        Withdrawn = "WITHDRAWN": "Somebody in the case withdrew it.",
        PaperCode = "PAPER_CODE": "The paper code withdrew it.",
        Narrowed = "NARROWED": "A narrower one took its place.",
        Extended = "EXTENDED": "A wider one took its place.",
    }
}
