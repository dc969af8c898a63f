//! Registrations, the people who take the seats, and their attendance.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::{index, owned};

crate::step!(up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let registration = owned(
        "registration",
        &mut [
            pk_uuid("id"),
            uuid("workshop_id"),
            integer("arrival"),
            string("status"),
            integer("seats"),
            string("entry_mode"),
            string("person_key"),
            string_null("phone"),
            string_null("email"),
            uuid_null("invitation_id"),
            big_integer_null("reference"),
            string_null("heard_from"),
            uuid_null("household_id"),
            timestamp_with_time_zone("created_at"),
            date("purge_on"),
        ],
        &[("workshop_id", "workshop"), ("invitation_id", "invitation"), ("household_id", "household")],
    )
    .foreign_key(ForeignKey::create().from("registration", "reference").to("reference", "number"))
    .take();
    manager.create_table(registration).await?;
    manager.create_index(index("registration", &["workshop_id", "arrival"], true)).await?;
    manager.create_index(index("registration", &["workshop_id", "person_key"], false)).await?;

    let participant = owned(
        "participant",
        &mut [
            pk_uuid("id"),
            uuid("registration_id"),
            integer("position"),
            string("first_name"),
            string("last_name"),
            date("purge_on"),
        ],
        &[("registration_id", "registration")],
    );
    manager.create_table(participant).await?;
    manager.create_index(index("participant", &["registration_id", "position"], true)).await?;

    let attendance = owned(
        "attendance",
        &mut [uuid("participant_id"), uuid("session_id"), boolean("present"), timestamp_with_time_zone("marked_at")],
        &[("participant_id", "participant"), ("session_id", "session_date")],
    )
    .primary_key(Index::create().col("participant_id").col("session_id"))
    .take();
    manager.create_table(attendance).await
}
