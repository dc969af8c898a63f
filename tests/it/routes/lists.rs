//! A coordinator gives a fund's file: looked at, put under its contract, reviewed, accepted.

use std::time::{Duration, Instant};

use allervers::service::approve_proof::{Needed, proof};
use allervers::service::find_campaign::find_any_campaign;
use allervers::store::approval::Approval;
use allervers::store::{self, StoreError};
use anyhow::{Context, bail, ensure};
use libtest_mimic::Trial;

use super::with;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::visitor::{Answer, Visitor};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("a_list_is_looked_at_staged_reviewed_and_accepted", the_whole_way),
        on_both("a_discarded_list_leaves_nothing", discarded),
        on_both("what_was_chosen_for_a_funds_columns_is_used_again", remembered),
        on_both("refused_rows_come_back_mended_under_the_same_contract", mended),
        on_both("the_same_file_twice_is_noticed_before_it_is_read", twice),
        on_both("a_file_is_seen_by_who_gave_it_and_lists_only_by_coordinators", private),
        on_both("a_contract_is_asked_field_by_field", contract_mistakes),
        on_both("the_contract_of_an_accepted_list_is_changed", contract_changed),
        on_both("formulas_and_markup_in_cells_stay_text", markup),
        on_both("an_uncertain_pair_is_decided_side_by_side", pairs),
        on_both("what_the_program_joined_is_shown_and_separated", joined),
        on_both("a_file_that_cannot_be_a_list_is_refused_with_its_reason", unreadable),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const LISTS: &str = "/bureau/lozere/listes";

const CSV: &str = "NIR;Civilité;Nom;Prénom;Date de naissance;Adresse;Code postal;Ville;Matricule\n\
    248014809512385;Mme;FABRE;Rose;22/01/1948;3 rue Basse;48000;Mende;A1\n\
    ;M.;FABRE;Louis;12/03/1941;3 rue Basse;48000;Mende;A2\n\
    ;Mme;FABRE;Rose;22/01/1948;3 rue Basse;48000;Mende;A1\n\
    ;M.;BRUN;Jean;31/02/1940;7 rue Haute;48100;Marvejols;A3\n\
    ;Mme;;Yvonne;1940;9 rue Haute;48100;Marvejols;A4\n\
    ;M.;PIC;Marc;1939;;48300;Langogne;A5\n";

/// The contract that tests give, but for what they change.
fn contract<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("fund", "la Carsat de l’Exemple"),
        ("role", "controller"),
        ("purpose", "vous proposer des ateliers"),
        ("legal_basis", "La Carsat agit dans sa mission d’intérêt public."),
        ("convention", "convention du 2 novembre 2026"),
        ("dpo", "dpo@exemple.fr"),
        ("received_on", "2026-11-02"),
        ("purge_on", "2099-06-30"),
        ("matching", "oui"),
        ("mentions", "Phrase exigée."),
        ("approved_by", "Ana Exemple, action sociale"),
    ];
    let other = |name: &str| changed.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
    usual.map(|(name, value)| (name, other(name).unwrap_or(value))).into()
}

/// Gives a file and stages it as it was understood; the page that waits for an answer.
pub async fn staged(
    office: &Visitor,
    name: &str,
    bytes: &[u8],
    terms: &[(&str, &str)],
) -> anyhow::Result<(String, Answer)> {
    let given = office.upload(LISTS, "fichier", name, bytes).await?;
    let file = given.leads_to()?.to_owned();
    office.get(&file).await?.shows(200, &["rien n’est encore enregistré"])?;
    office.post(&format!("{file}/contrat"), terms).await?.leads_to()?;
    waited(office, &file).await
}

/// Follows the progress page to where it leads.
async fn waited(office: &Visitor, file: &str) -> anyhow::Result<(String, Answer)> {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = office.get(file).await?;
        if answer.status.is_redirection() {
            let list = answer.leads_to()?.to_owned();
            return Ok((list.clone(), office.get(&list).await?));
        }
        if answer.headers.get("refresh").is_none() {
            bail!("{} {}", answer.status, answer.text);
        }
        ensure!(Instant::now() < end, "the list never came in");
        tokio::task::yield_now().await;
    }
}

