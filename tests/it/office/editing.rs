//! Campaigns made and changed by hand.

use allervers::domain::calendar::working_day;
use allervers::store;
use anyhow::{Context, ensure};
use chrono::Days;
use libtest_mimic::Trial;

use super::{day, mistakes, upload, value_of, with, workshop};
use crate::support::databases::{TestDatabase, on_both};

pub fn trials() -> Vec<Trial> {
    [
        on_both("a_coordinator_begins_from_nothing", from_nothing),
        on_both("every_field_that_cannot_be_taken_says_why_and_nothing_typed_is_lost", bad_fields),
        on_both("sessions_are_added_in_the_form_without_saving", sessions_in_the_form),
        on_both("the_second_of_two_editors_is_told", two_editors),
        on_both("what_people_rely_on_stays", what_is_relied_on_stays),
        on_both("a_renamed_thing_stays_the_same_thing", renaming),
        on_both("last_years_campaign_is_resumed", resumed),
        on_both("a_logo_is_looked_at_before_it_is_kept", logos),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn from_nothing(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        // Nothing is known of the structure but its name: that is asked first.
        ensure!(office.coordinator.get("/bureau").await?.leads_to()? == "/bureau/structure");
        office.coordinator.get("/bureau/structure").await?.shows(200, &["Bienvenue", "Numérique en Lozère"])?;
        ensure!(office.coordinator.get("/bureau/campagnes/nouvelle").await?.leads_to()? == "/bureau/structure");
        office.begin().await?;
        ensure!(office.coordinator.get("/bureau").await?.leads_to()? == "/bureau/lozere-hiver");
        office.get("").await?.shows(200, &["Tout est à préparer", "Un lieu", "Les relais"])?;
        office.add_places().await?;
        office.get("").await?.shows(200, &["Un atelier"])?.hides(&["<b>Un lieu</b>"])?;
        office.add_workshop().await?;
        let outlet =
            [("name", "Mairie de Langogne"), ("channel", "townhall"), ("cost", "40 €"), ("pieces[]", "poster")];
        office.saved("relais/nouveau", &outlet).await?;
        office.get("/relais").await?.shows(200, &["Mairie de Langogne", "40\u{a0}€", "une affiche"])?;

        // Who ticks nothing gets what the channel can use.
        let radio = [("name", "Radio Margeride"), ("channel", "radio"), ("cost", "0"), ("pieces[]", "")];
        office.get("/relais/nouveau").await?.shows(200, &["ce qui convient au canal"])?;
        office.saved("relais/nouveau", &radio).await?;

        let stored = store::campaign::by_slug(office.store.read(), "lozere-hiver").await?.context("the campaign")?;
        let campaign = stored.campaign;
        let radio = campaign.outlets.iter().find(|o| o.name == "Radio Margeride").context("the radio")?;
        ensure!(radio.pieces == [allervers::domain::channel::Piece::Notice], "{:?}", radio.pieces);
        let workshop = &campaign.workshops[0];
        ensure!(workshop.slug == "tablette-langogne", "{}", workshop.slug);
        ensure!(workshop.sessions.len() == 2 && workshop.moves());
        ensure!(workshop.venue_of(&workshop.sessions[1]).town == "Grandrieu");
        ensure!(campaign.venues.len() == 2 && campaign.outlets[0].slug == "mairie-de-langogne");
        // Whoever looks for a workshop sees both days and places.
        let page = office.coordinator.get("/ateliers/tablette-langogne").await?;
        page.shows(200, &["Médiathèque de Langogne", "dans un autre lieu", "Bus numérique, place de la mairie"])?;
        Ok(())
    })
}

