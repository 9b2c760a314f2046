# A service in Nyaya Setu's own directory becomes codes of the hub's. Its kinds are the terms of its taxonomy, its areas the
# names of divisions; one that is not here waits in quarantine.

{
    services: [
        .attributes[]? | .taxonomy_term.code
        | code({
            "legal-advice": "LEGAL_AID",
            "representation": "LEGAL_AID",
            "interpreter": "INTERPRETATION",
            "expert-report": "EXPERT_OPINION",
            "court-companion": "PSYCHOSOCIAL",
            "safe-room": "SHELTER"
        }; "/attributes")
    ],
    # A service that says no area narrows nothing.
    areas: [.service_areas[]?.name | code({"Dhaka Division": "BD-C", "Khulna Division": "BD-D"}; "/service_areas")]
}
| present
