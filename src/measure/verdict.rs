//! What the comparison says in words: only what the figures carry, and plainly where they carry nothing.

use std::fmt;

use super::channels::{has_reach, with_article};
use super::compare::{NoRate, Row};
use super::interval::{Sample, sample};
use crate::domain::channel::Channel;
use crate::domain::price::group_thousands;

/// Below this many attended seats a cost per seat hangs on single persons and is said to be unsure.
const FEW_SEATS: u64 = 5;

/// A campaign does not grow beyond this many times its reach: a difference that would need more is out of its sight.
const MOST_GROWTH: f64 = 10.0;

/// A French sentence, some parts of which stand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence(pub Vec<Part>);

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its words, with the spaces around them.
    pub text: String,
    /// Set in bold.
    pub strong: bool,
}

impl Sentence {
    /// What stands between pairs of `**` is strong.
    fn new(marked: &str) -> Self {
        let parts = marked.split("**").zip([false, true].into_iter().cycle());
        let parts = parts.map(|(text, strong)| Part { text: text.to_owned(), strong });
        Self(parts.filter(|part| !part.text.is_empty()).collect())
    }
}

impl fmt::Display for Sentence {
    /// As plain text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| f.write_str(&part.text))
    }
}

/// The verdict on these rows, at least one sentence. `registered` counts the households over all rows, each once.
pub(super) fn sentences(rows: &[Row], registered: u64) -> Vec<Sentence> {
    let marked = if registered == 0 {
        vec![
            "Personne ne s’est encore inscrit\u{a0}: la comparaison commencera avec la première inscription."
                .to_owned(),
        ]
    } else if rows.iter().all(|row| row.attended_once == 0) {
        vec![registered_only(registered)]
    } else {
        let ranked = Ranked::by_rate(rows);
        let tie = ranked.first_tie();
        let mut said = Vec::new();
        said.extend(measurable(rows, &ranked));
        said.extend(best(ranked.leader(tie.as_ref()), rows));
        said.extend(tie.map(|tie| tie.sentence(&ranked)));
        said.extend(without_rate(rows));
        said
    };
    marked.iter().map(|sentence| Sentence::new(sentence)).collect()
}

fn registered_only(registered: u64) -> String {
    let households = match registered {
        1 => "Un foyer est inscrit".to_owned(),
        many => format!("{} foyers sont inscrits", group_thousands(many)),
    };
    format!(
        "{households}, mais aucune présence n’est encore notée\u{a0}: les canaux se compareront après l’émargement."
    )
}

/// A channel with a rate.
struct Candidate {
    channel: Channel,
    sample: Sample,
}

/// Channels with a rate, the best first.
struct Ranked(Vec<Candidate>);

/// Channels that the data cannot tell apart: the one at `first` in the ranking and all in `rivals`.
struct Tie {
    first: usize,
    rivals: Vec<usize>,
}

impl Ranked {
    fn by_rate(rows: &[Row]) -> Self {
        let measured = rows.iter().filter(|row| row.rate.is_ok());
        let mut ranked: Vec<_> = measured
            .filter_map(|row| {
                Some(Candidate { channel: row.channel, sample: sample(row.attended_once, row.reach?.middle()) })
            })
            .collect();
        ranked.sort_by(|a, b| b.sample.share().total_cmp(&a.sample.share()));
        Self(ranked)
    }

    /// The channel that stands out from all others; none where there is no other, or where the top is in `tie`.
    fn leader(&self, tie: Option<&Tie>) -> Option<Channel> {
        let [first, _, ..] = &self.0[..] else { return None };
        let sure = first.sample.successes > 0.0 && tie.is_none_or(|tie| tie.first > 0);
        sure.then_some(first.channel)
    }

    /// The highest place that is not sure. Channels that brought nobody have no place to dispute.
    fn first_tie(&self) -> Option<Tie> {
        (0..self.0.len()).filter(|first| self.0[*first].sample.successes > 0.0).find_map(|first| {
            let leads = |rival: &usize| is_above(self.0[first].sample, self.0[*rival].sample);
            let rivals: Vec<_> = (first + 1..self.0.len()).filter(|rival| !leads(rival)).collect();
            (!rivals.is_empty()).then_some(Tie { first, rivals })
        })
    }
}