fn bad_fields(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        let structure = [("name", "N"), ("postcode", "48"), ("phone", "12"), ("data_email", "x")];
        let answer = office.coordinator.post("/bureau/structure", &structure).await?;
        let answer = answer.shows(422, &["« 12 » n’est pas un numéro", "« x » n’est pas une adresse", "« 48 »"])?;
        answer.shows(422, &["Ce champ est à remplir", "value=\"12\"", "aria-invalid"])?;
        let facts =
            [("name", ""), ("seed", "x"), ("posting_day", "bientôt"), ("reply_by", "2027-02-30"), ("slug", "É")];
        office.begin().await?;
        let answer = office.coordinator.post("/bureau/campagnes/nouvelle", &facts).await?;
        answer.shows(422, &["bientôt", "2027-02-30", "nombre entier", "« É » ne convient pas"])?;
        let new = office.coordinator.get("/bureau/campagnes/nouvelle").await?;
        for name in ["posting_day", "reply_by"] {
            let proposed = value_of(&new, name).parse()?;
            ensure!(working_day(proposed) == proposed, "nobody posts or calls on {proposed}");
        }
        let taken =
            [("name", "N"), ("seed", "1"), ("posting_day", "J+1"), ("reply_by", "J+2"), ("slug", "lozere-hiver")];
        let answer = office.coordinator.post("/bureau/campagnes/nouvelle", &taken).await?;
        answer.shows(422, &["déjà pris"])?;
        let taken = [("name", "N"), ("seed", "1"), ("posting_day", "J+9"), ("reply_by", "J+2")];
        let answer = office.coordinator.post("/bureau/campagnes/nouvelle", &taken).await?;
        answer.shows(422, &["doit suivre le jour d’envoi"])?;

        let answer = |page: &str, fields: Vec<(&'static str, String)>| {
            let page = format!("/bureau/lozere-hiver/{page}");
            async move {
                let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
                office.coordinator.post(&page, &fields).await
            }
        };
        let f = |name: &'static str, value: &str| (name, value.to_owned());
        let venue = vec![f("name", "Salle <b>"), f("street", "1 rue"), f("postcode", "48000"), f("town", "Langogne")];
        let said = answer("lieux/nouveau", venue).await?;
        said.shows(422, &["Aucune commune « Langogne » n’a le code postal 48000", "Salle &lt;b&gt;"])?;
        office.add_places().await?;
        let twin = vec![
            f("name", "Médiathèque de Langogne"),
            f("street", "1 rue"),
            f("postcode", "48300"),
            f("town", "Langogne"),
        ];
        answer("lieux/nouveau", twin).await?.shows(422, &["porte déjà ce nom"])?;

        let outlet = vec![f("name", "Mairie"), f("channel", "pigeon"), f("cost", "-3"), f("reach", "0")];
        let said = answer("relais/nouveau", outlet).await?;
        said.shows(422, &["pas un canal connu", "« -3 » n’est pas un montant", "nombre entier de 1"])?;
        let piece = vec![f("name", "Mairie"), f("channel", "poster"), f("cost", "0"), f("pieces[]", "banner")];
        answer("relais/nouveau", piece).await?.shows(422, &["pas un document connu"])?;

        let funder = vec![f("name", "la Carsat"), f("minimum_age", "200")];
        answer("financeurs/nouveau", funder).await?.shows(422, &["de 0 à 110", "value=\"200\""])?;
        office.saved("financeurs/nouveau", &[("name", "la Carsat"), ("minimum_age", "62")]).await?;

        let (first, second) = (day(60).to_string(), day(63).to_string());
        let (today, past) = (day(0).to_string(), (day(0) - Days::new(1)).to_string());
        let changed = |changes: &[(&'static str, &str)]| {
            let mut fields: Vec<_> = workshop(&first, &second).into_iter().map(|(n, v)| (n, v.to_owned())).collect();
            for (name, value) in changes {
                fields.retain(|(n, _)| n != name);
                fields.push((*name, (*value).to_owned()));
            }
            fields.iter().map(|(n, v)| (leak(n), v.clone())).collect::<Vec<_>>()
        };
        for (changes, expected) in [
            (vec![("price", "quarante")], "« quarante » n’est pas un montant"),
            (vec![("capacity", "0")], "de 1 à 500"),
            (vec![("minimum_age", "x")], "de 0 à 110"),
            (vec![("venue", "ailleurs")], "le lieu « ailleurs » n’existe pas"),
            (vec![("venue", "")], "ce champ est à remplir"),
            (vec![("funder", "personne")], "le financeur « personne » n’existe pas"),
            (vec![("funder", "la-carsat")], "ne finance qu’à partir de 62 ans"),
            (vec![("slug", "Tablette!")], "ne convient pas"),
            (vec![("session.1.day", &*past)], "une date passée"),
            (vec![("session.1.day", &*today)], "l’atelier commence aujourd’hui"),
            (vec![("session.1.day", "mardi")], "« mardi » n’est pas une date"),
            (vec![("session.1.ends", "13:00")], "finir après avoir commencé"),
            (vec![("session.4.starts", "tôt")], "« tôt » n’est pas une heure"),
            (vec![("session.4.venue", "ailleurs")], "le lieu « ailleurs » n’existe pas"),
            (
                vec![("session.4.day", &*first), ("session.4.starts", "15:00"), ("session.4.ends", "17:00")],
                "en même temps",
            ),
            (vec![("topic", "")], "ce champ est à remplir"),
        ] {
            let said = answer("ateliers/nouveau", changed(&changes)).await?;
            let told = said.text.contains(expected) || said.text.contains(&capital(expected));
            ensure!(told, "{changes:?} should say « {expected} »: {}", mistakes(&said));
            let shown = said.shows(422, &[])?;
            // What else was typed is still there, the second place chosen.
            shown.shows(422, &["value=\"Tablette\""])?;
        }
        let early = day(30).to_string();
        let said = answer("ateliers/nouveau", changed(&[("session.1.day", &*early)])).await?;
        said.shows(422, &["avant la date limite de réponse", "value=\"10 h\""])?;
        let none: Vec<_> = changed(&[]).into_iter().filter(|(n, _)| !n.starts_with("session")).collect();
        answer("ateliers/nouveau", none).await?.shows(422, &["Il faut de 1 à 60 séances"])?;

        let page = office.get("/lettre").await?;
        let mark = value_of(&page, "etat");
        let letter = |text: &'static str| vec![f("etat", &mark), f("letter", text)];
        let said = answer("lettre", letter("Bonjour {{nom_inconnu}}")).await?;
        said.shows(422, &["nom_inconnu", "Bonjour {{nom_inconnu}}"])?;
        let said = answer("lettre", letter("Bonjour {{salutation}}")).await?;
        said.shows(422, &["{{origine}}"])?;
        Ok(())
    })
}

