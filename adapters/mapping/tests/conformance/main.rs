//! What every kind of partner's system must keep, written once: with the partner's file that is shipped, through its
//! stateful sandbox, its wire, its mapping in a worker, and strict reading. A kind passes by standing in [`post`]'s
//! terms and in one line below. Its cases lie in modules by the columns of `adapters/wires.md`, which is counted from them
//! (`table.rs`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod changes;
mod dhis2;
mod ended;
mod exchange;
mod faults;
mod fhir;
mod graphql;
mod hostile;
mod hsds;
mod kobo;
mod live;
mod meaning;
mod measured;
mod odd;
mod odk;
mod post;
mod primero;
mod samples;
mod sheet;
mod table;
mod told;
mod workshop;

/// Tests of these names: each is the function of a room here, for a kind or for itself.
macro_rules! cases {
    ($post:ty: $($name:ident => $room:ident::$function:ident;)+) => {
        $(#[tokio::test]
        async fn $name() {
            crate::$room::$function::<$post>().await;
        })+
    };
    ($($name:ident => $room:ident::$function:ident;)+) => {
        $(#[tokio::test]
        async fn $name() {
            crate::$room::$function().await;
        })+
    };
}

/// A kind, as its partner's system is met here: what holds for a file as well as for a service, what holds for its sort
/// besides, and what holds where it tells of changes.
macro_rules! conforms {
    ($kind:ident, $post:ty, $sort:ident $(, $tells:ident)?) => {
        mod $kind {
            mod incoming {
                cases! { $post:
                    every_marked_record_comes_once_whatever_the_page => changes::once_each;
                    one_that_cannot_be_read_holds_up_no_other => odd::record;
                }
                $sort! { incoming $post }
            }
            mod out {
                cases! { $post:
                    an_offer_is_put_there_once_and_a_decision_comes_back => meaning::answered;
                    what_goes_in_and_out_and_in_keeps_its_meaning => meaning::in_out_in;
                    one_odd_decision_holds_up_no_other => odd::decision;
                }
                $sort! { out $post }
            }
            mod ends {
                cases! { $post:
                    an_offer_that_ended_is_told_and_nothing_beside_it => ended::told;
                    an_offer_is_found_by_what_the_hub_gave_with_it => ended::found;
                }
                $sort! { ends $post }
            }
            mod deltas {
                cases! { $post:
                    nothing_is_lost_or_repeated_while_records_change => changes::while_records_change;
                }
            }
            mod live {
                cases! { $post:
                    a_record_is_given_as_it_is_at_that_moment => live::as_it_is_now;
                }
            }
            $(mod webhook { $tells! { $post } })?
        }
    };
}

/// What holds besides for files that a partner's system writes, and whose codes its mapping judges.
macro_rules! file {
    (incoming $post:ty) => {
        cases! { $post:
            an_unknown_code_is_refused_with_its_path_and_read_once_it_is_mended => meaning::unknown_code;
            hostile_files_are_refused_in_bounded_time_and_memory => hostile::refused;
        }
    };
    (out $post:ty) => {};
    (ends $post:ty) => {};
}

/// What holds for a web service besides.
macro_rules! service {
    (incoming $post:ty) => {
        cases! { $post:
            an_unknown_code_is_refused_with_its_path_and_read_once_it_is_mended => meaning::unknown_code;
            whatever_goes_wrong_is_a_typed_fault_in_time_and_says_nothing => faults::typed;
            hostile_answers_are_refused_in_bounded_time_and_memory => hostile::refused;
        }
    };
    (out $post:ty) => {
        cases! { $post:
            a_cut_connection_makes_no_duplicate => meaning::cut;
        }
    };
    (ends $post:ty) => {
        cases! { $post:
            what_nobody_heard_is_looked_for_and_said_again => ended::cut;
        }
    };
}

/// What is hostile in a sheet, and a code that is no column's, are tried in `sangam-wire`'s own tests of sheets: a file
/// has no connection, and its codes are checked before any mapping sees them.
macro_rules! folder {
    ($way:ident $post:ty) => {};
}

macro_rules! tells {
    ($post:ty) => {
        cases! { $post:
            what_is_told_names_a_record_and_is_believed_in_nothing_else => told::asked_for;
        }
    };
}

/// The other format of a kind that has two.
mod formats {
    conforms!(htcds_csv, crate::exchange::Exchange<true>, file);
}

/// Every kind by the word that its partners' files have for it.
mod kinds {
    conforms!(dhis2, crate::dhis2::ReturnDesk, service);
    conforms!(fhir_r4, crate::fhir::Hospital, service, tells);
    conforms!(graphql, crate::graphql::Colombo, service, tells);
    conforms!(htcds, crate::exchange::Exchange<false>, file);
    conforms!(kobotoolbox, crate::kobo::Outreach, service, tells);
    conforms!(odk_central, crate::odk::Tablets, service);
    conforms!(primero, crate::primero::Shelter, service, tells);
    conforms!(spreadsheet, crate::sheet::Sheet, folder);

    /// A directory is about nobody: what holds for records of people has no sense here, and it has cases of its own.
    mod hsds3 {
        mod incoming {
            cases! {
                whole_services_come_once_each_and_only_what_may_pass_of_them => hsds::once_each;
                services_of_others_are_counted_and_go_no_further => hsds::of_nobody_else;
                an_unknown_code_or_place_is_refused_with_its_path_and_never_guessed => hsds::mapped;
                whatever_goes_wrong_is_a_typed_fault => hsds::typed;
                hostile_answers_are_refused_in_time => hsds::hostile;
            }
        }
        mod deltas {
            cases! {
                nothing_is_lost_while_services_come_change_and_go => hsds::while_services_change;
            }
        }
        mod live {
            cases! {
                a_service_is_given_as_it_is_at_that_moment => hsds::as_it_is_now;
            }
        }
    }
}

/// What each kind costs: `measured.rs` says how to ask.
mod costs {
    macro_rules! measured {
        ($($name:ident: $post:ty;)+) => {
            $(#[tokio::test]
            async fn $name() {
                crate::measured::both_ways::<$post>().await;
            })+
        };
    }

    measured! {
        dhis2: crate::dhis2::ReturnDesk;
        fhir_r4: crate::fhir::Hospital;
        graphql: crate::graphql::Colombo;
        htcds_json: crate::exchange::Exchange<false>;
        htcds_csv: crate::exchange::Exchange<true>;
        kobotoolbox: crate::kobo::Outreach;
        odk_central: crate::odk::Tablets;
        primero: crate::primero::Shelter;
        spreadsheet: crate::sheet::Sheet;
    }
}
