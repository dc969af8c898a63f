//! Say plainly whether an audience is large enough to show the effect of the letters.

use crate::audience::{Comparison, INTRA_COMMUNE_CORRELATION, Selection, design_effect};
use crate::domain::audience::{Audience, DrawnBy};
use crate::domain::price::{counted, group_thousands};
use crate::measure::{percent, whole_percent};

/// What is expected without letters, and hoped for with them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hope {
    /// The share of households that come by themselves, from 0 to 1.
    pub baseline: f64,
    /// The share hoped for among those written to.
    pub hoped: f64,
}

/// The example of the field's guide: nothing is published for seniors' digital workshops, start from 1 to 3 %.
pub const USUAL: Hope = Hope { baseline: 0.005, hoped: 0.015 };

/// A share written to later that is further from what was asked than this is told.
const FAR_FROM_WISHED: f64 = 0.03;

/// What to tell the coordinator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The audience shows the effect hoped for.
    pub enough: bool,
    /// Sentences in French, the plain one first.
    pub sentences: Vec<String>,
}

/// Judges a selection, of which so many letters are printed already.
pub fn advise_sample(selection: &Selection, audience: &Audience, hope: Hope, printed: u64) -> Advice {
    let mut advice = judged(selection, audience, hope);
    if audience.cap.is_some() && printed > 0 {
        advice.sentences.push(format!(
            "{} {} déjà\u{a0}: le plafond ne retire personne à qui une lettre est faite.",
            counted(printed, "lettre"),
            if printed > 1 { "imprimées" } else { "imprimée" }
        ));
    }
    advice
}

fn judged(selection: &Selection, audience: &Audience, hope: Hope) -> Advice {
    let households = selection.counts.now + selection.counts.later;
    let not = |sentence: &str| Advice { enough: false, sentences: vec![sentence.to_owned()] };
    if selection.counts.households == 0 {
        return not(
            "Aucune liste n’est encore acceptée\u{a0}: donnez-en une sur la page Listes, et les foyers se compteront ici.",
        );
    }
    if households == 0 {
        return not("Aucun foyer n’est retenu\u{a0}: élargissez le public.");
    }
    if selection.counts.later == 0 {
        return not("Personne n’attend son tour\u{a0}: on ne pourra pas dire ce que les lettres ont changé.");
    }
    let effect = match audience.drawn_by {
        DrawnBy::Household => 1.0,
        DrawnBy::Commune => design_effect(selection.communes.iter().map(|c| c.now + c.later)),
    };
    #[expect(clippy::cast_precision_loss, reason = "numbers of households")]
    let later_share = selection.counts.later as f64 / households as f64;
    let comparison = Comparison { baseline: hope.baseline, hoped: hope.hoped, later_share, design_effect: effect };
    let halves = Comparison { later_share: 0.5, ..comparison };
    let Some(needed) = comparison.needed() else {
        return not("Les deux taux sont les mêmes\u{a0}: il n’y a pas d’effet à voir.");
    };
    let total = needed.now + needed.later;
    let rates = format!("de {} à\u{a0}{}", percent(hope.baseline), percent(hope.hoped));
    let mut sentences = Vec::new();
    let enough = households >= total;
    if enough {
        sentences.push(format!(
            "Avec {} foyers, un passage {rates} se verra\u{a0}: il en faut {}.",
            group_thousands(households),
            group_thousands(total)
        ));
    } else {
        let at_halves = halves.needed().map_or(0, |groups| groups.now + groups.later);
        let shared_out = later_share < 0.49 && at_halves <= households;
        sentences.push(format!(
            "{}\u{a0}: vous pouvez quand même écrire.",
            if shared_out {
                "Avec ce partage, l’effet des lettres ne se mesurera pas"
            } else {
                "Liste trop petite pour mesurer l’effet des lettres"
            }
        ));
        let seen = comparison.smallest_seen(households).map(|least| points(least - hope.baseline));
        sentences.push(match seen {
            Some(points) => {
                format!("Avec {} foyers, un effet de moins de {points} ne se verra pas.", group_thousands(households))
            }
            None => format!("Avec {}, aucun effet ne se verra.", foyers(households)),
        });
        sentences.push(format!(
            "Pour voir un passage {rates}, il en faut {}\u{a0}: {} maintenant et {} plus tard.",
            group_thousands(total),
            group_thousands(needed.now),
            group_thousands(needed.later)
        ));
        if later_share < 0.49 {
            let least = halves.smallest_seen(households).map(|least| points(least - hope.baseline));
            sentences.push(match least {
                _ if shared_out => {
                    "Écrivez à la moitié maintenant et à l’autre plus tard\u{a0}: l’effet espéré se verra.".to_owned()
                }
                Some(points) => format!(
                    "Écrivez à la moitié maintenant et à l’autre plus tard\u{a0}: un effet de {points} se verra, et il suffit de {} foyers pour l’effet espéré.",
                    group_thousands(at_halves)
                ),
                None => "La liste est trop petite pour comparer, même moitié-moitié.".to_owned(),
            });
        }
    }
    if audience.drawn_by == DrawnBy::Commune {
        sentences.push(format!(
            "Tirer des communes entières vaut {} foyers tirés un à un (corrélation de {} dans une commune, supposée).",
            group_thousands(equivalent(households, effect)),
            INTRA_COMMUNE_CORRELATION.to_string().replace('.', ",")
        ));
        if (later_share - audience.later_share).abs() > FAR_FROM_WISHED {
            sentences.push(format!(
                "Par communes entières, {} des foyers attendent au lieu de {}\u{a0}: il y a trop peu de communes, ou de trop grandes, pour s’en approcher.",
                whole_percent(later_share),
                whole_percent(audience.later_share)
            ));
        }
    }
    Advice { enough, sentences }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of households"
)]
fn equivalent(households: u64, effect: f64) -> u64 {
    (households as f64 / effect).round() as u64
}