/// A message as a form shows it.
fn capital(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The names of fields are few.
fn leak(name: &str) -> &'static str {
    name.to_owned().leak()
}

fn sessions_in_the_form(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.begin().await?;
        office.add_places().await?;
        let fields = [
            ("topic", "Tablette et « = »"),
            ("session.1.day", "2027-03-02"),
            ("session.1.starts", "14:00"),
            ("session.1.ends", "16:00"),
            ("action", "semaine-3"),
        ];
        let page = office.coordinator.post("/bureau/lozere-hiver/ateliers/nouveau", &fields).await?;
        page.shows(200, &["value=\"2027-03-23\"", "Séance 4", "Tablette et « = »"])?
            .hides(&["Séance 5", "mistakes"])?;
        let fields = [("session.1.day", "2027-03-02"), ("session.2.day", "2027-03-09"), ("action", "retirer-1")];
        let page = office.coordinator.post("/bureau/lozere-hiver/ateliers/nouveau", &fields).await?;
        page.shows(200, &["value=\"2027-03-09\""])?.hides(&["value=\"2027-03-02\""])?;
        ensure!(store::workshop::all(office.store.read()).await?.is_empty());
        Ok(())
    })
}

fn two_editors(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.begin().await?;
        office.add_places().await?;
        let form = "/bureau/lozere-hiver/lieux/bus-grandrieu";
        let mark = value_of(&office.coordinator.get(form).await?, "etat");
        ensure!(!mark.is_empty());
        let fields = |street: &'static str, mark: &str| {
            vec![
                ("name", "Bus numérique".to_owned()),
                ("street", street.to_owned()),
                ("postcode", "48600".to_owned()),
                ("town", "Grandrieu".to_owned()),
                ("slug", "bus-grandrieu".to_owned()),
                ("etat", mark.to_owned()),
            ]
        };
        let send = async |fields: Vec<(&str, String)>| {
            let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            office.coordinator.post(form, &fields).await
        };
        send(fields("1 rue de la Première", &mark)).await?.leads_to()?;
        let second = send(fields("2 rue de la Seconde", &mark)).await?;
        let second = second.shows(409, &["modifié entre-temps", "2 rue de la Seconde"])?;
        let street = async || -> anyhow::Result<String> {
            let stored =
                store::campaign::by_slug(office.store.read(), "lozere-hiver").await?.context("the campaign")?;
            Ok(stored.campaign.venues[0].street.clone())
        };
        ensure!(street().await? == "1 rue de la Première", "the first editor's words stay");
        // Having seen it, the second may insist.
        send(fields("2 rue de la Seconde", &value_of(&second, "etat"))).await?.leads_to()?;
        ensure!(street().await? == "2 rue de la Seconde");
        // Deleting what has changed since is refused too.
        let deleted = office.coordinator.post(&format!("{form}/supprimer"), &[("etat", mark.as_str())]).await?;
        deleted.shows(409, &["modifié entre-temps"])?;
        // Two who press at the same moment: one of them is told.
        let mark = value_of(&office.coordinator.get(form).await?, "etat");
        let (one, other) = tokio::join!(send(fields("3 rue A", &mark)), send(fields("4 rue B", &mark)));
        let (one, other) = (one?.status, other?.status);
        ensure!(one != other && [one, other].iter().any(|s| s.is_redirection()), "{one} {other}");
        Ok(())
    })
}

