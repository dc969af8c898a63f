//! Lists against their truth: what the intake finds, and how much of it is right. Prints a table, and fails under the
//! floors. Three lists are files; the others are made by the generator of the bench, of other departments, with other faults.
//! No list's numbers are known to the code: only here.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use allervers::domain::commune::Gazetteer;
use allervers::domain::retiree::Retiree;
use allervers::identity;
use allervers::intake::{self, Choices, FileContent, Outcome};
use chrono::NaiveDate;

/// A little under what is reached on every list, far over what the lists must have. Where a row has no commune and its
/// postcode is that of several, nothing but a neighbour can tell: the smallest list stays lowest there.
const FLOORS: &[(&str, f64)] = &[
    ("refused %", 0.6),
    ("uncertain %", 2.0),
    ("communes", 0.98),
    ("duplicates P", 0.998),
    ("duplicates R", 0.975),
    ("households P", 0.995),
    ("households R", 0.96),
];

#[path = "../benches/generated/mod.rs"]
mod generated;

use generated::{Layout, Recipe};

/// What every generated list must have: flats without a number, namesakes next door and lost addresses are many there.
const GENERATED_FLOORS: &[(&str, f64)] = &[
    ("refused %", 1.0),
    ("communes", 0.98),
    ("duplicates P", 0.995),
    ("duplicates R", 0.96),
    ("households P", 0.99),
    ("households R", 0.96),
    ("uncertain %", 2.0),
];

/// Rows of a generated list.
const GENERATED_ROWS: usize = 3000;

fn recipes() -> Vec<(String, Recipe)> {
    let recipe = |seed, departments: &[&str], layout| {
        let departments: Vec<String> = departments.iter().map(|d| (*d).to_owned()).collect();
        let name = format!("généré {}", departments.join(" "));
        (name, Recipe { rows: GENERATED_ROWS, seed, departments, layout })
    };
    vec![
        recipe(1, &["2A", "2B", "15"], Layout::Wide),
        recipe(2, &["69", "75", "13"], Layout::Wide),
        recipe(3, &["974", "59", "35"], Layout::Joint),
    ]
}

/// One list as the command line describes it: `-- --rows 30000 --seed 5 --layout joint --departments 75,69`.
fn asked() -> Option<Vec<(String, Recipe)>> {
    let mut recipe = Recipe { rows: GENERATED_ROWS, seed: 1, departments: Vec::new(), layout: Layout::Wide };
    let mut arguments = std::env::args().skip(1).peekable();
    arguments.peek()?;
    while let Some(argument) = arguments.next() {
        let value = arguments.next()?;
        match argument.as_str() {
            "--rows" => recipe.rows = value.parse().ok()?,
            "--seed" => recipe.seed = value.parse().ok()?,
            "--layout" => recipe.layout = if value == "joint" { Layout::Joint } else { Layout::Wide },
            "--departments" => recipe.departments = value.split(',').map(str::to_owned).collect(),
            _ => return None,
        }
    }
    Some(vec![(format!("généré {}", recipe.departments.join(" ")), recipe)])
}

