//! Any bytes at every parser, for a second each, from a seed: bytes drawn, and answers of partners' systems bent in
//! places. What was once found to do harm lies in `tests/found/PARSER` and is tried first.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use sangam_vocabulary::{Chance, SeededChance};
use sangam_wire::fuzz::PARSERS;

/// How long each parser is tried.
const LONG: Duration = Duration::from_secs(1);
/// The longest that one input of at most [`LARGEST`] may take, in a build without optimisation.
const SLOW: Duration = Duration::from_secs(2);
/// The largest input.
const LARGEST: usize = 64 << 10;

/// Answers in the shapes of partners' systems, for invented people.
const SHAPES: &[&str] = &[
    r#"{"pager":{"page":1,"pageSize":50,"total":1},"trackedEntities":[{"trackedEntity":"PQfMcpmXeFE","updatedAt":"2026-11-24T08:00:00.000","deleted":false,"attributes":[{"attribute":"abcdefghijk","value":"true"}],"enrollments":[{"program":"IpHINAT79UW","events":[{"event":"Zq2dg6pTNoj","programStage":"ZzYYXq4fJie","dataValues":[{"dataElement":"HyJL2Lt37jN","value":"12"}]}]}]}]}"#,
    r#"{"status":"ERROR","validationReport":{"errorReports":[{"errorCode":"E1005","trackerType":"EVENT","uid":"PQfMcpmXeFE"}]},"stats":{"ignored":1},"response":{"id":"cHh2OCTJvRw"}}"#,
    r#"{"since":null,"begun":1795507200000,"high":null,"start":false,"after":null,"page":2,"seen":["PQfMcpmXeFE"],"keys":null}"#,
    r#"{"data":[{"id":"a","status":"in_progress","record_type":"case","last_updated_at":"2026-11-24T08:00:00.000Z","record_state":true}],"metadata":{"total":1,"per":20,"page":1}}"#,
    r#"{"data":[{"id":"t","type":"Transfer","status":"inprogress","record_type":"Child","remote":true,"notes":"x\nSangam y"}]}"#,
    r#"{"errors":[{"status":422,"resource":"/api/v2/cases","message":["errors.models.child"],"detail":"age"}]}"#,
    r#"{"page":3,"since":1795507200000,"begun":null,"high":1795507200001}"#,
    r#"{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"?_getpages=a"}],"entry":[{"resource":{"resourceType":"Consent","id":"c","status":"active","patient":{"reference":"Patient/a"},"scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},"policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},"provision":{"period":{"end":"2026-11"},"provision":[{"type":"deny","class":[{"system":"urn:x","code":"x"}]}]}}}]}"#,
    r#"{"resourceType":"Task","id":"t","status":"on-hold","for":{"reference":"Patient/a"},"statusReason":{"coding":[{"code":"x"}]}}"#,
    r#"{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201","location":"Patient/a/_history/1"}}]}"#,
    r#"{"count":2,"next":null,"previous":null,"results":[{"_id":2001,"meta/rootUuid":"uuid:a","meta/deprecatedID":"uuid:b","_submission_time":"2026-11-24T08:00:00","_validation_status":{"uid":"validation_status_approved","timestamp":1795507200},"kin":[{"kin/name":"Rupa","kin/pets":[{"kin/pets/kind":"dog"}]}],"person/name":"Rupa"}]}"#,
    r#"{"after":2001,"since":1795507200000,"begun":null,"high":1795507200001}"#,
    r#"{"value":[{"__id":"uuid:a","__system":{"submissionDate":"2026-11-24T08:00:00.000Z","updatedAt":null,"reviewState":"approved"},"person":{"name":"Rupa"},"kin":[{"name":"Mina"}]}],"@odata.nextLink":"https://x.example/v1/y?%24skiptoken=01"}"#,
    r#"{"uuid":"a","conflict":null,"createdAt":"2026-11-24T08:00:00.000Z","currentVersion":{"label":"Rupa","version":1,"data":{"decision":"yes"}}}"#,
    r#"{"data":{"cases":{"edges":[{"node":{"id":"a","updatedAt":"2026-11-24T08:00:00.000","share":"YES","person":{"names":[{"text":"Rupa"}]}}},{"node":null}],"pageInfo":{"endCursor":"c","hasNextPage":true}}},"errors":[{"message":"x","path":["cases","edges",1,"node"],"extensions":{"code":"THROTTLED","retryAfter":3}}]}"#,
    r#"{"data":{"case":{"id":"a"},"offers":[{"id":"o","decision":"NO","reason":"Rupa"}],"offer":{"__typename":"Taken","userErrors":[{"code":"x"}]}},"errors":[{"path":["case","person"],"extensions":{"code":"FORBIDDEN"}}]}"#,
    r#"{"page":2,"since":1795507200000,"begun":null,"high":1795507200001,"lists":true,"after":"c","odd":["a"],"lost":false,"anew":1}"#,
    r#"{"last_page":false,"contents":[{"id":"ac148810-d857-441c-9679-408f346de14b","name":"Help","status":"active","organization":{"id":"d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610","name":"Invented"},"phones":[{"number":"\"+977 1 0\"","extension":100}]}]}"#,
    r#"{"services.csv":[{"id":"1","organization_id":"2"}],"organizations.csv":[{"id":"2"}],"attributes.csv":[{"link_id":"1","taxonomy_term_id":"3"}],"taxonomy_terms.csv":[{"id":"3"}]}"#,
    r#"{"standard":"HTCDS","version":"2.0","cases":[{"sangam_record":"A-1","sangam_share":true,"prs_FirstName":"Rupa","vic_TypeOfExploitation":["ForcedLabour"],"supportPlans":[{"spl_Type":"Education"},{}]}]}"#,
    "sangam_record,sangam_share,prs_FirstName,spl_Type\r\nA-1,yes,Rupa,Education\r\nA-1,,,Legal\r\n",
    "\u{feff}\"sangam_record\",\"sangam_share\",\"prs_FirstName\"\r\n\"S-1\",\"yes\",\"Rupa\"\r\n",
];