fn what_is_relied_on_stays(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.begin().await?;
        office.add_places().await?;
        office.add_workshop().await?;
        let delete = async |page: &str| {
            let mark = value_of(&office.get(page).await?, "etat");
            office.coordinator.post(&format!("/bureau/lozere-hiver{page}/supprimer"), &[("etat", mark.as_str())]).await
        };
        delete("/lieux/bus-grandrieu").await?.shows(422, &["a lieu ici"])?;
        let person = [("first_name", "Yvette"), ("last_name", "Pagès"), ("phone", "04 65 71 92 48")];
        office.coordinator.post("/ateliers/tablette-langogne/inscription", &person).await?.leads_to()?;
        delete("/ateliers/tablette-langogne").await?.shows(422, &["se sont inscrites"])?;
        let (first, second) = (day(60).to_string(), day(63).to_string());
        let mark = value_of(&office.get("/ateliers/tablette-langogne").await?, "etat");
        let mut fields = workshop(&first, &second);
        fields.retain(|(name, _)| !name.starts_with("session.4"));
        fields.extend([("etat", mark.as_str()), ("slug", "autre-nom")]);
        let said = office.coordinator.post("/bureau/lozere-hiver/ateliers/tablette-langogne", &fields).await?;
        said.shows(422, &["ne se retire pas", "il ne change plus"])?;
        // More seats go to who waits, in the same transaction.
        let mut fields = workshop(&first, &second);
        fields.retain(|(name, _)| *name != "capacity");
        fields.extend([("capacity", "1"), ("slug", "tablette-langogne"), ("etat", mark.as_str())]);
        office.saved("ateliers/tablette-langogne", &fields).await?;
        let waiting = [("first_name", "Jean"), ("last_name", "Brun"), ("phone", "04 65 71 92 49"), ("attente", "oui")];
        office.coordinator.post("/ateliers/tablette-langogne/inscription", &waiting).await?.leads_to()?;
        office.get("").await?.shows(200, &["est complet", "une inscription attend"])?;
        let mark = value_of(&office.get("/ateliers/tablette-langogne").await?, "etat");
        let mut fields = workshop(&first, &second);
        fields.extend([("slug", "tablette-langogne"), ("etat", mark.as_str())]);
        office.saved("ateliers/tablette-langogne", &fields).await?;
        office.get("/ateliers").await?.shows(200, &["2 sur 8"])?;
        let mark = value_of(&office.get("/ateliers/tablette-langogne").await?, "etat");
        let mut fields = workshop(&first, &second);
        fields.retain(|(name, _)| *name != "capacity");
        fields.extend([("capacity", "1"), ("slug", "tablette-langogne"), ("etat", mark.as_str())]);
        let said = office.coordinator.post("/bureau/lozere-hiver/ateliers/tablette-langogne", &fields).await?;
        said.shows(422, &["2 places sont déjà prises"])?;
        Ok(())
    })
}