fn main() -> ExitCode {
    let lozere = ["campaigns/lozere-2026/lists/agirc-arrco-lozere.csv", "campaigns/lozere-2026/lists/msa-lozere.xlsx"];
    let gard = ["tests/fixtures/lists/carsat-gard-ardeche.csv"];
    println!(
        "{:<24}{:>7}{:>10}{:>10}{:>9}{:>9}{:>9}{:>8}{:>8}{:>8}{:>8}{:>10}{:>10}{:>7}",
        "list",
        "rows",
        "accepted",
        "corrected",
        "refused",
        "%",
        "communes",
        "dup P",
        "dup R",
        "hh P",
        "hh R",
        "doubts %",
        "unmailed",
        "ms"
    );
    let mut failures = planted_nirs();
    let mut checks = 1;
    for lists in [&lozere[..1], &lozere[1..], &gard[..], &lozere[..]] {
        let measured = Measured::of(lists);
        let stem = |l: &&str| Path::new(l).file_stem().map(|s| s.to_string_lossy().into_owned());
        let both = lists.len() > 1;
        measured.print(&if both {
            "both Lozère".to_owned()
        } else {
            lists.first().and_then(stem).unwrap_or_default()
        });
        for (name, value) in measured.values() {
            let floor = FLOORS.iter().find(|(n, _)| *n == name).map_or(0.0, |(_, f)| *f);
            let holds = if name.ends_with('%') { value <= floor } else { value >= floor };
            checks += 1;
            if !holds {
                failures += 1;
                println!("FAILED {name} = {value:.4}, floor {floor}: {lists:?}");
            }
        }
    }
    for (name, recipe) in asked().unwrap_or_else(recipes) {
        let mut bytes = Vec::new();
        let truths = generated::write(&recipe, &mut bytes).expect("memory takes every byte");
        let truths = truths.iter().map(Truth::from).collect();
        let measured = Measured::over(&[("liste.csv".to_owned(), bytes)], truths);
        measured.print(&name);
        for (what, value) in measured.values() {
            let floor = GENERATED_FLOORS.iter().find(|(n, _)| *n == what).map_or(0.0, |(_, f)| *f);
            checks += 1;
            if if what.ends_with('%') { value > floor } else { value < floor } {
                failures += 1;
                println!("FAILED {what} = {value:.4}, floor {floor}: {name}");
            }
        }
    }
    let verdict = if failures == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {} passed; {failures} failed; 0 ignored; 0 measured; 0 filtered out",
        checks - failures
    );
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Plants a social security number in many writings into each cell of rows of its own, and looks for it in all that comes
/// back. Gives 1 where one is found.
fn planted_nirs() -> usize {
    const NIR: &str = "1390548095001";
    let writings = [
        "1390548095001",
        "139054809500183",
        "139054809500142",
        "1 39 05 48 095 001 83",
        "1_39_05_48_095_001_83",
        "1.39.05.48.095.001.83",
        "1-39-05-48-095-001/83",
        "1\u{a0}39\u{a0}05\u{a0}48\u{a0}095\u{a0}001",
        "１３９０５４８０９５００１",
        "NIR:1390548095001",
        "N°SS139054809500199",
        "tel 04 66 01 02 03 - 1390548095001",
        "né en 1939 1390548095001",
    ];
    let header = "Civilité;Nom;Prénom;Né le;Complément;Adresse;CP;Commune;Tél;Mail;N° dossier;Observations";
    let whole = [
        "Mme",
        "PAGÈS",
        "Yvette",
        "1948",
        "Apt 3",
        "11 rue Haute",
        "48000",
        "Mende",
        "0465710000",
        "y@exemple.fr",
        "A12",
        "sourde",
    ];
    let mut text = format!("{header}\n");
    for writing in writings {
        for at in 0..whole.len() {
            for alone in [true, false] {
                let mut cells = whole.map(str::to_owned);
                cells[at] = if alone { writing.to_owned() } else { format!("{} {writing}", cells[at]) };
                // Most rows have none, so that no column is dropped.
                text += &format!("{}\n{}\n{}\n", cells.join(";"), whole.join(";"), whole.join(";"));
            }
        }
    }
    let content = FileContent::new(text.into_bytes());
    let list = intake::open("nir.csv", &content, &Choices::default()).unwrap_or_else(|e| panic!("{e}"));
    let received_on = NaiveDate::from_ymd_opt(2026, 11, 2).expect("a day");
    let mut found = 0;
    let shown = intake::look("nir.csv", &content, &Choices::default(), usize::MAX).unwrap_or_else(|e| panic!("{e}"));
    for (row, cells) in list.rows(Gazetteer::embedded(), received_on).zip(shown.first) {
        let outcome = format!("{:?}", row.outcome);
        let retiree = match row.outcome {
            Outcome::Accepted(retiree) | Outcome::Corrected(retiree, _) => Some(retiree),
            Outcome::Refused(_) => None,
        };
        let texts = cells.into_iter().chain(row.cells.unwrap_or_default());
        let texts = texts.chain(retiree.iter().flat_map(strings)).chain([outcome]);
        for text in texts.filter(|t| digits(t).contains(NIR) || holds_nir(t)) {
            found += 1;
            println!("FAILED a social security number came back in row {}: {text}", row.number);
        }
    }
    usize::from(found > 0 || !list.facts().dropped.is_empty())
}

/// Digits and letters alone, digits of full width as plain ones.
fn digits(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' => char::from_digit(c as u32 - 0xff10, 10),
        c => Some(c).filter(char::is_ascii_alphanumeric),
    };
    text.chars().filter_map(plain).collect()
}

/// Thirteen or fifteen digits in a row, the first one that of a NIR.
fn holds_nir(text: &str) -> bool {
    let groups = text.split(|c: char| !c.is_ascii_digit());
    groups.filter(|g| matches!(g.len(), 13 | 15)).any(|g| g.starts_with(['1', '2', '3', '4', '7', '8']))
}

