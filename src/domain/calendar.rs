//! French dates and hours, and days that are relative until a campaign begins.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Timelike, Weekday};

use super::Invalid;

const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// « mardi ».
pub fn weekday(day: Weekday) -> &'static str {
    WEEKDAYS[day.num_days_from_monday() as usize]
}

/// The weekday that a word names, in the singular or the plural, in capitals or not.
pub fn weekday_named(word: &str) -> Option<Weekday> {
    let word = word.to_lowercase();
    let at = WEEKDAYS.iter().position(|name| word == *name || word.strip_suffix('s') == Some(name))?;
    Weekday::try_from(at as u8).ok()
}

/// The month that a word names, from 1.
pub fn month_named(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    (1..).zip(MONTHS).find(|(_, name)| word == *name).map(|(month, _)| month)
}

/// « mardi 2 février 2027 », with « 1er » for the first and no-break spaces that keep day and month together.
pub fn long_date(date: NaiveDate) -> String {
    format!("{} {}", day_month(date), date.year())
}

/// « mardi 2 février ».
pub fn day_month(date: NaiveDate) -> String {
    format!("{} {}", weekday(date.weekday()), bare_day_month(date))
}

/// « 2 février 2027 », for legal notes and tables.
pub fn short_date(date: NaiveDate) -> String {
    format!("{} {}", bare_day_month(date), date.year())
}

/// « 2 février ».
pub fn bare_day_month(date: NaiveDate) -> String {
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day}\u{a0}{}", MONTHS[date.month0() as usize])
}

/// « 14 h » or « 14 h 30 », with no-break spaces.
pub fn hour(time: NaiveTime) -> String {
    match time.minute() {
        0 => format!("{}\u{a0}h", time.hour()),
        minute => format!("{}\u{a0}h\u{a0}{minute:02}", time.hour()),
    }
}

/// A day as a campaign pack writes it: « 2027-02-02 », or counted from the campaign's first run as « J+49 », or « J+49
/// mardi » for the first Tuesday on or after that day. `anchor` is the day of the first run.
pub fn resolve_day(written: &str, anchor: NaiveDate) -> Result<NaiveDate, Invalid> {
    let refused = || {
        Invalid::new(format!(
            "« {written} » n’est pas une date : écrivez « 2027-02-02 », « J+49 » (49 jours après le premier lancement) ou « J+49 mardi » (le premier mardi à partir de ce jour)."
        ))
    };
    let written = written.trim();
    if let Ok(date) = NaiveDate::parse_from_str(written, "%Y-%m-%d") {
        return Ok(date);
    }
    let mut words = written.split_whitespace();
    let offset = words.next().and_then(|w| w.strip_prefix('J')).ok_or_else(refused)?;
    let offset: i64 = match offset {
        "" => 0,
        signed => signed
            .strip_prefix('+')
            .unwrap_or(signed)
            .parse()
            .ok()
            .filter(|n: &i64| n.abs() <= 3660)
            .ok_or_else(refused)?,
    };
    let mut day = anchor + chrono::TimeDelta::days(offset);
    if let Some(name) = words.next() {
        let wanted = weekday_named(name).ok_or_else(refused)?.num_days_from_monday();
        let ahead = (wanted + 7 - day.weekday().num_days_from_monday()) % 7;
        day = day + Days::new(u64::from(ahead));
    }
    if words.next().is_some() { Err(refused()) } else { Ok(day) }
}

/// An hour as a pack writes it: « 14:00 », « 14h » or « 14 h 30 ».
pub fn parse_hour(written: &str) -> Result<NaiveTime, Invalid> {
    let bare: String = written.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace(['h', 'H'], ":");
    let (hour, minute) = bare.split_once(':').unwrap_or((&bare, ""));
    let minute = if minute.is_empty() { "0" } else { minute };
    hour.parse()
        .ok()
        .zip(minute.parse().ok())
        .and_then(|(h, m)| NaiveTime::from_hms_opt(h, m, 0))
        .ok_or_else(|| Invalid::new(format!("« {written} » n’est pas une heure : écrivez « 14:00 » ou « 14 h 30 ».")))
}