impl Tie {
    fn sentence(&self, ranked: &Ranked) -> String {
        let leader = &ranked.0[self.first];
        let rivals = || self.rivals.iter().map(|rival| &ranked.0[*rival]);
        let names = [leader].into_iter().chain(rivals()).map(|candidate| with_article(candidate.channel));
        let more = rivals().map(|rival| more_households(leader.sample, rival.sample)).max_by(by_need).flatten();
        let what_it_takes = match more {
            Some(more) => format!("il faudrait environ {} foyers touchés de plus", group_thousands(more)),
            None => "l’écart est trop petit pour une campagne de cette taille".to_owned(),
        };
        format!(
            "Entre {}, **trop peu de données pour trancher**\u{a0}: {what_it_takes}.",
            list(&names.collect::<Vec<_>>())
        )
    }
}

/// More households needed is more, and out of sight is most.
fn by_need(one: &Option<u64>, other: &Option<u64>) -> std::cmp::Ordering {
    one.unwrap_or(u64::MAX).cmp(&other.unwrap_or(u64::MAX))
}

/// Does the interval of the difference lie above zero?
fn is_above(one: Sample, other: Sample) -> bool {
    one.less(other).low > 0.0
}

/// Roughly how many more households both channels together would have to reach, at the shares seen so far, until the
/// first would stand out: two leading digits, rounded up. None if that is beyond the campaign.
fn more_households(one: Sample, other: Sample) -> Option<u64> {
    let stands_out = |growth: f64| is_above(one.grown(growth), other.grown(growth));
    if !stands_out(MOST_GROWTH) {
        return None;
    }
    let (mut too_small, mut enough) = (1.0, MOST_GROWTH);
    while enough - too_small > 0.001 {
        let middle = f64::midpoint(too_small, enough);
        if stands_out(middle) { enough = middle } else { too_small = middle }
    }
    let more = ((enough - 1.0) * (one.size + other.size)).max(1.0);
    let unit = 10_f64.powf(more.log10().floor() - 1.0).max(10.0);
    Some(((more / unit).ceil() * unit) as u64)
}

/// Says so where there is nothing to rank: no channel that can be measured, or one, or only such as brought nobody.
fn measurable(rows: &[Row], ranked: &Ranked) -> Option<String> {
    match (&ranked.0[..], rows) {
        ([], _) => {
            Some("Aucun taux ne peut être calculé\u{a0}: notez combien de foyers chaque canal touche.".to_owned())
        }
        ([only], [_]) => Some(format!(
            "Un seul canal est en jeu, **{}**\u{a0}: il n’y a rien à comparer.",
            with_article(only.channel)
        )),
        ([only], _) => Some(format!("Un seul canal peut être mesuré\u{a0}: **{}**.", with_article(only.channel))),
        (all, _) if all.iter().all(|candidate| candidate.sample.successes == 0.0) => Some(
            "Les présents ne sont venus par aucun des canaux dont la portée est connue\u{a0}: rien ne les départage encore."
                .to_owned(),
        ),
        _ => None,
    }
}

/// Who brings most per household reached, and who costs least per attended seat.
fn best(leader: Option<Channel>, rows: &[Row]) -> Option<String> {
    let brings = |channel| format!("{} amène le plus de présents par foyer touché", strong(channel));
    let sentence = match (leader, cheapest(rows)) {
        (Some(leader), Some((channel, costs))) if leader == channel => format!("{} et {costs}.", brings(leader)),
        (Some(leader), Some((channel, costs))) => format!("{}, et {} {costs}.", brings(leader), strong(channel)),
        (Some(leader), None) => format!("{}.", brings(leader)),
        (None, Some((channel, costs))) => format!("{} {costs}.", strong(channel)),
        (None, None) => return None,
    };
    Some(capitalised(&sentence))
}

/// The paid channel with the lowest cost per attended seat and the words for it; none where there are no two to compare.
fn cheapest(rows: &[Row]) -> Option<(Channel, String)> {
    let brought = |row: &&Row| row.seats_attended > 0 && row.channel != Channel::Unknown;
    let (free, mut paid): (Vec<_>, Vec<_>) = rows.iter().filter(brought).partition(|row| row.cost.0 == 0);
    paid.sort_by_key(|row| row.cost_per_seat());
    let [least, next, ..] = paid[..] else { return None };
    if least.cost_per_seat() == next.cost_per_seat() {
        return None;
    }
    let among = if free.iter().any(|row| has_reach(row.channel)) { " parmi les canaux payants" } else { "" };
    let seats = match least.seats_attended {
        1 => "\u{a0}: un seul présent, à confirmer".to_owned(),
        few if few < FEW_SEATS => format!("\u{a0}: {few} présents seulement, à confirmer"),
        _ => String::new(),
    };
    Some((least.channel, format!("coûte le moins cher par présent{among}{seats}")))
}