fn renaming(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.begin().await?;
        office.add_places().await?;
        office.saved("financeurs/nouveau", &[("name", "la Carsat"), ("minimum_age", "55")]).await?;
        office.add_workshop().await?;
        let (first, second) = (day(60).to_string(), day(63).to_string());
        let before = store::workshop::by_slug(office.store.read(), "tablette-langogne").await?.context("it")?;
        let mark = value_of(&office.get("/ateliers/tablette-langogne").await?, "etat");
        let mut fields = workshop(&first, &second);
        fields.extend([("slug", "debuter-langogne"), ("funder", "la-carsat"), ("etat", mark.as_str())]);
        office.saved("ateliers/tablette-langogne", &fields).await?;
        let mark = value_of(&office.get("/financeurs/la-carsat").await?, "etat");
        let funder = [("name", "la Carsat"), ("minimum_age", "61"), ("slug", "carsat"), ("etat", mark.as_str())];
        let said = office.coordinator.post("/bureau/lozere-hiver/financeurs/la-carsat", &funder).await?;
        ensure!(mistakes(&said).contains("invite dès 60 ans"), "{}", mistakes(&said));
        let funder = [("name", "la Carsat"), ("minimum_age", "60"), ("slug", "carsat"), ("etat", mark.as_str())];
        office.saved("financeurs/la-carsat", &funder).await?;
        let mark = value_of(&office.get("/lieux/bus-grandrieu").await?, "etat");
        let bus = [
            ("name", "Le bus"),
            ("street", "Place"),
            ("postcode", "48600"),
            ("town", "Grandrieu"),
            ("slug", "bus"),
            ("etat", mark.as_str()),
        ];
        office.saved("lieux/bus-grandrieu", &bus).await?;
        let after = store::workshop::by_slug(office.store.read(), "debuter-langogne").await?.context("it")?;
        ensure!(after.id == before.id && after.session_ids == before.session_ids);
        ensure!(after.workshop.funder.as_deref() == Some("carsat"));
        ensure!(after.workshop.venue_of(&after.workshop.sessions[1]).slug == "bus");
        let all = store::workshop::all(office.store.read()).await?;
        ensure!(all.len() == 1, "renamed, not doubled");
        // Nobody registered, nothing is printed: all of it can go.
        for page in ["/ateliers/debuter-langogne", "/financeurs/carsat", "/lieux/bus", "/lieux/mediatheque-de-langogne"]
        {
            let mark = value_of(&office.get(page).await?, "etat");
            let gone = format!("/bureau/lozere-hiver{page}/supprimer");
            office.coordinator.post(&gone, &[("etat", mark.as_str())]).await?.leads_to()?;
        }
        let stored = store::campaign::by_slug(office.store.read(), "lozere-hiver").await?.context("the campaign")?;
        let campaign = stored.campaign;
        ensure!(campaign.workshops.is_empty() && campaign.venues.is_empty() && campaign.funders.is_empty());
        Ok(())
    })
}

