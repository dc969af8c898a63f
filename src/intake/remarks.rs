//! What somebody should look at before a list is taken in: columns whose names promise something that is not read.

use super::content::Profile;
use super::field::Field;
use super::naming;
use crate::domain::price::group_thousands;

/// A French sentence for each column that is not read as its name says, though people might count on it.
pub fn of(names: &[String], said: &[Option<Field>], profiles: &[Profile], read: &[Option<Field>]) -> Vec<String> {
    let birth_known = read.contains(&Some(Field::Birth));
    let remark = |at: usize| {
        let (name, said, profile, read) = (&names[at], said[at], &profiles[at], read[at]);
        let column = format!("La colonne «\u{a0}{name}\u{a0}»");
        if said == Some(Field::Deceased) && read.is_none() && profile.kills_nearly_all() {
            Some(format!(
                "{column} ferait de presque toutes ces personnes des défunts\u{a0}: elle n’est pas lue. Demandez à la caisse ce qu’elle dit."
            ))
        } else if said == Some(Field::Opposition) && read.is_none() {
            Some(format!(
                "{column} fermerait presque toutes ces personnes au courrier\u{a0}: elle n’est pas lue. Demandez à la caisse ce qu’elle dit."
            ))
        } else if read.is_some() {
            None
        } else if naming::is_of_age(name) && !birth_known {
            Some(format!(
                "{column} dit un âge, et non une naissance\u{a0}: elle n’est pas lue, et l’âge reste inconnu. Demandez à la caisse l’année de naissance."
            ))
        } else if naming::is_of_somebody_else(name) && naming::is_known(name) {
            Some(format!(
                "{column} parle de quelqu’un d’autre, ou d’une ancienne adresse\u{a0}: elle n’est pas lue. Si c’est bien de la personne, dites-le à côté de la colonne."
            ))
        } else if said.is_some_and(Field::is_of_place) && said != Some(Field::CommuneCode) && profile.is_filled() {
            Some(format!("{column} est d’une seconde adresse\u{a0}: elle n’est pas lue."))
        } else {
            None
        }
    };
    (0..names.len()).filter_map(remark).collect()
}

/// Rows that whoever opens the workbook does not see.
pub fn of_hidden_rows(rows: u32) -> Option<String> {
    (rows > 0).then(|| {
        format!(
            "Lignes cachées du classeur (par un filtre ou à la main)\u{a0}: {}. Elles sont lues comme les autres\u{202f}; si la caisse ne voulait pas les donner, demandez-lui un classeur où tout se voit.",
            group_thousands(rows.into())
        )
    })
}