/// Which channels brought people, or should have, although no rate can be given for them.
fn without_rate(rows: &[Row]) -> Vec<String> {
    let names = |why: NoRate| -> Vec<&str> {
        let concerned = rows.iter().filter(|row| has_reach(row.channel) && row.rate == Err(why));
        concerned.map(|row| with_article(row.channel)).collect()
    };
    let mut said = Vec::new();
    let unknown = names(NoRate::ReachUnknown);
    if !unknown.is_empty() && rows.iter().any(|row| row.rate.is_ok()) {
        said.push(format!("Portée inconnue pour {}\u{a0}: pas de taux.", list(&unknown)));
    }
    let too_small = names(NoRate::ReachTooSmall);
    if !too_small.is_empty() {
        said.push(format!(
            "Pour {}, il est venu plus de foyers que la portée notée\u{a0}: corrigez-la.",
            list(&too_small)
        ));
    }
    said
}

/// « le **stand** »: the name stands out, its article does not.
fn strong(channel: Channel) -> String {
    let name = with_article(channel);
    let article = ["le ", "la ", "l’", "un "].into_iter().find(|article| name.starts_with(article)).unwrap_or_default();
    format!("{article}**{}**", &name[article.len()..])
}

/// With a capital at the first letter, be it strong or not.
fn capitalised(sentence: &str) -> String {
    let start = sentence.find(char::is_alphabetic).unwrap_or_default();
    let (mark, words) = sentence.split_at(start);
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{mark}{first}{}", letters.as_str())
}

