//! Who has standing in a request, and what it carries for each seat as the request stands. Seats open only with the step
//! that gives them; a claim for protection closes those of the state of origin in the savepoint in which it is recorded.

use sangam_vocabulary::{
    Category, CategorySet, Code, Country, Instant, Noun, OrganizationId, RecordId, Seat, SubjectId,
};
use sangam_workflow::repatriation::{placement, request, screening};
use sea_orm::DatabaseTransaction;

use super::Found;
use crate::command::Refused;
use crate::read;
use crate::repatriation::Known;
use crate::write::standing::{AFTERGLOW_DAYS, represents};
use crate::write::{all, bytes, execute, one, unreadable};

/// The column that names who sits in a seat; the holder's is written once.
pub(super) const fn column(seat: Seat) -> Option<&'static str> {
    match seat {
        Seat::Receiving => Some("receiving"),
        Seat::ReceivingLiaison => Some("receiving_liaison"),
        Seat::SendingLiaison => Some("sending_liaison"),
        Seat::Lawyer => Some("lawyer"),
        _ => None,
    }
}

/// Opens a standing, or opens it again.
pub(super) async fn open(
    tx: &DatabaseTransaction,
    request: RecordId,
    subject: SubjectId,
    organization: OrganizationId,
    seat: Seat,
    at: Instant,
) -> Result<(), Refused> {
    execute(
        tx,
        "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (organization, noun, record, seat) DO UPDATE SET from_at = excluded.from_at, open_until = excluded.open_until, until_at = excluded.until_at",
        vec![
            bytes(organization.uuid()),
            Noun::Repatriation.code().into(),
            bytes(request.uuid()),
            seat.code().into(),
            bytes(subject.uuid()),
            at.millis().into(),
            Instant::NEVER.millis().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Closes the standing of whoever sits in a seat: what it carries at once, and that the request exists at `until`.
async fn close(
    tx: &DatabaseTransaction,
    request: RecordId,
    seat: Seat,
    at: Instant,
    until: Instant,
) -> Result<u64, Refused> {
    execute(
        tx,
        "UPDATE standing SET open_until = $3, until_at = $4 WHERE record = $1 AND noun = 'REPATRIATION' AND seat = $2 AND open_until > $3",
        vec![bytes(request.uuid()), seat.code().into(), at.millis().into(), until.millis().into()],
    )
    .await
}

/// Gives an organization a seat, in place of whoever sat there. One that sits in the request already is not given
/// another: nobody signs for both sides.
pub(super) async fn give(
    tx: &DatabaseTransaction,
    found: &Found,
    seat: Seat,
    organization: OrganizationId,
    at: Instant,
) -> Result<(), Refused> {
    let sql = "SELECT 1 AS sits FROM standing WHERE record = $1 AND noun = 'REPATRIATION' AND organization = $2 AND seat <> $3 AND open_until > $4";
    let values = vec![bytes(found.id.uuid()), bytes(organization.uuid()), seat.code().into(), at.millis().into()];
    let Some(column) = column(seat) else { return Err(Refused::Unavailable) };
    // Who acts for a state, or receives in it, is there.
    let country = match seat {
        Seat::SendingLiaison => Some(found.known.from),
        Seat::Receiving | Seat::ReceivingLiaison => Some(found.known.to),
        _ => None,
    };
    let known = one(tx, "SELECT country FROM organization WHERE id = $1", vec![bytes(organization.uuid())]).await?;
    let of: Country = read::code(&known.ok_or(Refused::NotFound)?, "country").map_err(unreadable)?;
    if country.is_some_and(|country| country != of) {
        return Err(Refused::NotFound);
    }
    if one(tx, sql, values).await?.is_some() {
        return Err(Refused::Duplicate { record: found.id.uuid() });
    }
    let before = sitting(tx, found.id, seat, at).await?;
    close(tx, found.id, seat, at, at).await?;
    put(tx, found.id, column, Some(organization)).await?;
    open(tx, found.id, found.subject, organization, seat, at).await?;
    if seat == Seat::Lawyer {
        // Her lawyer hears of her hearings and of what she fears, and whoever was it does not any more.
        for lawyer in before.into_iter().chain([organization]) {
            represents(tx, found.subject, lawyer, at).await?;
        }
    }
    Ok(())
}

/// Who sits in a seat of a request.
async fn sitting(
    tx: &DatabaseTransaction,
    request: RecordId,
    seat: Seat,
    at: Instant,
) -> Result<Vec<OrganizationId>, Refused> {
    let sql = "SELECT organization FROM standing WHERE record = $1 AND noun = 'REPATRIATION' AND seat = $2 AND open_until > $3 ORDER BY organization";
    let rows = all(tx, sql, vec![bytes(request.uuid()), seat.code().into(), at.millis().into()]).await?;
    let id = |row| read::id(row, "organization").map(OrganizationId::from_uuid).map_err(unreadable);
    rows.iter().map(id).collect()
}

/// Empties a seat: for whoever sat there the request no longer exists at `until`.
pub(super) async fn leave(
    tx: &DatabaseTransaction,
    request: RecordId,
    seat: Seat,
    at: Instant,
    until: Instant,
) -> Result<(), Refused> {
    if let Some(column) = column(seat) {
        put(tx, request, column, None).await?;
    }
    close(tx, request, seat, at, until).await?;
    Ok(())
}

async fn put(
    tx: &DatabaseTransaction,
    request: RecordId,
    column: &'static str,
    organization: Option<OrganizationId>,
) -> Result<(), Refused> {
    let organization = organization.map(|id| id.uuid().as_bytes().to_vec());
    let sql = format!("UPDATE repatriation SET {column} = $2 WHERE id = $1");
    execute(tx, &sql, vec![bytes(request.uuid()), organization.into()]).await?;
    Ok(())
}

/// What the request does not carry for a seat as it stands. Names for a search go to the one receiving organization and
/// the one receiving liaison while the verification is open; a liaison has no identity by default, and the receiving
/// organization has one again when she sets out (DESIGN §5, domain.md 6.1). A claim is for nobody in the state of origin
/// to read.
fn shut(seat: Seat, known: &Known) -> CategorySet {
    let search = CategorySet::of(&[Category::Tracing, Category::Image]);
    let tracing = known.verification().opens_tracing(known.screening(), seat) && known.request.moves_tracks();
    let on_the_way = !matches!(
        known.request,
        request::State::Draft | request::State::Open | request::State::Scheduled | request::State::Refused
    );
    let claim = matches!(known.screening(), screening::State::Claim | screening::State::NotSafeToAsk);
    let of_origin = matches!(seat, Seat::Receiving | Seat::ReceivingLiaison);
    let mut shut = match seat {
        Seat::Owner | Seat::Holding => return CategorySet::NONE,
        Seat::Receiving | Seat::ReceivingLiaison if tracing => CategorySet::NONE,
        Seat::Receiving if on_the_way => search,
        Seat::Lawyer => search,
        _ => search.with(Category::Identity),
    };
    if of_origin && claim {
        shut = shut.with(Category::Immigration);
    }
    shut
}

/// Brings the standings to where the request stands now. Whether any of them changed.
pub(super) async fn settle(
    tx: &DatabaseTransaction,
    found: &Found,
    known: &Known,
    at: Instant,
) -> Result<bool, Refused> {
    let mut moved = 0;
    // To the state of origin no request exists without a screening that found no claim.
    let (saw, sees) = (found.known.screening(), known.screening());
    let (saw, sees) = (saw.lets_see(Seat::ReceivingLiaison), sees.lets_see(Seat::ReceivingLiaison));
    match found.receiving_liaison {
        Some(_) if !sees => moved += close(tx, found.id, Seat::ReceivingLiaison, at, at).await?,
        // The claim is over: whoever sat there sits there again.
        Some(liaison) if !saw => {
            open(tx, found.id, found.subject, liaison, Seat::ReceivingLiaison, at).await?;
            moved += 1;
        }
        _ => {}
    }
    if found.known.placement().has_receiver() && known.placement() == placement::State::Wanted {
        leave(tx, found.id, Seat::Receiving, at, at.plus_days(AFTERGLOW_DAYS)).await?;
        moved += 1;
    }
    let over = sangam_workflow::flow::is_final::<request::Request>(known.request);
    let received =
        matches!(known.request, request::State::Received | request::State::Placed | request::State::FollowUp);
    let lawyers = if over { sitting(tx, found.id, Seat::Lawyer, at).await? } else { Vec::new() };
    for seat in [Seat::Holding, Seat::Receiving, Seat::ReceivingLiaison, Seat::SendingLiaison, Seat::Lawyer] {
        // What a liaison saw to bring her home closes when she is home.
        let liaison = matches!(seat, Seat::ReceivingLiaison | Seat::SendingLiaison);
        if over || (received && liaison) {
            moved += close(tx, found.id, seat, at, at.plus_days(AFTERGLOW_DAYS)).await?;
        }
        moved += execute(
            tx,
            "UPDATE standing SET shut = $3 WHERE record = $1 AND noun = 'REPATRIATION' AND seat = $2 AND shut <> $3",
            vec![bytes(found.id.uuid()), seat.code().into(), i64::from(shut(seat, known).bits()).into()],
        )
        .await?;
    }
    for lawyer in lawyers {
        represents(tx, found.subject, lawyer, at).await?;
    }
    Ok(moved > 0)
}