/// Every text of a retiree that is stored or printed.
fn strings(r: &Retiree) -> Vec<String> {
    let a = &r.address;
    let optional = [&r.birth_name, &r.email, &r.fund_reference].into_iter().flatten().cloned();
    let phone = r.phone.as_ref().map(|p| p.e164().to_owned());
    [&r.usage_name, &r.first_name, &a.line2, &a.line3, &a.line4, &a.line5, &a.line6]
        .into_iter()
        .cloned()
        .chain(optional)
        .chain(phone)
        .collect()
}

struct Truth {
    person: String,
    household: String,
    commune: String,
    fault: String,
}

impl From<&generated::Truth> for Truth {
    fn from(of: &generated::Truth) -> Self {
        Self {
            person: of.person.to_string(),
            household: of.household.to_string(),
            commune: String::from_utf8_lossy(&of.commune).into_owned(),
            fault: format!("{:?}", of.fault),
        }
    }
}

#[derive(Default)]
struct Measured {
    accepted: usize,
    corrected: usize,
    refused: usize,
    not_mailable: usize,
    communes: (usize, usize),
    duplicates: Pairs,
    households: Pairs,
    doubts: usize,
    took: Duration,
}

/// Pairs that are in the truth, that were found, and that were found rightly.
#[derive(Default, Clone, Copy)]
struct Pairs {
    wanted: usize,
    found: usize,
    right: usize,
}

impl Pairs {
    fn of(truth: &[&str], found: &[Option<u32>]) -> Self {
        let count = |groups: HashMap<String, usize>| groups.values().map(|n| n * (n - 1) / 2).sum();
        let mut groups: [HashMap<String, usize>; 3] = Default::default();
        for (i, (truth, found)) in truth.iter().zip(found).enumerate() {
            let found = found.map_or(format!("refused {i}"), |f| f.to_string());
            for (group, key) in groups.iter_mut().zip([(*truth).to_owned(), found.clone(), format!("{truth} {found}")])
            {
                *group.entry(key).or_default() += 1;
            }
        }
        let [wanted, found, right] = groups.map(count);
        Self { wanted, found, right }
    }

    fn precision(self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    fn recall(self) -> f64 {
        self.right as f64 / self.wanted.max(1) as f64
    }
}

impl Measured {
    fn of(lists: &[&str]) -> Self {
        let files: Vec<(PathBuf, Vec<u8>)> = lists.iter().map(|l| read(l)).collect();
        let truths = files.iter().flat_map(|(path, _)| truth(path)).collect();
        let lists: Vec<_> =
            files.into_iter().map(|(path, bytes)| (path.to_string_lossy().into_owned(), bytes)).collect();
        Self::over(&lists, truths)
    }

    fn over(files: &[(String, Vec<u8>)], truths: Vec<Truth>) -> Self {
        let mut it = Self::default();
        let received_on = NaiveDate::from_ymd_opt(2026, 11, 2).expect("a day");
        let mut retirees: Vec<Option<Retiree>> = Vec::new();
        let gazetteer = Gazetteer::embedded();
        let start = Instant::now();
        for (path, bytes) in files {
            let content = FileContent::new(bytes.clone());
            let list = intake::open(path, &content, &Choices::default()).unwrap_or_else(|e| panic!("{e}"));
            let shown = intake::look(path, &content, &Choices::default(), usize::MAX);
            let shown = shown.unwrap_or_else(|e| panic!("{e}")).first;
            for (row, cells) in list.rows(gazetteer, received_on).zip(shown) {
                let (count, retiree) = match row.outcome {
                    Outcome::Accepted(retiree) => (&mut it.accepted, Some(retiree)),
                    Outcome::Corrected(retiree, _) => (&mut it.corrected, Some(retiree)),
                    Outcome::Refused(_) => (&mut it.refused, None),
                };
                *count += 1;
                let texts = cells.into_iter().chain(row.cells.unwrap_or_default());
                assert!(
                    !texts.chain(retiree.iter().flat_map(strings)).any(|t| holds_nir(&t)),
                    "a social security number came back in row {}",
                    row.number
                );
                retirees.push(retiree);
            }
        }
        let known: Vec<&Retiree> = retirees.iter().flatten().collect();
        let resolution = identity::People::from_iter(known.iter().copied()).resolve(&identity::NoAnswers);
        it.took = start.elapsed();
        it.doubts = resolution.doubts.len();
        assert_eq!(truths.len(), retirees.len(), "each row has its outcome");
        let mut next = 0..known.len();
        let places: Vec<Option<usize>> = retirees.iter().map(|r| r.as_ref().and_then(|_| next.next())).collect();
        let found = |of: &[u32]| -> Vec<Option<u32>> { places.iter().map(|p| p.map(|p| of[p])).collect() };
        let (persons, households) = (found(&resolution.person), found(&resolution.household));
        let people: Vec<&str> = truths.iter().map(|t| t.person.as_str()).collect();
        let homes: Vec<&str> = truths.iter().map(|t| t.household.as_str()).collect();
        it.duplicates = Pairs::of(&people, &persons);
        it.households = Pairs::of(&homes, &households);
        for (truth, retiree) in truths.iter().zip(&retirees) {
            let commune = retiree.as_ref().and_then(|r| r.address.commune).map(|c| c.to_string());
            it.not_mailable += usize::from(retiree.as_ref().is_some_and(|r| r.address.not_mailable.is_some()));
            if !truth.commune.is_empty() {
                it.communes.1 += 1;
                let right = commune.as_deref() == Some(truth.commune.as_str());
                it.communes.0 += usize::from(right);
                if !right && std::env::var_os("TRUTH_SHOW").is_some() {
                    println!("COMMUNE {} {} found {commune:?} {}", truth.commune, truth.fault, line(retiree.as_ref()));
                }
            }
        }
        if std::env::var_os("TRUTH_SHOW").is_some() {
            show(&truths, &retirees, &people, &persons, "person");
            show(&truths, &retirees, &homes, &households, "household");
        }
        it
    }