fn the_whole_way(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        office.get(LISTS).await?.shows(200, &["Donner une liste", "liste.csv", "l’Agirc-Arrco"])?;
        let given = office.upload(LISTS, "fichier", "carsat.csv", CSV.as_bytes()).await?;
        let file = given.leads_to()?.to_owned();
        let look = office.get(&file).await?;
        let shown = ["codage UTF-8", "NIR", "Nom d’usage", "FABRE", "3 rue Basse", "<b>6</b>"];
        let look = look.shows(200, &shown)?.hides(&["248014809512385"])?;
        ensure!(look.header("cache-control")? == "no-store");
        let on = office.post(&file, &[("suite", "contrat")]).await?;
        ensure!(on.leads_to()?.ends_with("/contrat"), "{on:?}");
        office.get(on.leads_to()?).await?.shows(200, &["Qui décide de l’usage de la liste", "bon à tirer"])?;
        // Nothing is stored so far.
        office.get(LISTS).await?.shows(200, &["1\u{a0}liste reçue"])?;
        office.post(on.leads_to()?, &contract(&[])).await?.leads_to()?;
        let (list, review) = waited(&office, &file).await?;
        let review = review.shows(
            200,
            &[
                "6\u{a0}lignes lues",
                "PIC",
                "Date de naissance",
                "31/02/1940",
                "Aucun nom de famille",
                "1\u{a0}doublon dans la liste",
                "Colonne écartée\u{a0}: NIR",
                "ni voie, ni lieu-dit",
            ],
        )?;
        ensure!(review.header("cache-control")? == "no-store");
        office
            .get(LISTS)
            .await?
            .shows(200, &["attend que vous la vérifiiez", "À vérifier"])?
            .hides(&["Donner une liste"])?;
        let done = office.post(&format!("{list}/accepter"), &[]).await?;
        office
            .get(done.leads_to()?)
            .await?
            .shows(200, &["liste acceptée", "Choisir le public", "Redonner les lignes réparées", "PIC"])?
            .hides(&["Est-ce bien la fin"])?;
        office
            .get(LISTS)
            .await?
            .shows(200, &["2\u{a0}listes reçues", "Donner une liste", "2\u{a0}novembre 2026"])?
            .hides(&["À vérifier"])?;
        office.post(&format!("{list}/accepter"), &[]).await?.shows(422, &["déjà été acceptée"])?;
        office.post(&format!("{list}/ecarter"), &[]).await?.shows(422, &["ne s’écarte plus"])?;
        // Its contract names who approves the letter: printing comes after that.
        let noted = "/bureau/lozere/tirage?accord=note";
        office.get(noted).await?.shows(200, &["accord attendu"])?.hides(&[">Fabriquer</a>"])?;
        approve(campaign).await?;
        office.get(noted).await?.shows(200, &["Le bon à tirer est noté", ">Fabriquer</a>"])?;
        let refused = office
            .get(&format!("{list}/refusees.csv"))
            .await?
            .shows(200, &["Yvonne", "Motif du refus", "Aucun nom"])?;
        ensure!(refused.hides(&["NIR;"])?.header("content-type")?.starts_with("text/csv"));
        let outcomes = office.get(&format!("{list}/resultats.csv")).await?;
        let lines: Vec<_> = outcomes.text.lines().collect();
        ensure!(lines.len() == 7 && lines[0] == "row,outcome,reason,retiree,household,commune_insee", "{lines:?}");
        ensure!(lines[5].starts_with("5,refused,"), "{lines:?}");
        Ok(())
    })
}

