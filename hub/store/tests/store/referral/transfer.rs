//! A transfer is carried out on what was decided or not at all.

use sangam_custody::{Epoch, SubjectKeys, WrappedKey};
use sangam_store::Transfer;
use sangam_vocabulary::{CategorySet, Instant};

use super::*;

fn keys(byte: u8) -> SubjectKeys {
    SubjectKeys { data: WrappedKey::stored(vec![byte; 60]), journal: WrappedKey::stored(vec![byte + 1; 60]) }
}

/// What somebody decided just now.
async fn decided(parties: &Parties) -> Transfer {
    let (epoch, fence) = parties.house.store.marks().await.unwrap();
    let facts = parties.house.store.subject(parties.subject).await.unwrap().unwrap();
    Transfer {
        epoch,
        fence,
        until: Instant::NEVER,
        categories: CategorySet::all(),
        before: facts.keys,
        after: keys(21),
    }
}

async fn owners(parties: &Parties) -> (OrganizationId, usize) {
    let facts = parties.house.store.subject(parties.subject).await.unwrap().unwrap();
    (facts.owner.organization, facts.past_owners.len())
}

sangam_kit::both_databases! {
    template = migrated;

    async fn it_is_carried_out_on_what_was_decided_or_not_at_all(database: Database) {
        let parties = Parties::meet(&database).await;
        let house = &parties.house;
        let new = NewReferral { transfer: true, ..parties.begun(State::Sent) };
        let id = RecordId::from(new.id);
        house.submit(new).await.unwrap();
        let accept = |transfer| ReferralStep { transfer, ..parties.step(id, parties.recipient, Event::Accept) };
        let good = decided(&parties).await;
        let stale = [
            None,
            Some(Transfer { epoch: Epoch(good.epoch.0 + 1), ..good.clone() }),
            Some(Transfer { until: house.now(), ..good.clone() }),
            Some(Transfer { before: keys(7), ..good.clone() }),
            // Something is said of her now that was not decided about.
            Some(Transfer { categories: CategorySet::NONE, ..good.clone() }),
        ];
        for transfer in stale {
            assert_eq!(house.submit(accept(transfer)).await, refused(ReferralRefusal::Moved));
        }
        // A consent that was withdrawn, a standing that began: whatever moves the fence.
        house.give(parties.sender, parties.subject, house.consent(&[parties.third], CategorySet::all())).await;
        assert_eq!(house.submit(accept(Some(good))).await, refused(ReferralRefusal::Moved));
        // Something else of the sender's is under way.
        let other = house.referral(parties.subject, parties.sender, parties.third).await;
        assert_eq!(house.submit(accept(Some(decided(&parties).await))).await, refused(ReferralRefusal::OtherUnderWay));
        house.submit(parties.step(other, parties.sender, Event::Withdraw)).await.unwrap();
        for (sql, back) in [
            ("UPDATE subject SET suspended = 'UNREAD'", "UPDATE subject SET suspended = NULL"),
            ("UPDATE organization SET locked = 1", "UPDATE organization SET locked = 0"),
        ] {
            parties.raw.run(sql, vec![]).await;
            assert_eq!(house.submit(accept(Some(decided(&parties).await))).await, refused(ReferralRefusal::NotFree), "{sql}");
            parties.raw.run(back, vec![]).await;
        }
        assert_eq!((parties.state(id).await.as_str(), owners(&parties).await), ("SENT", (parties.sender, 0)));

        house.submit(accept(Some(decided(&parties).await))).await.unwrap();
        assert_eq!(owners(&parties).await, (parties.recipient, 1));
        let facts = house.store.subject(parties.subject).await.unwrap().unwrap();
        assert_eq!((facts.past_owners[0].organization, facts.keys), (parties.sender, keys(21)));
        let owns = |relations: Vec<sangam_store::RelationRow>| relations.iter().any(|row| row.seat == Seat::Owner);
        let of = async |party| house.store.relations(party, parties.subject, house.now()).await.unwrap();
        assert!(owns(of(parties.recipient).await) && !owns(of(parties.sender).await));
        let scope = |party| house.scope(party);
        assert_eq!(house.records(Rows::Subjects, scope(parties.recipient)).await, [RecordId::from(parties.subject)]);
        assert!(house.records(Rows::Subjects, scope(parties.sender)).await.is_empty());
        // The sender takes its request back; the case stays where it is.
        house.submit(parties.step(id, parties.sender, Event::Withdraw)).await.unwrap();
        assert_eq!(owners(&parties).await, (parties.recipient, 1));
        // And it goes back by the same way only: a past owner that owns again has one seat.
        let back = NewReferral { transfer: true, ..house.new_referral(parties.subject, parties.recipient, parties.sender) };
        let back_id = RecordId::from(back.id);
        house.submit(back).await.unwrap();
        let transfer = Transfer { after: keys(31), ..decided(&parties).await };
        let step = ReferralStep { transfer: Some(transfer), ..parties.step(back_id, parties.sender, Event::Accept) };
        house.submit(step).await.unwrap();
        assert_eq!(owners(&parties).await, (parties.sender, 2));
        assert!(owns(of(parties.sender).await) && !owns(of(parties.recipient).await));
    }

    async fn an_ordinary_referral_moves_nobody(database: Database) {
        let parties = Parties::meet(&database).await;
        let id = parties.house.referral(parties.subject, parties.sender, parties.recipient).await;
        let transfer = Some(decided(&parties).await);
        let step = ReferralStep { transfer, ..parties.step(id, parties.recipient, Event::Accept) };
        parties.house.submit(step).await.unwrap();
        assert_eq!(owners(&parties).await, (parties.sender, 0));
    }
}