/// The first day on or after this one on which a post office of mainland France is open all day: no weekend, no holiday.
pub fn working_day(from: NaiveDate) -> NaiveDate {
    let closed = |day: NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || is_holiday(day);
    from.iter_days().find(|day| !closed(*day)).unwrap_or(from)
}

/// The holidays of article L3133-1 of the Code du travail.
fn is_holiday(day: NaiveDate) -> bool {
    const FIXED: [(u32, u32); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    // Easter Monday, Ascension, Whit Monday: Easter itself and Whitsun are Sundays.
    let moving = [1, 39, 50];
    FIXED.contains(&(day.month(), day.day()))
        || easter(day.year()).is_some_and(|sunday| moving.contains(&(day - sunday).num_days()))
}

/// Easter Sunday, by the Gregorian computus of Meeus, Jones and Butcher.
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let corrected = century - century / 4 - (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * golden + corrected + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (golden + 11 * moon + 22 * sunday) / 451;
    let day = moon + sunday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, (day / 31).cast_unsigned(), (day % 31 + 1).cast_unsigned())
}

/// Age in whole years on a day, of somebody born on `birth`.
pub fn age_on(birth: NaiveDate, day: NaiveDate) -> i32 {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    day.year() - birth.year() - i32::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn dates_read_as_in_a_french_letter() {
        assert_eq!(long_date(date(2027, 2, 2)), "mardi 2\u{a0}février 2027");
        assert_eq!(short_date(date(2027, 3, 1)), "1er\u{a0}mars 2027");
        assert_eq!(hour(NaiveTime::from_hms_opt(14, 30, 0).unwrap()), "14\u{a0}h\u{a0}30");
        assert_eq!(hour(NaiveTime::from_hms_opt(9, 0, 0).unwrap()), "9\u{a0}h");
    }

    #[test]
    fn a_relative_day_is_the_first_such_weekday() {
        let anchor = date(2026, 11, 21); // a Saturday
        assert_eq!(resolve_day("J+2", anchor).unwrap(), date(2026, 11, 23));
        assert_eq!(resolve_day("J+2 lundi", anchor).unwrap(), date(2026, 11, 23));
        assert_eq!(resolve_day("J+3 lundi", anchor).unwrap(), date(2026, 11, 30));
        assert_eq!(resolve_day("J-10", anchor).unwrap(), date(2026, 11, 11));
        assert_eq!(resolve_day("2027-02-02", anchor).unwrap(), date(2027, 2, 2));
        for wrong in ["demain", "J+x", "J+3 mardredi", "2027-02-31", "J+3 lundi matin", "J+99999"] {
            assert!(resolve_day(wrong, anchor).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_is_posted_on_a_weekend_or_a_holiday() {
        for (from, expected) in [
            (date(2026, 12, 25), date(2026, 12, 28)), // Christmas, a Friday
            (date(2027, 1, 1), date(2027, 1, 4)),
            (date(2027, 3, 27), date(2027, 3, 30)), // the Saturday before Easter
            (date(2027, 5, 6), date(2027, 5, 7)),   // Ascension
            (date(2027, 5, 15), date(2027, 5, 18)), // the Saturday before Whitsun
            (date(2027, 5, 14), date(2027, 5, 14)),
            (date(2038, 4, 26), date(2038, 4, 27)), // the latest Easter Monday there is
        ] {
            assert_eq!(working_day(from), expected, "{from}");
        }
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        let half_past = NaiveTime::from_hms_opt(14, 30, 0).unwrap();
        assert_eq!(parse_hour("14 h 30").unwrap(), half_past);
        assert_eq!(parse_hour("14:30").unwrap(), half_past);
        assert_eq!(parse_hour("9h").unwrap(), NaiveTime::from_hms_opt(9, 0, 0).unwrap());
        assert!(parse_hour("25:00").is_err());
        assert!(parse_hour("après-midi").is_err());
    }

    #[test]
    fn age_turns_on_the_birthday() {
        assert_eq!(age_on(date(1967, 2, 2), date(2027, 2, 1)), 59);
        assert_eq!(age_on(date(1967, 2, 2), date(2027, 2, 2)), 60);
    }
}