/// Everybody whom a contract names says yes to the letter as it is.
async fn approve(campaign: &TestCampaign) -> anyhow::Result<()> {
    let stored = find_any_campaign(&campaign.store, "lozere").await?;
    let proof = proof(&campaign.store, &stored).await?;
    let (scope, id, now) = (stored.structure, stored.id, chrono::Utc::now());
    let approval = |approver: &Needed| Approval {
        by: approver.approver.clone(),
        fund: approver.fund.clone(),
        sha256: proof.sha256.clone(),
        on: now.date_naive(),
        declared: false,
        noted_at: now,
    };
    let approvals: Vec<_> = proof.needed.iter().map(approval).collect();
    campaign
        .store
        .write::<_, StoreError, _>(move |tx| {
            let approvals = approvals.clone();
            Box::pin(async move {
                for approval in &approvals {
                    store::approval::insert(tx, scope, id, approval).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

fn discarded(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let (list, _) = staged(&office, "carsat.csv", CSV.as_bytes(), &contract(&[])).await?;
        let gone = office.post(&format!("{list}/ecarter"), &[]).await?;
        office.get(gone.leads_to()?).await?.shows(200, &["1\u{a0}liste reçue"])?.hides(&["carsat.csv"])?;
        office.get(&list).await?.shows(404, &["écartée"])?;
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        desk.post("/accueil", &[("q", "fabre rose")]).await?.hides(&["3 RUE BASSE"])?;
        // And it can be given again.
        let (list, review) = staged(&office, "carsat.csv", CSV.as_bytes(), &contract(&[])).await?;
        review.shows(200, &["6\u{a0}lignes lues"])?;
        office.post(&format!("{list}/ecarter"), &[]).await?.leads_to()?;
        let one: String = CSV.lines().take(2).flat_map(|line| [line, "\n"]).collect();
        let (_, review) = staged(&office, "carsat.csv", one.as_bytes(), &contract(&[])).await?;
        review.shows(200, &["1\u{a0}ligne lue\u{202f}; la dernière"])?;
        Ok(())
    })
}

fn remembered(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let first = "NOM;PRENOM;ZONE1;CP;VILLE;INFO\nFABRE;Rose;1 rue Basse;48000;Mende;0465710001\nBRUN;Jean;2 rue Basse;48000;Mende;\n";
        let given = office.upload(LISTS, "fichier", "un.csv", first.as_bytes()).await?;
        let file = given.leads_to()?.to_owned();
        // The fifth column is found to hold phones; she knows better.
        let look = office.get(&file).await?.shows(200, &["INFO"])?.hides(&["Comme la dernière fois"])?;
        ensure!(look.text.contains("name=\"lu-5\" value=\"phone\""), "{}", look.text);
        let fields = [
            ("nom-0", "NOM"),
            ("nom-1", "PRENOM"),
            ("nom-2", "ZONE1"),
            ("nom-3", "CP"),
            ("nom-4", "VILLE"),
            ("nom-5", "INFO"),
        ];
        let same =
            [("champ-0", "usage_name"), ("lu-0", "usage_name"), ("champ-1", "first_name"), ("lu-1", "first_name")];
        let more = [("champ-2", "address"), ("lu-2", "address"), ("champ-3", "postcode"), ("lu-3", "postcode")];
        let last = [("champ-4", "town"), ("lu-4", "town"), ("champ-5", ""), ("lu-5", "phone"), ("suite", "relire")];
        office.post(&file, &[&fields[..], &same, &more, &last].concat()).await?.leads_to()?;
        let look = office.get(&file).await?;
        ensure!(look.text.contains("name=\"lu-5\" value=\"\""), "{}", look.text);
        office.post(&format!("{file}/contrat"), &contract(&[])).await?.leads_to()?;
        let (list, _) = waited(&office, &file).await?;
        office.post(&format!("{list}/accepter"), &[]).await?.leads_to()?;
        let second = first.replace("FABRE", "MARTIN");
        let given = office.upload(LISTS, "fichier", "deux.csv", second.as_bytes()).await?;
        let file = given.leads_to()?.to_owned();
        let look = office.get(&file).await?.shows(200, &["Comme la dernière fois", "la Carsat de l’Exemple"])?;
        ensure!(look.text.contains("name=\"lu-5\" value=\"\""), "{}", look.text);
        // And with it the contract of that fund, but for its days.
        let form = office
            .get(&format!("{file}/contrat"))
            .await?
            .shows(200, &["Repris du dernier contrat", "dpo@exemple.fr", "Phrase exigée."])?;
        form.hides(&["2099-06-30"])?;
        // A column more is the same fund's list still.
        let more = second.replace("INFO\n", "INFO;CAISSE\n").replace("0001\n", "0001;48\n");
        let given = office.upload(LISTS, "fichier", "trois.csv", more.as_bytes()).await?;
        let look = office.get(given.leads_to()?).await?.shows(200, &["Comme la dernière fois", "CAISSE"])?;
        ensure!(look.text.contains("name=\"lu-5\" value=\"\""), "{}", look.text);
        // What is not read though people might count on it is said, and a header alone asks for no other column.
        let said = first.replace("INFO", "Téléphone tuteur");
        let given = office.upload(LISTS, "fichier", "tuteurs.csv", said.as_bytes()).await?;
        office.get(given.leads_to()?).await?.shows(200, &["Téléphone tuteur", "parle de quelqu’un d’autre"])?;
        let given = office.upload(LISTS, "fichier", "titres.csv", b"NOM;PRENOM;ZONE1;CP;VILLE\n").await?;
        office.get(given.leads_to()?).await?.shows(200, &["aucune ligne dessous"])?.hides(&["sous un autre nom"])?;
        office.post(&file, &[("suite", "oublier")]).await?.leads_to()?;
        let look = office.get(&file).await?.hides(&["Comme la dernière fois"])?;
        ensure!(look.text.contains("name=\"lu-5\" value=\"phone\""), "{}", look.text);
        // Read in as the program finds it, it is what the next one is read by.
        office.post(&format!("{file}/contrat"), &contract(&[])).await?.leads_to()?;
        let (list, _) = waited(&office, &file).await?;
        office.post(&format!("{list}/accepter"), &[]).await?.leads_to()?;
        let given = office.upload(LISTS, "fichier", "quatre.csv", first.replace("FABRE", "ROUX").as_bytes()).await?;
        office.get(given.leads_to()?).await?.shows(200, &["INFO"])?.hides(&["Comme la dernière fois"])?;
        Ok(())
    })
}

fn mended(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let terms = contract(&[("role", "processor"), ("matching", "non")]);
        let (list, _) = staged(&office, "carsat.csv", CSV.as_bytes(), &terms).await?;
        office.post(&format!("{list}/accepter"), &[]).await?.leads_to()?;
        let refused = office.get(&format!("{list}/refusees.csv")).await?;
        let mended =
            refused.text.replace(";Mme;;Yvonne;", ";Mme;FABRE;Yvonne;").replace("Mme;;Yvonne", "Mme;FABRE;Rose");
        ensure!(mended != refused.text, "{}", refused.text);
        let given =
            office.upload(&format!("{list}/complement"), "fichier", "carsat-refusees.csv", mended.as_bytes()).await?;
        let file = given.leads_to()?.to_owned();
        office.get(&file).await?.shows(200, &["lire ces lignes", "Motif du refus"])?;
        let on = office.post(&file, &[("suite", "contrat")]).await?;
        // The contract is known: it is not asked again.
        office.get(on.leads_to()?).await?.leads_to()?;
        let (supplement, review) = waited(&office, &file).await?;
        let review =
            review.shows(200, &["1\u{a0}ligne lue", "la Carsat de l’Exemple", "comparée à aucune autre liste"])?;
        review.hides(&["Ce qui a été refusé"])?;
        office.post(&format!("{supplement}/accepter"), &[]).await?.leads_to()?;
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        desk.post("/accueil", &[("q", "fabre")]).await?.shows(200, &["9 RUE HAUTE"])?;
        Ok(())
    })
}