    fn values(&self) -> [(&'static str, f64); 7] {
        let rows = self.accepted + self.corrected + self.refused;
        [
            ("refused %", 100.0 * self.refused as f64 / rows as f64),
            ("communes", self.communes.0 as f64 / self.communes.1 as f64),
            ("duplicates P", self.duplicates.precision()),
            ("duplicates R", self.duplicates.recall()),
            ("households P", self.households.precision()),
            ("households R", self.households.recall()),
            ("uncertain %", 100.0 * self.doubts as f64 / rows as f64),
        ]
    }

    fn print(&self, name: &str) {
        let [refused, communes, dup_p, dup_r, hh_p, hh_r, uncertain] = self.values().map(|(_, v)| v);
        println!(
            "{name:<24}{:>7}{:>10}{:>10}{:>9}{refused:>9.2}{communes:>9.4}{dup_p:>8.4}{dup_r:>8.4}{hh_p:>8.4}{hh_r:>8.4}{uncertain:>10.2}{:>10}{:>7}",
            self.accepted + self.corrected + self.refused,
            self.accepted,
            self.corrected,
            self.refused,
            self.not_mailable,
            self.took.as_millis()
        );
    }
}

/// With `TRUTH_SHOW` set: the pairs that were missed or wrongly made.
fn show(truths: &[Truth], retirees: &[Option<Retiree>], wanted: &[&str], found: &[Option<u32>], what: &str) {
    for i in 0..wanted.len() {
        for j in 0..i {
            let (right, made) = (wanted[i] == wanted[j], found[i].is_some() && found[i] == found[j]);
            if right != made {
                println!("{} {what}", if right { "MISSED" } else { "WRONG" });
                for k in [j, i] {
                    println!("   {} {} {}", truths[k].person, truths[k].fault, line(retirees[k].as_ref()));
                }
            }
        }
    }
}

fn line(retiree: Option<&Retiree>) -> String {
    let Some(r) = retiree else { return "refused".to_owned() };
    let a = &r.address;
    format!(
        "{:?} {} ({}) {} {:?} | {} | {} | {} | {}",
        r.civility,
        r.usage_name,
        r.birth_name.as_deref().unwrap_or("-"),
        r.first_name,
        r.birth,
        a.line4,
        a.line5,
        a.line6,
        r.phone.as_ref().map(ToString::to_string).unwrap_or_default()
    )
}

fn read(path: &str) -> (PathBuf, Vec<u8>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    (path, bytes)
}

fn truth(list: &Path) -> Vec<Truth> {
    let stem = list.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/truth/{stem}.truth.csv"));
    let mut reader = csv::Reader::from_path(path).expect("the truth beside the list");
    let rows = reader.records().map(|r| r.expect("a row of the truth"));
    let cell = |r: &csv::StringRecord, i: usize| r.get(i).unwrap_or_default().to_owned();
    rows.map(|r| Truth { person: cell(&r, 1), household: cell(&r, 2), commune: cell(&r, 3), fault: cell(&r, 4) })
        .collect()
}