/// « a, b et c ».
fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} et {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::price::Cents;
    use crate::measure::{OutletFact, RegistrationFact, compare};

    /// A channel as (channel, reach, registered, attended, euros); one seat a household.
    type Told = (Channel, Option<u64>, u64, u64, u64);

    fn verdict(told: &[Told]) -> String {
        let outlets: Vec<_> = told
            .iter()
            .map(|(channel, reach, _, _, euros)| OutletFact {
                channel: *channel,
                reach: reach.map(crate::domain::blind::Count::exactly),
                cost: Cents(euros * 100),
            })
            .collect();
        let registrations: Vec<_> = told
            .iter()
            .flat_map(|(channel, _, registered, attended, _)| {
                (0..*registered).map(move |number| RegistrationFact {
                    invitation: false,
                    reference: Some(*channel),
                    heard_from: None,
                    household: format!("{channel:?} {number}"),
                    sessions_held: 1,
                    attended: vec![u32::from(number < *attended)],
                })
            })
            .collect();
        let verdict = compare(&outlets, &registrations).verdict;
        let plain = verdict.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        plain.replace('\u{a0}', "~").replace('\u{202f}', "_")
    }

    use Channel::{Bulletin, Flyer, Letter, Panneaupocket, Poster, Press, Radio, Stand, WordOfMouth};

    #[test]
    fn a_clear_leader_a_cheapest_channel_and_a_tie() {
        let told = [
            (Letter, Some(1840), 41, 33, 3257),
            (Bulletin, Some(5200), 22, 17, 180),
            (Panneaupocket, Some(1450), 9, 6, 0),
            (Poster, Some(2400), 14, 9, 310),
            (Stand, Some(210), 8, 8, 140),
            (Radio, None, 3, 2, 0),
        ];
        insta::assert_snapshot!(verdict(&told), @r"
        Le stand amène le plus de présents par foyer touché, et le bulletin municipal coûte le moins cher par présent parmi les canaux payants.
        Entre PanneauPocket, l’affiche et le bulletin municipal, trop peu de données pour trancher~: l’écart est trop petit pour une campagne de cette taille.
        Portée inconnue pour la radio~: pas de taux.
        ");
    }

    #[test]
    fn channels_that_cannot_be_told_apart_say_what_it_would_take() {
        let told = [(Letter, Some(800), 14, 12, 1200), (Flyer, Some(400), 3, 2, 90)];
        insta::assert_snapshot!(verdict(&told), @r"
        Le flyer coûte le moins cher par présent~: 2 présents seulement, à confirmer.
        Entre le courrier et le flyer, trop peu de données pour trancher~: il faudrait environ 910 foyers touchés de plus.
        ");
        let told = [(Letter, Some(800), 14, 12, 0), (Flyer, Some(200), 4, 3, 0)];
        insta::assert_snapshot!(verdict(&told), @"Entre le courrier et le flyer, trop peu de données pour trancher~: l’écart est trop petit pour une campagne de cette taille.");
    }

    #[test]
    fn the_best_may_also_be_the_cheapest() {
        let told = [(Letter, Some(900), 40, 30, 300), (Press, Some(9000), 9, 8, 900)];
        insta::assert_snapshot!(verdict(&told), @"Le courrier amène le plus de présents par foyer touché et coûte le moins cher par présent.");
    }

    #[test]
    fn nothing_is_concluded_too_early() {
        let told = [(Letter, Some(800), 0, 0, 1200), (Flyer, Some(400), 0, 0, 90)];
        insta::assert_snapshot!(verdict(&told), @"Personne ne s’est encore inscrit~: la comparaison commencera avec la première inscription.");
        let told: [Told; 0] = [];
        insta::assert_snapshot!(verdict(&told), @"Personne ne s’est encore inscrit~: la comparaison commencera avec la première inscription.");
        let told = [(Letter, Some(800), 1, 0, 1200)];
        insta::assert_snapshot!(verdict(&told), @"Un foyer est inscrit, mais aucune présence n’est encore notée~: les canaux se compareront après l’émargement.");
        let told = [(Letter, Some(800), 900, 0, 1200), (Flyer, None, 500, 0, 90)];
        insta::assert_snapshot!(verdict(&told), @"1_400 foyers sont inscrits, mais aucune présence n’est encore notée~: les canaux se compareront après l’émargement.");
    }

    #[test]
    fn what_cannot_be_measured_is_named() {
        let told = [(Letter, Some(800), 9, 8, 1200)];
        insta::assert_snapshot!(verdict(&told), @"Un seul canal est en jeu, le courrier~: il n’y a rien à comparer.");
        let told = [(Letter, Some(800), 9, 8, 1200), (Radio, None, 3, 2, 0), (WordOfMouth, None, 3, 2, 0)];
        insta::assert_snapshot!(verdict(&told), @r"
        Un seul canal peut être mesuré~: le courrier.
        Portée inconnue pour la radio~: pas de taux.
        ");
        let told = [(Radio, None, 3, 2, 60), (Press, None, 6, 6, 60)];
        insta::assert_snapshot!(verdict(&told), @r"
        Aucun taux ne peut être calculé~: notez combien de foyers chaque canal touche.
        Le journal coûte le moins cher par présent.
        ");
        let told = [(Letter, Some(800), 3, 0, 60), (Flyer, Some(400), 0, 0, 60), (WordOfMouth, None, 3, 2, 0)];
        insta::assert_snapshot!(verdict(&told), @"Les présents ne sont venus par aucun des canaux dont la portée est connue~: rien ne les départage encore.");
        let told = [(Letter, Some(800), 0, 0, 60), (Press, Some(3), 6, 6, 60), (Flyer, Some(50), 0, 0, 0)];
        insta::assert_snapshot!(verdict(&told), @r"
        Les présents ne sont venus par aucun des canaux dont la portée est connue~: rien ne les départage encore.
        Pour le journal, il est venu plus de foyers que la portée notée~: corrigez-la.
        ");
    }

    #[test]
    fn what_it_takes_is_enough_and_not_much_more() {
        let (letter, flyer) = (sample(12, 800), sample(2, 400));
        let more = more_households(letter, flyer).unwrap() as f64;
        let grown = |more: f64| 1.0 + more / 1200.0;
        assert!(is_above(letter.grown(grown(more)), flyer.grown(grown(more))));
        assert!(!is_above(letter.grown(grown(more * 0.85)), flyer.grown(grown(more * 0.85))));
    }

    #[test]
    fn names_stand_out_in_bold() {
        let sentence = Sentence::new(&capitalised(&format!("{} coûte", strong(Poster))));
        assert_eq!(sentence.to_string(), "L’affiche coûte");
        let parts: Vec<_> = sentence.0.iter().map(|part| (part.text.as_str(), part.strong)).collect();
        assert_eq!(parts, [("L’", false), ("affiche", true), (" coûte", false)]);
    }
}
