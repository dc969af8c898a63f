//! Communes are assigned to a venue by its short name, which nothing else in the campaign has, and no longer by its name; and a
//! campaign knows which pack it was last taken from.

use std::collections::BTreeMap;

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, QueryResult};
use serde_json::Value;

crate::step!(up);

/// Short names of a campaign's venues, by campaign and by the venues' names.
type Venues = BTreeMap<(String, String), Vec<String>>;

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for column in ["pack_sha256", "taken_sha256"] {
        let campaign = Table::alter().table("campaign").add_column(string_null(column)).take();
        manager.alter_table(campaign).await?;
    }
    let venues = venues(manager).await?;
    // An audience as it is saved, as it was drawn, and as letters were printed from it.
    rekey(manager, &venues, "saved_audience", "definition", Some("name")).await?;
    rekey(manager, &venues, "audience", "definition", None).await?;
    rekey(manager, &venues, "issued_output", "facts", Some("path")).await
}

async fn venues(manager: &SchemaManager<'_>) -> Result<Venues, DbErr> {
    let select = Query::select()
        .expr_as(Expr::col(("campaign", "slug")), "campaign")
        .columns([("venue", "slug"), ("venue", "name"), ("venue", "commune")])
        .from("venue")
        .inner_join("campaign", Expr::col(("venue", "campaign_id")).equals(("campaign", "id")))
        .take();
    let mut venues = Venues::new();
    for row in manager.get_connection().query_all(&select).await? {
        let (name, slug) = (text(&row, "name")?, text(&row, "slug")?);
        let slug = if slug.is_empty() { made_up(&format!("{} {name}", text(&row, "commune")?)) } else { slug };
        venues.entry((text(&row, "campaign")?, name)).or_default().push(slug);
    }
    Ok(venues)
}

/// Rewrites a column of a table of which a campaign has one row a `key`, or one row.
async fn rekey(
    manager: &SchemaManager<'_>,
    venues: &Venues,
    table: &'static str,
    column: &'static str,
    key: Option<&'static str>,
) -> Result<(), DbErr> {
    let mut select = Query::select();
    select
        .expr_as(Expr::col(("campaign", "slug")), "campaign")
        .expr_as(Expr::col((table, column)), "written")
        .from(table)
        .inner_join("campaign", Expr::col((table, "campaign_id")).equals(("campaign", "id")))
        .and_where(Expr::col((table, column)).like("%\"assigned\":{\"%"));
    if let Some(key) = key {
        select.expr_as(Expr::col((table, key)), "key");
    }
    for row in manager.get_connection().query_all(&select).await? {
        let campaign = text(&row, "campaign")?;
        let Some(changed) = rekeyed(&text(&row, "written")?, &campaign, venues) else { continue };
        let of_campaign =
            Query::select().column("id").from("campaign").and_where(Expr::col("slug").eq(&campaign)).take();
        let mut update = Query::update();
        update.table(table).value(column, changed).and_where(Expr::col("campaign_id").in_subquery(of_campaign));
        if let Some(key) = key {
            update.and_where(Expr::col(key).eq(text(&row, "key")?));
        }
        manager.get_connection().execute(&update).await?;
    }
    Ok(())
}

/// The JSON with the names under `assigned` replaced, and every other byte as it was, since some of it is compared as text. A
/// name that no venue has stays, as it invited nobody before.
fn rekeyed(json: &str, campaign: &str, venues: &Venues) -> Option<String> {
    const KEY: &str = "\"assigned\":";
    let at = json.find(KEY)? + KEY.len();
    let mut values = serde_json::Deserializer::from_str(&json[at..]).into_iter::<BTreeMap<String, Vec<Value>>>();
    let assigned = values.next()?.ok()?;
    let end = at + values.byte_offset();
    let mut by_slug: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, communes) in assigned {
        let slugs = venues.get(&(campaign.to_owned(), name.clone())).cloned().unwrap_or_else(|| vec![name]);
        for slug in slugs {
            by_slug.entry(slug).or_default().extend(communes.iter().cloned());
        }
    }
    Some(format!("{}{}{}", &json[..at], serde_json::to_string(&by_slug).ok()?, &json[end..]))
}

/// The short name that is made for a venue which has none.
fn made_up(name: &str) -> String {
    const CHARS: usize = 36;
    let plain = deunicode::deunicode(name).to_ascii_lowercase();
    let mut made = String::new();
    for word in plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        let joined = if made.is_empty() { word.to_owned() } else { format!("{made}-{word}") };
        if joined.len() > CHARS {
            break;
        }
        made = joined;
    }
    made
}

fn text(row: &QueryResult, column: &str) -> Result<String, DbErr> {
    row.try_get("", column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_venues_change() {
        let venue = |name: &str, slugs: &[&str]| {
            (("lozere".to_owned(), name.to_owned()), slugs.iter().map(|s| (*s).to_owned()).collect())
        };
        let venues = Venues::from([
            venue("Salle des fêtes", &["salle-mende", "salle-langogne"]),
            venue("Médiathèque", &["mediatheque"]),
        ]);
        let before = r#"[48,{"minimum_age":60,"assigned":{"Ailleurs":["48061"],"Médiathèque":["48080"],"Salle des fêtes":["48095"]},"cap":null},[]]"#;
        let after = r#"[48,{"minimum_age":60,"assigned":{"Ailleurs":["48061"],"mediatheque":["48080"],"salle-langogne":["48095"],"salle-mende":["48095"]},"cap":null},[]]"#;
        assert_eq!(rekeyed(before, "lozere", &venues).as_deref(), Some(after));
        assert_eq!(rekeyed("{\"minimum_age\":60}", "lozere", &venues), None);
        assert_eq!(made_up("48080 Médiathèque de Langogne"), "48080-mediatheque-de-langogne");
    }
}
