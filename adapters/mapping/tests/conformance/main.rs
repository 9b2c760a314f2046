//! What every kind of partner's system must keep, written once: with the partner's file that is shipped, through its
//! stateful sandbox, its wire, its mapping in a worker, and strict reading. A kind passes by standing in [`post`]'s
//! terms and in one line below.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod changes;
mod dhis2;
mod faults;
mod fhir;
mod hostile;
mod kobo;
mod meaning;
mod odk;
mod post;
mod primero;
mod sheet;
mod workshop;

/// What holds for every kind, a file as well as a service.
macro_rules! conforms {
    ($name:ident, $post:ty $(, $more:ident)?) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn every_marked_record_comes_once_whatever_the_page() {
                changes::once_each::<$post>().await;
            }

            #[tokio::test]
            async fn nothing_is_lost_or_repeated_while_records_change() {
                changes::while_records_change::<$post>().await;
            }

            #[tokio::test]
            async fn an_offer_is_put_there_once_and_a_decision_comes_back() {
                meaning::answered::<$post>().await;
            }

            #[tokio::test]
            async fn what_goes_in_and_out_and_in_keeps_its_meaning() {
                meaning::in_out_in::<$post>().await;
            }

            $($more!($post);)?
        }
    };
}

/// What holds for a web service besides.
macro_rules! service {
    ($post:ty) => {
        #[tokio::test]
        async fn a_cut_connection_makes_no_duplicate() {
            meaning::cut::<$post>().await;
        }

        #[tokio::test]
        async fn an_unknown_code_is_refused_with_its_path_and_read_once_it_is_mended() {
            meaning::unknown_code::<$post>().await;
        }

        #[tokio::test]
        async fn whatever_goes_wrong_is_a_typed_fault_in_time_and_says_nothing() {
            faults::typed::<$post>().await;
        }

        #[tokio::test]
        async fn hostile_answers_are_refused_in_bounded_time_and_memory() {
            hostile::refused::<$post>().await;
        }
    };
}

// What is hostile in a sheet, and a code that is no column's, are tried in `sangam-wire`'s own tests of sheets: a file
// has no connection, and its codes are checked before any mapping sees them.
conforms!(spreadsheet, sheet::Sheet);
conforms!(dhis2_tracker, dhis2::ReturnDesk, service);
conforms!(fhir_r4, fhir::Hospital, service);
conforms!(kobotoolbox_v2, kobo::Outreach, service);
conforms!(odk_central, odk::Tablets, service);
conforms!(primero_v2, primero::Shelter, service);