fn twice(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let (list, _) = staged(&office, "carsat.csv", CSV.as_bytes(), &contract(&[])).await?;
        let again = office.upload(LISTS, "fichier", "copie.csv", CSV.as_bytes()).await?;
        office.get(again.leads_to()?).await?.shows(422, &["carsat.csv", "attend d’être vérifié"])?;
        office.post(&format!("{list}/accepter"), &[]).await?.leads_to()?;
        let again = office.upload(LISTS, "fichier", "copie.csv", CSV.as_bytes()).await?;
        office.get(again.leads_to()?).await?.shows(422, &["déjà dans la campagne", "carsat.csv"])?;
        Ok(())
    })
}

fn private(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        campaign.and_another_structure().await?;
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let given = office.upload(LISTS, "fichier", "carsat.csv", CSV.as_bytes()).await?;
        let file = given.leads_to()?.to_owned();
        let (list, _) = staged(&office, "autre.csv", CSV.replace("A1", "B1").as_bytes(), &contract(&[])).await?;
        for account in ["hub@exemple.fr", "accueil@exemple.fr"] {
            let other = visitor.logged_in(account).await?;
            for page in [LISTS, &file, &list, &format!("{list}/refusees.csv"), &format!("{list}/doutes")] {
                other.get(page).await?.shows(403, &["pas ouverte à votre compte"])?.hides(&["FABRE"])?;
            }
            other.post(&format!("{list}/accepter"), &[]).await?.shows(403, &[])?;
            other.upload(LISTS, "fichier", "x.csv", CSV.as_bytes()).await?.shows(403, &[])?;
        }
        let hub = visitor.logged_in("hub@exemple.fr").await?;
        hub.get("/bureau/lozere/canaux").await?.shows(200, &[])?.hides(&["/listes"])?;
        ensure!(visitor.get(&file).await?.leads_to()?.starts_with("/connexion"));
        // A made-up or forgotten file says what to do.
        let gone = office.get(&format!("{LISTS}/fichier/{}", "0".repeat(32))).await?;
        gone.shows(410, &["n’est plus là", "redémarrage", "donnez-le à nouveau"])?;
        office.get("/bureau/gard/listes").await?.shows(404, &[])?;
        Ok(())
    })
}