fn resumed(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.begin().await?;
        office.add_places().await?;
        office.add_workshop().await?;
        let page = office.coordinator.get("/bureau/campagnes/nouvelle?reprendre=lozere-hiver").await?;
        let page = page.shows(200, &["repris"])?;
        let (posting, reply) = (day(28 + 364).to_string(), day(45 + 364).to_string());
        let facts = [("name", "Lozère, hiver"), ("posting_day", posting.as_str()), ("reply_by", &reply)];
        let begun = office.coordinator.fills_in(&page, &facts).await?;
        ensure!(begun.leads_to()? == "/bureau/lozere-hiver-2", "{begun:?}");
        let stored = store::campaign::by_slug(office.store.read(), "lozere-hiver-2").await?.context("the campaign")?;
        let workshop = &stored.campaign.workshops[0];
        ensure!(workshop.slug == "tablette-langogne-2", "{}", workshop.slug);
        ensure!(workshop.first_day() == day(60 + 364), "the same weekday, 52 weeks later");
        ensure!(workshop.venue_of(&workshop.sessions[1]).slug == "bus-grandrieu");
        let (posting, reply) = (day(1).to_string(), day(200).to_string());
        let facts = [("name", "N"), ("posting_day", posting.as_str()), ("reply_by", &reply)];
        let said = office.coordinator.fills_in(&page, &facts).await?;
        let again = said.shows(422, &["ne va plus", "date limite de réponse"])?;
        // What comes back still knows which campaign it resumes.
        let (posting, reply) = (day(28 + 364).to_string(), day(45 + 364).to_string());
        let begun = office.coordinator.fills_in(&again, &[("posting_day", &posting), ("reply_by", &reply)]).await?;
        let stored = store::campaign::by_slug(office.store.read(), "n").await?.context("the campaign")?;
        ensure!(begun.leads_to()? == "/bureau/n" && stored.campaign.workshops.len() == 1, "{begun:?}");
        Ok(())
    })
}

fn logos(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.begin().await?;
        let page = "/bureau/lozere-hiver/financeurs/nouveau";
        let fields = [("name", "la Carsat"), ("mentions", "Avec le soutien de la Carsat.\n\nEt de la CNAV.")];
        let huge =
            [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &60_000_u32.to_be_bytes(), &60_000_u32.to_be_bytes()];
        // A head that promises four pixels, and nothing after it.
        let torn = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x02\0\0\0\x02\x08\x06\0\0\0".to_vec();
        for (bytes, expected) in [
            (b"%PDF-1.7".to_vec(), "PNG, JPEG ou SVG"),
            (vec![0; 2_000_001], "2 Mo"),
            (huge.concat(), "60000 × 60000"),
            (torn, "abîmée"),
        ] {
            let said = upload(&office.coordinator, page, &fields, ("logo", "logo.png", &bytes)).await?;
            said.shows(422, &[expected, "logo.png", "Et de la CNAV."])?;
        }
        let too_heavy = upload(&office.coordinator, page, &fields, ("logo", "logo.png", &vec![0; 5_000_000])).await?;
        too_heavy.shows(413, &["trop gros"])?;
        let svg =
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"20\"><path d=\"M0 0h9v9z\"/><script>alert(1)</script></svg>";
        upload(&office.coordinator, page, &fields, ("logo", "logo.svg", svg)).await?.leads_to()?;
        office.get("/financeurs").await?.shows(200, &["« Et de la CNAV. »", "/financeurs/la-carsat/logo"])?;
        let logo = office.get("/financeurs/la-carsat/logo").await?;
        ensure!(logo.header("content-type")? == "image/svg+xml");
        ensure!(!logo.header("content-security-policy")?.contains("script"), "a script in a logo is not run");
        // Saving without a file keeps the logo; the tick takes it away.
        for (remove, there) in [("", 200), ("oui", 404)] {
            let mark = value_of(&office.get("/financeurs/la-carsat").await?, "etat");
            let fields =
                [("name", "la Carsat"), ("slug", "la-carsat"), ("logo_remove", remove), ("etat", mark.as_str())];
            office.saved("financeurs/la-carsat", &fields).await?;
            office.get("/financeurs/la-carsat/logo").await?.shows(there, &[])?;
        }
        Ok(())
    })
}
