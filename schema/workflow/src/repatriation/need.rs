//! What a step of a repatriation asks for. One list for the request and all its tracks, so that whoever is refused reads
//! one language; whether each is there is decided in `facts.rs` and nowhere else.

use sangam_vocabulary::codes;

codes! {
    "What must be there before a step of a repatriation is taken."
    pub enum Need as "RepatriationNeed" {
        Screened = "SCREENED": "Somebody asked her whether she needs protection from the state she would go to, and wrote the outcome down.",
        ApartFromPolice = "APART_FROM_POLICE": "She was asked about protection with no police and no official of either state there.",
        NoClaim = "NO_CLAIM": "The screening found no claim for protection: without it nothing goes towards the state of origin.",
        BeforeHandover = "BEFORE_HANDOVER": "The handover has not been signed yet.",
        Consent = "CONSENT": "Consent to the repatriation stands: hers, or for a child the guardian's or the authority's.",
        RiskAssessed = "RISK_ASSESSED": "Somebody assessed what she may come to when she returns.",
        BestInterest = "BEST_INTEREST": "For a child, or where the age is not known: a note says that returning is in the child's best interest.",
        Receiver = "RECEIVER": "A receiving organization has agreed to take part.",
        Liaison = "LIAISON": "The corridor knows a government liaison in the state of origin.",
        Authority = "AUTHORITY": "The corridor knows a government liaison in the country she leaves.",
        NoLiaison = "NO_LIAISON": "No government liaison of the state of origin has a seat, so that its answer came on paper.",
        BetweenOrganizations = "BETWEEN_ORGANIZATIONS": "The corridor lets the organizations do this between themselves.",
        HomeInvestigated = "HOME_INVESTIGATED": "The home investigation is reported.",
        Verified = "VERIFIED": "It is confirmed that she is a national, or what the corridor asks in its place.",
        NotANational = "NOT_A_NATIONAL": "It is final that the state does not take her as its national.",
        Ordered = "ORDERED": "The court or the committee ordered the return, where the corridor asks for an order.",
        ChildOrder = "CHILD_ORDER": "For a child, or where the age is not known: an order made after the home investigation.",
        NoCourtHold = "NO_COURT_HOLD": "No court holds her here.",
        NoVerificationHold = "NO_VERIFICATION_HOLD": "Nothing holds up the verification.",
        NoPapersHold = "NO_PAPERS_HOLD": "Nothing holds up the papers.",
        NoPlacementHold = "NO_PLACEMENT_HOLD": "Nothing holds up the placement.",
        TravelDocument = "TRAVEL_DOCUMENT": "A travel document is issued, where the corridor asks for one.",
        PapersValid = "PAPERS_VALID": "Every paper the corridor asks for is issued and valid on the day of the handover.",
        AssessedAfter = "ASSESSED_AFTER": "The return assessment was made after the home investigation.",
        AssessmentSigned = "ASSESSMENT_SIGNED": "Both sides signed the return assessment.",
        WishAsked = "WISH_ASKED": "She was asked again in the fourteen days before the handover, and wants to go.",
        Planned = "PLANNED": "A crossing and a date are proposed, and the hour and the escort are written down.",
        PlanConfirmed = "PLAN_CONFIRMED": "Everybody who must confirm the crossing and the date did.",
        PlaceAgreed = "PLACE_AGREED": "It is agreed where she will live.",
        ChildPlaced = "CHILD_PLACED": "For a child, or where the age is not known: the authority on the receiving side agreed to the place.",
        VisitsDone = "VISITS_DONE": "The follow-up visits that were agreed are done.",
        HearingOver = "HEARING_OVER": "The hearing the hold is tied to is over, or the court released her.",
        RiskReassessed = "RISK_REASSESSED": "The risk was assessed anew after the hold began.",
        WishHeard = "WISH_HEARD": "She said again that she wants to go on, after she had paused.",
    }
}