fn contract_mistakes(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let given = office.upload(LISTS, "fichier", "carsat.csv", CSV.as_bytes()).await?;
        let form = format!("{}/contrat", given.leads_to()?);
        let empty = office.post(&form, &[]).await?;
        empty.shows(422, &["Écrivez le nom de la caisse", "Dites qui décide", "Choisissez le jour", "bon à tirer"])?;
        for (changed, said) in [
            (("purge_on", "2026-11-02"), "suivre la réception"),
            (("purge_on", "2026-11-03"), "à venir"),
            (("received_on", "2098-01-01"), "après aujourd’hui"),
            (("role", "chef"), "Dites qui décide"),
        ] {
            office.post(&form, &contract(&[changed])).await?.shows(422, &[said, "convention du 2 novembre 2026"])?;
        }
        office.get(LISTS).await?.shows(200, &["1\u{a0}liste reçue"])?;
        Ok(())
    })
}

fn markup(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let bad = "Nom;Prénom;Adresse;CP;Ville;<b>Note</b>\n\
            =HYPERLINK(\"http://mal.exemple\");<script>alert(1)</script>;1 rue Basse;48000;Mende;@SUM(A1)\n\
            ;=1+1;<img src=x>;48000;Mende;-cmd|calc\n";
        let given = office.upload(LISTS, "fichier", "<script>x.csv", bad.as_bytes()).await?;
        let file = given.leads_to()?.to_owned();
        let live = ["<script>alert", "<img src=x>", "<b>Note", "<script>x"];
        office.get(&file).await?.shows(200, &["&lt;script&gt;alert(1)", "=HYPERLINK"])?.hides(&live)?;
        office.post(&format!("{file}/contrat"), &contract(&[])).await?.leads_to()?;
        let (list, review) = waited(&office, &file).await?;
        review.shows(200, &["=1+1", "&lt;img src=x&gt;"])?.hides(&live)?;
        office.get(LISTS).await?.hides(&live)?;
        let refused = office.get(&format!("{list}/refusees.csv")).await?;
        refused.shows(200, &["'=1+1", "'-cmd|calc"])?.hides(&[";=1+1", ";-cmd"])?;
        Ok(())
    })
}

fn pairs(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        // A slip in the day of birth, and she has moved; the others make her name a rare one.
        let mut list = "Nom;Prénom;Né le;Adresse;CP;Ville\n".to_owned();
        for person in 0..60 {
            let name = format!(
                "{}{}",
                ["BRU", "CAL", "DOR", "FAB"][person % 4],
                "ADEAGUENCEUXIOLOULARD".split_at(person / 4).1
            );
            list += &format!(
                "{name};Jean;0{}/03/19{};{} rue Haute;48000;Mende\n",
                1 + person % 9,
                30 + person % 25,
                person + 1
            );
        }
        list += "SOLIGNAC;Yvette;12/03/1941;70 rue Basse;48000;Mende\n";
        list += "SOLIGNAC;Yvette;21/03/1941;8 avenue Foch;48000;Mende\n";
        let (list, review) = staged(&office, "carsat.csv", list.as_bytes(), &contract(&[])).await?;
        let page = format!("{list}/doutes");
        if review.text.contains("incertaine") {
            review.shows(200, &[&page])?;
        }
        let open = office.get(&page).await?.shows(200, &["Est-ce la même personne", "12/03/1941", "21/03/1941"])?;
        let pair =
            open.text.split("name=\"paire\" value=\"").nth(1).and_then(|t| t.split('"').next()).context("a pair")?;
        let left = office.post(&page, &[("paire", pair), ("reponse", "plus_tard")]).await?;
        let left = office.get(left.leads_to()?).await?;
        left.shows(200, &["1\u{a0}paire incertaine", "La question reste ouverte"])?;
        office.post(&page, &[("paire", pair), ("reponse", "meme")]).await?.leads_to()?;
        let last = ["Plus aucune paire incertaine", "l’accepter</a>", "Déjà tranché", "La même personne"];
        office.get(&page).await?.shows(200, &last)?;
        office.get(&list).await?.shows(200, &["1\u{a0}doublon dans la liste"])?;
        office.post(&page, &[("paire", pair), ("reponse", "annuler")]).await?.leads_to()?;
        office.get(&page).await?.shows(200, &["1\u{a0}paire incertaine"])?;
        Ok(())
    })
}