struct Draw(SeededChance);

impl Draw {
    fn below(&self, bound: usize) -> usize {
        let mut bytes = [0; 8];
        assert!(self.0.fill(&mut bytes));
        usize::try_from(u64::from_be_bytes(bytes) % bound.max(1) as u64).unwrap()
    }

    fn byte(&self) -> u8 {
        // Bytes that mean something are drawn more often than others.
        const TELLING: &[u8] = b"{}[]\",:\\0919eE+-.tfn \0\xff\xc0\xe2";
        if self.below(2) == 0 { TELLING[self.below(TELLING.len())] } else { u8::try_from(self.below(256)).unwrap() }
    }

    fn input(&self) -> Vec<u8> {
        let mut bytes = match self.below(4) {
            0 => (0..self.below(200)).map(|_| self.byte()).collect(),
            _ => SHAPES[self.below(SHAPES.len())].as_bytes().to_vec(),
        };
        for _ in 0..self.below(8) {
            let place = self.below(bytes.len() + 1);
            match self.below(5) {
                0 => bytes.truncate(place),
                1 => bytes.insert(place, self.byte()),
                2 if place < bytes.len() => bytes[place] = self.byte(),
                3 if place < bytes.len() => drop(bytes.remove(place)),
                _ => {
                    let piece = bytes[place..(place + self.below(40)).min(bytes.len())].repeat(1 + self.below(60));
                    bytes.splice(place..place, piece);
                }
            }
        }
        bytes.truncate(LARGEST);
        bytes
    }
}

#[test]
fn no_bytes_make_a_parser_panic_or_dwell() {
    for (name, parser) in PARSERS {
        let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found").join(name);
        for entry in std::fs::read_dir(found).into_iter().flatten() {
            parser(&std::fs::read(entry.unwrap().path()).unwrap());
        }
        let draw = Draw(SeededChance::new(2_026));
        let began = Instant::now();
        let mut tried = 0;
        while began.elapsed() < LONG || tried < 200 {
            let input = draw.input();
            let started = Instant::now();
            parser(&input);
            let took = started.elapsed();
            assert!(took < SLOW, "{name} took {took:?} for {:?}", String::from_utf8_lossy(&input));
            tried += 1;
        }
        eprintln!("{name}: {tried} inputs");
    }
}

#[test]
fn every_parser_has_its_long_form() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for (name, _) in PARSERS {
        let target = std::fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).unwrap_or_default();
        assert!(target.contains(&format!("wire(\"{name}\", bytes)")), "`{name}` has no target: {target}");
        assert!(manifest.contains(&format!("\nname = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\n")), "{name}");
    }
}
