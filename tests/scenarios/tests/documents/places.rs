//! Scenarios that are the same wherever documents lie: in a folder and in a bucket, on both databases.

macro_rules! both_places {
    ($($(#[$attribute:meta])* async fn $name:ident($house:ident: House) $body:block)+) => {
        $(
            $(#[$attribute])*
            async fn $name($house: $crate::house::House) $body
        )+

        mod folder {
            use crate::places::empty;

            sangam_kit::both_databases! {
                template = empty;
                $(
                    async fn $name(database: sangam_kit::database::Database) {
                        let house = $crate::house::House::in_folder(&database).await;
                        Box::pin(super::$name(house)).await;
                    }
                )+
            }
        }

        mod bucket {
            use crate::places::empty;

            sangam_kit::both_databases! {
                template = empty;
                $(
                    async fn $name(database: sangam_kit::database::Database) {
                        let house = $crate::house::House::in_bucket(&database).await;
                        Box::pin(super::$name(house)).await;
                    }
                )+
            }
        }
    };
}

pub(crate) use both_places;

/// A database with nothing in it: the demo migrates it.
pub(crate) fn empty() -> sangam_kit::database::Template {
    sangam_kit::database::Template::empty()
}