fn contract_changed(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        // A man whom the pack's list names too, and a row that comes back mended under the same contract.
        let csv = format!("{CSV};M.;PAGÈS;Jean;1945;12 rue des Écoles;48300;Langogne;A6\n");
        let (list, review) = staged(&office, "carsat.csv", csv.as_bytes(), &contract(&[])).await?;
        let form = format!("{list}/contrat");
        review.shows(200, &["1\u{a0}foyer déjà connu"])?.hides(&[&form])?;
        office.get(&form).await?.shows(422, &["attend d’être vérifiée"])?;
        office.post(&format!("{list}/accepter"), &[]).await?.leads_to()?;
        let mended = "Civilité;Nom;Prénom;Date de naissance;Adresse;Code postal;Ville\nMme;FABRE;Yvonne;1940;9 rue Haute;48100;Marvejols\n";
        let given = office.upload(&format!("{list}/complement"), "fichier", "repare.csv", mended.as_bytes()).await?;
        let file = given.leads_to()?.to_owned();
        office.get(&format!("{file}/contrat")).await?.leads_to()?;
        let (second, _) = waited(&office, &file).await?;
        office.post(&format!("{second}/accepter"), &[]).await?.leads_to()?;
        office.get(&list).await?.shows(200, &[&form])?.hides(&["interdit de comparer"])?;
        let asked = office.get(&form).await?;
        let asked = asked.shows(200, &["la Carsat de l’Exemple", "2099-06-30", "vaut dès maintenant"])?;
        let mark = asked.text.split("name=\"etat\" value=\"").nth(1).and_then(|t| t.split('"').next());
        let mark = mark.context("a mark")?.to_owned();
        let terms = |changed: &[(&'static str, &'static str)]| {
            let fields = contract(changed).into_iter().map(|(name, value)| (name, value.to_owned()));
            fields.chain([("etat", mark.clone())]).collect::<Vec<_>>()
        };
        let post = async |address: &str, fields: Vec<(&'static str, String)>| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            office.post(address, &fields).await
        };
        post(&form, terms(&[("purge_on", "2020-01-01")]))
            .await?
            .shows(422, &["L’effacement doit suivre la réception"])?;
        let saved = post(&form, terms(&[("purge_on", "2098-06-30"), ("matching", "non")])).await?;
        let forbidden = "Le contrat interdit de comparer cette liste, et 1\u{a0}foyer réunit encore";
        let seen = office.get(saved.leads_to()?).await?;
        seen.shows(200, &["Le contrat est enregistré", "30\u{a0}juin 2098", forbidden, "comparée à aucune autre"])?;
        // What came under the same contract still does.
        office.get(&second).await?.shows(200, &["30\u{a0}juin 2098"])?.hides(&["interdit de comparer"])?;
        post(&form, terms(&[])).await?.shows(409, &["Quelqu’un d’autre l’a modifié"])?;
        // The pack's own list is changed in the pack.
        let lists = office.get(LISTS).await?;
        let of_pack = lists.text.split("\">liste.csv</a>").next().and_then(|t| t.rsplit("href=\"").next());
        let of_pack = of_pack.context("the pack's list")?;
        office.get(of_pack).await?.shows(200, &["liste acceptée"])?.hides(&["Modifier le contrat"])?;
        office.get(&format!("{of_pack}/contrat")).await?.shows(422, &["vient du dossier"])?;
        Ok(())
    })
}