/// « 1,4 point », « 2 points », « 12 points »: a decimal where it says something.
fn points(share: f64) -> String {
    let points = share * 100.0;
    let unit = if points < 1.95 { "point" } else { "points" };
    let decimals = usize::from(points < 9.95);
    let shown = format!("{points:.decimals$}");
    format!("{}\u{a0}{unit}", shown.trim_end_matches(".0").replace('.', ","))
}

fn foyers(count: u64) -> String {
    if count == 1 { "1\u{a0}foyer".to_owned() } else { format!("{}\u{a0}foyers", group_thousands(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audience::Counts;

    fn advice(now: u64, later: u64) -> Advice {
        let counts =
            Counts { households: 2 * (now + later) + 1, now, later, selected: now + later, ..Counts::default() };
        advise_sample(&Selection { counts, ..Selection::default() }, &Audience::default(), USUAL, 0)
    }

    #[test]
    fn what_the_cap_and_the_communes_change_is_told() {
        use crate::domain::audience::Cap;
        let counts = Counts { households: 5000, now: 1500, later: 500, selected: 2000, ..Counts::default() };
        let selection = Selection { counts, ..Selection::default() };
        let audience = Audience {
            cap: Some(Cap::Letters(100)),
            drawn_by: DrawnBy::Commune,
            later_share: 0.15,
            ..Audience::default()
        };
        let text =
            advise_sample(&selection, &audience, USUAL, 1995).sentences.join(" ").replace(['\u{a0}', '\u{202f}'], " ");
        assert!(text.contains("25 % des foyers attendent au lieu de 15 %"), "{text}");
        assert!(text.contains("1 995 lettres imprimées déjà : le plafond ne retire personne"), "{text}");
        let near = Audience { later_share: 0.24, cap: None, ..audience };
        let text = advise_sample(&selection, &near, USUAL, 1995).sentences.join(" ");
        assert!(!text.contains("au lieu de") && !text.contains("plafond"), "{text}");
    }

    #[test]
    fn a_list_too_small_is_told_so_with_what_to_do() {
        let told = advice(1564, 276);
        assert!(!told.enough);
        let text = told.sentences.join(" ").replace(['\u{a0}', '\u{202f}'], " ");
        let plain = "Liste trop petite pour mesurer l’effet des lettres : vous pouvez quand même écrire. Avec 1 840 foyers, un effet de moins de ";
        assert!(text.starts_with(plain), "{text}");
        assert!(text.contains("ne se verra pas"), "{text}");
        assert!(text.contains("moitié maintenant"), "{text}");
    }

    #[test]
    fn a_list_that_is_shared_out_badly_is_not_called_too_small() {
        let told = advice(3000, 200);
        let plain = "Avec ce partage, l’effet des lettres ne se mesurera pas\u{a0}: vous pouvez quand même écrire.";
        assert_eq!((told.enough, told.sentences[0].as_str()), (false, plain));
        assert!(told.sentences.iter().any(|s| s.ends_with("l’effet espéré se verra.")), "{told:?}");
    }

    #[test]
    fn a_decimal_stands_where_it_says_something() {
        let shown = [0.014, 0.02, 0.0996, 0.123].map(points);
        assert_eq!(shown, ["1,4\u{a0}point", "2\u{a0}points", "10\u{a0}points", "12\u{a0}points"]);
    }

    #[test]
    fn a_large_list_is_enough() {
        assert!(advice(1600, 1600).enough);
        assert!(!advice(1500, 1500).enough);
        assert!(!advice(1_000_000, 0).enough);
        assert!(!advice(0, 0).enough);
    }
}