fn joined(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        // A couple, of whom one is named twice, and seventy others who are named twice.
        let mut csv = CSV.to_owned();
        for i in 0..70 {
            let letters = format!("{}{}", char::from(b'A' + i % 26), char::from(b'A' + i / 26));
            let row = format!(";M.;Z{letters}OU;Jean;0{}/03/1940;{i} rue Neuve;48000;Mende;B{i}\n", 1 + i % 9);
            csv.extend([row.as_str(), row.as_str()]);
        }
        let (list, review) = staged(&office, "carsat.csv", csv.as_bytes(), &contract(&[])).await?;
        let page = format!("{list}/liens");
        review.shows(200, &[&page, "71\u{a0}doublons dans la liste"])?;
        let first =
            office.get(&page).await?.shows(200, &["mêmes nom et prénom", "même date de naissance", "Séparer"])?;
        ensure!(first.text.matches("En commun").count() == 50, "a page is bounded");
        let next = first.text.split("name=\"apres\" value=\"").nth(1).and_then(|t| t.split('"').next());
        let rest = office
            .get(&format!("{page}?apres={}", next.context("the next page")?))
            .await?
            .shows(200, &["Revenir aux premières"])?;
        ensure!(rest.text.matches("En commun").count() == 21, "every link is on a page");
        // By name, and only that: the couple's two rows about Rose.
        let rose = office.get(&format!("{page}?nom=fabre")).await?;
        let rose = rose.shows(200, &["ligne 1<", "ligne 3<", "même référence de la caisse"])?.hides(&["OU</b>"])?;
        let row = |page: &Answer| {
            let row = page.text.split("name=\"ligne\" value=\"").nth(1).and_then(|t| t.split('"').next());
            row.map(str::to_owned).context("a row")
        };
        let separated = office.post(&page, &[("ligne", &row(&rose)?), ("nom", "fabre")]).await?;
        let gone = office.get(separated.leads_to()?).await?;
        gone.shows(200, &["C’est séparé", "Aucune ligne jointe ne porte ce nom"])?;
        office.get(&list).await?.shows(200, &["70\u{a0}doublons dans la liste"])?;
        let pairs = office.get(&format!("{list}/doutes")).await?;
        pairs.shows(200, &["Déjà tranché", "Deux personnes", "séparées à la main", &page])?;
        // The couple is one household until somebody says otherwise.
        let home =
            office.get(&format!("{page}?quoi=foyers&nom=louis")).await?.shows(200, &["Rose FABRE", "Louis FABRE"])?;
        let fields = [("ligne", row(&home)?), ("quoi", "foyers".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        office.post(&page, &fields).await?.leads_to()?;
        office.get(&format!("{page}?quoi=foyers&nom=louis")).await?.shows(200, &["Aucune ligne jointe"])?;
        office.post(&page, &[("ligne", "x")]).await?.shows(404, &[])?;
        Ok(())
    })
}

fn unreadable(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        office.post(LISTS, &[]).await?.shows(400, &[])?;
        let none = office.upload(LISTS, "fichier", "", b"").await?;
        office.get(none.leads_to()?).await?.shows(200, &["Choisissez d’abord un fichier"])?;
        for (name, bytes, said) in [
            ("liste.csv", &b"%PDF-1.7 ..."[..], "un document PDF"),
            ("liste.csv", b"", "est vide"),
            ("liste.xlsx", b"PK\x03\x04 xl/workbook.xml", "ne s’ouvre pas"),
        ] {
            let given = office.upload(LISTS, "fichier", name, bytes).await?;
            office.get(given.leads_to()?).await?.shows(422, &[said, name])?;
        }
        // A list without a column for names can be looked at, and mended by hand.
        let given = office
            .upload(
                LISTS,
                "fichier",
                "x.csv",
                b"X1;Adresse;CP;Ville\nMARTEAU;1 rue Basse;48000;Mende\nENCLUME;2 rue Basse;48000;Mende\n",
            )
            .await?;
        let file = given.leads_to()?.to_owned();
        let _ = office.get(&file).await?.shows(200, &["Adresse"])?;
        // More than the settings allow.
        let settings = "max_list_megabytes = 1\npublic_url = \"https://numerique.exemple.fr\"\n";
        let small = Visitor::new(campaign.app_with(settings)?).logged_in("coordination@exemple.fr").await?;
        let large = format!("Nom;CP;Ville\n{}", "FABRE;48000;Mende\n".repeat(70_000));
        small
            .upload(LISTS, "fichier", "grosse.csv", large.as_bytes())
            .await?
            .shows(413, &["trop gros", "1 mégaoctets"])?;
        small.upload(LISTS, "fichier", "petite.csv", CSV.as_bytes()).await?.leads_to()?;
        Ok(())
    })
}
