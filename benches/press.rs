//! How fast letters are printed: `cargo bench --bench press -- --letters 100000 [--threads 2] [--out letters.pdf]`.
//!
//! The template is a real one: address, salutation, five paragraphs of which three carry fields, table of sessions,
//! invitation number and QR code. Printing happens in a process of its own, so that its memory is counted without what
//! checking takes. Then independent readers check the file: its pages are counted, a hundred codes are decoded, and the
//! addresses of ten thousand letters are taken out again and compared. Last, the slowest of all designs of flyers and posters.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use allervers::document::flyer::{Credits, Edition, FlyerFacts, flyer};
use allervers::document::letter::{LetterFacts, LetterTemplate, Manner, Recipient, Source, print};
use allervers::domain::contract::{Contract, Role};
use allervers::domain::edition::{Design, Paper};
use allervers::domain::envelope::Window;
use allervers::domain::number::{InvitationNumber, Reference};
use allervers::domain::phone::Phone;
use allervers::domain::price::{Cents, Price};
use allervers::domain::structure::Structure;
use allervers::domain::workshop::{Session, Venue, Workshop};
use anyhow::{Context, ensure};
use chrono::{NaiveDate, TimeDelta};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TEMPLATE: &str = "\
# {{sujet}}, {{lieu}}

{{salutation}}

Avec {{caisses}}, notre association vous invite à un atelier en petit groupe, {{lieu}}. Il est fait pour vous à partir de {{age}} ans.

On y apprend à écrire à ses proches, à faire ses démarches et à éviter les arnaques.

{{ateliers}}

Gardez le numéro **{{numero}}** près de vous : il nous dit quelle lettre vous a fait venir.

{{reponse}}

Vous débutez ? C'est parfait. Nous prêtons le matériel.

Recevez, {{salutation}} nos salutations. **{{signataire}}**

---

**D'où vient votre adresse ?** {{origine}} {{droits}}
";

const URL: &str = "https://numerique.exemple.fr";
const TOWNS: [(&str, &str, &str); 8] = [
    ("48300", "LANGOGNE", "Langogne"),
    ("48000", "MENDE", "Mende"),
    ("48400", "FLORAC TROIS RIVIERES", "Florac Trois Rivières"),
    ("48200", "ST CHELY D APCHER", "Saint-Chély-d’Apcher"),
    ("48600", "GRANDRIEU", "Grandrieu"),
    ("48140", "LE MALZIEU VILLE", "Le Malzieu-Ville"),
    ("48230", "CHANAC", "Chanac"),
    ("48500", "LA CANOURGUE", "La Canourgue"),
];
const FIRST_NAMES: [&str; 24] = [
    "Yvette",
    "Jean",
    "Marie-Thérèse",
    "André",
    "Odette",
    "René",
    "Geneviève",
    "François",
    "Joëlle",
    "Émile",
    "Hélène",
    "Roger",
    "Françoise",
    "Marcel",
    "Ginette",
    "Noël",
    "Élise",
    "Gérard",
    "Colette",
    "Anaïs",
    "Léon",
    "Mireille",
    "Fernand",
    "Zoé",
];
/// Surnames are made of two parts: as many as a department has.
const BEGINNINGS: [&str; 32] = [
    "PAG", "BRUN", "CHAB", "ROUV", "DELM", "FONT", "GERB", "HÉRA", "JOUV", "LAUR", "MAUR", "NÈGR", "OLLI", "PRAD",
    "QUIN", "RASC", "SABA", "TROC", "VELA", "ALLA", "BONN", "CRUÉ", "DURA", "ESPI", "FABR", "GALT", "ITIÉ", "LAFO",
    "MOUR", "PELA", "ROBE", "SOUL",
];
const ENDINGS: [&str; 32] = [
    "ÈS", "EL", "ERT", "IÈRE", "AS", "ANÉ", "EILLES", "ARD", "ET", "ON", "IER", "AC", "OUX", "ENC", "INE", "ADE",
    "AIN", "ESCHE", "IGUES", "OZ", "UT", "ALD", "EAU", "ISSON", "ÈRE", "IN", "AU", "AL", "IL", "OUL", "ENS", "ARGUES",
];
const STREETS: [&str; 12] = [
    "RUE DES ECOLES",
    "AVENUE DE LA GARE",
    "CHEMIN DU LAVOIR",
    "PLACE DE L EGLISE",
    "RUE BASSE",
    "ROUTE DE MENDE",
    "IMPASSE DES TILLEULS",
    "RUE DU PONT VIEUX",
    "MONTEE DU CHATEAU",
    "RUE HAUTE",
    "LOTISSEMENT LES PRES",
    "LE BOURG",
];

struct Arguments {
    letters: u64,
    threads: usize,
    out: Option<PathBuf>,
    child: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = arguments()?;
    if arguments.child {
        return child(&arguments);
    }
    let folder = tempfile::tempdir()?;
    let out = arguments.out.clone().unwrap_or_else(|| folder.path().join("letters.pdf"));
    let status = Command::new(std::env::current_exe()?)
        .args(["--child", "--letters", &arguments.letters.to_string(), "--threads", &arguments.threads.to_string()])
        .arg("--out")
        .arg(&out)
        .status()?;
    ensure!(status.success(), "printing failed");
    check(&out, arguments.letters)?;
    flyers()
}

/// How long a flyer or poster takes, in every design and paper, once the fonts are read.
fn flyers() -> anyhow::Result<()> {
    let (structure, workshop, credits) = (structure()?, workshop(0)?, Credits::default());
    let (reference, url) = (Reference::draw(7), format!("{URL}/r/2143"));
    let facts = FlyerFacts { workshop: &workshop, structure: &structure, reference, url, credits: &credits };
    flyer(&facts, Edition::plain(Paper::A5))?;
    let mut slowest = Duration::ZERO;
    for (design, paper) in Design::ALL.iter().flat_map(|d| Paper::ALL.iter().map(move |p| (*d, *p))) {
        let begun = Instant::now();
        flyer(&facts, Edition { design, ..Edition::plain(paper) })?;
        slowest = slowest.max(begun.elapsed());
    }
    println!("slowest flyer: {:.1} ms", slowest.as_secs_f64() * 1e3);
    Ok(())
}

fn arguments() -> anyhow::Result<Arguments> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut read = Arguments { letters: 100_000, threads, out: None, child: false };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--letters" => read.letters = value()?.parse()?,
            "--threads" => read.threads = value()?.parse()?,
            "--out" => read.out = Some(value()?.into()),
            "--child" => read.child = true,
            // Cargo's own.
            "--bench" => {}
            other => anyhow::bail!("unknown: {other}"),
        }
    }
    Ok(read)
}

/// Prints the letters and says what it cost.
fn child(arguments: &Arguments) -> anyhow::Result<()> {
    let out = arguments.out.as_ref().context("--out")?;
    let (structure, contracts) = (structure()?, [contract("l’Agirc-Arrco")?, contract("la MSA")?]);
    let workshops = (0..TOWNS.len()).map(workshop).collect::<anyhow::Result<Vec<_>>>()?;
    let facts = LetterFacts {
        structure: &structure,
        posting_day: day(1, 11)?,
        reply_by: day(1, 26)?,
        public_url: URL,
        funders: &[],
        window: Window::default(),
    };
    let template = LetterTemplate::parse("lettre.md", TEMPLATE)?;
    let manner = Manner { threads: arguments.threads, ..Manner::default() };
    let recipients = (0..arguments.letters).map(|i| {
        let (near, far) = (i as usize % TOWNS.len(), (i as usize / 3 + 1) % TOWNS.len());
        let invitation = number(i);
        let mut offered = vec![&workshops[near]];
        offered.extend((far != near).then(|| &workshops[far]));
        Recipient {
            address: address(i),
            salutation: ["Madame,", "Monsieur,", "Madame, Monsieur,"][i as usize % 3],
            url: format!("{URL}/i/{}", invitation.digits()),
            invitation,
            workshops: offered,
            source: Source::Lists(if i % 5 == 0 {
                contracts.iter().collect()
            } else {
                vec![&contracts[i as usize % 2]]
            }),
        }
    });
    let begin = Instant::now();
    let mut file = BufWriter::new(std::fs::File::create(out)?);
    let outcomes = print(&template, &facts, manner, recipients, &mut file)?;
    file.flush()?;
    let seconds = begin.elapsed().as_secs_f64();
    let letters = arguments.letters as f64;
    ensure!(
        outcomes.iter().all(|o| o.as_ref().is_ok_and(|made| made.pages == 1)),
        "a letter was left out, or has more than one page"
    );
    println!("letters/s: {:.0}", letters / seconds);
    println!("bytes/letter: {:.0}", std::fs::metadata(out)?.len() as f64 / letters);
    println!("peak memory: {} MB", status("VmHWM:")? / 1024);
    let cpu = processor_seconds()?;
    println!(
        "processor: {:.1} µs/letter, {} threads, {:.0} % busy",
        cpu * 1e6 / letters,
        arguments.threads,
        100.0 * cpu / seconds
    );
    Ok(())
}

fn status(key: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix(key)).context("no such line")?;
    Ok(line.split_whitespace().next().context("no value")?.parse()?)
}

/// What this process used so far, all threads together.
fn processor_seconds() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(") ").next().context("stat")?.split(' ').collect();
    // The 14th and 15th field, in hundredths of a second.
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

/// Has the file read by others than its maker.
fn check(path: &Path, letters: u64) -> anyhow::Result<()> {
    let info = output(Command::new("pdfinfo").arg(path))?;
    let pages = info.lines().find_map(|l| l.strip_prefix("Pages:")).context("pdfinfo says no pages")?;
    ensure!(pages.trim().parse::<u64>()? == letters, "{pages} pages instead of {letters}");
    // Reading all of them takes minutes: ten stretches over the whole file.
    let stretch = (letters / 10).clamp(1, 1000);
    for part in 0..10 {
        let from = part * letters / 10;
        addresses(path, from, (from + stretch).min(letters))?;
    }
    let folder = tempfile::tempdir()?;
    let samples: Vec<u64> = (0..100.min(letters)).map(|i| i * letters / 100.min(letters)).collect();
    for i in &samples {
        let (page, picture) = ((i + 1).to_string(), folder.path().join("page"));
        output(
            Command::new("pdftoppm")
                .args(["-f", &page, "-l", &page, "-r", "100", "-gray", "-singlefile"])
                .arg(path)
                .arg(&picture),
        )?;
        let read = output(Command::new("zbarimg").args(["-q", "--raw"]).arg(picture.with_extension("pgm")))?;
        let url = format!("{URL}/i/{}", number(*i).digits());
        ensure!(read.trim() == url, "page {page}: {read} instead of {url}");
    }
    println!("checked: {letters} pages, {} addresses, {} codes", 10 * stretch, samples.len());
    Ok(())
}

/// Compares what stands in the windows of these letters with what was to be written.
fn addresses(path: &Path, from: u64, to: u64) -> anyhow::Result<()> {
    if from == to {
        return Ok(());
    }
    let mut reader = Command::new("pdftotext")
        .args(["-f", &(from + 1).to_string(), "-l", &to.to_string()])
        // The window: 110 to 190 mm, 54 to 81 mm, at 72 to the inch.
        .args(["-x", "305", "-y", "153", "-W", "240", "-H", "77", "-layout"])
        .arg(path)
        .arg("-")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(reader.stdout.take().context("pipe")?).split(0x0c);
    for i in from..to {
        let page = String::from_utf8(lines.next().context("too few pages")??)?;
        let read: Vec<&str> = page.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        ensure!(read == address(i), "letter {i}: {read:?} instead of {:?}", address(i));
    }
    ensure!(reader.wait()?.success(), "pdftotext failed");
    Ok(())
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Scatters: the same for the same number, on every machine.
fn scattered(i: u64) -> u64 {
    let mut x = i.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

fn number(i: u64) -> InvitationNumber {
    InvitationNumber::draw(scattered(i), 0)
}

fn address(i: u64) -> Vec<String> {
    let chance = scattered(i ^ 0x5eed) as usize;
    let pick = |from: &[&'static str], shift: u32| from[(chance >> shift) % from.len()];
    let surname = format!("{}{}", pick(&BEGINNINGS, 0), pick(&ENDINGS, 8));
    let name = match i % 3 {
        0 => format!("Mme {} {surname}", pick(&FIRST_NAMES, 16)),
        1 => format!("M. {} {surname}", pick(&FIRST_NAMES, 16)),
        _ => format!("Mme et M. {} et {} {surname}", pick(&FIRST_NAMES, 16), pick(&FIRST_NAMES, 24)),
    };
    let name = if name.chars().count() > 38 { format!("M. et Mme {surname}") } else { name };
    let (postcode, town, _) = TOWNS[i as usize % TOWNS.len()];
    let mut lines = vec![name];
    if chance >> 40 & 3 == 0 {
        lines.push(format!("APPARTEMENT {}", chance >> 44 & 63));
    }
    lines.push(format!("{} {}", 1 + (chance >> 32 & 127), pick(&STREETS, 48)));
    lines.push(format!("{postcode} {town}"));
    lines
}

fn day(month: u32, day: u32) -> anyhow::Result<NaiveDate> {
    NaiveDate::from_ymd_opt(2027, month, day).context("no such day")
}

fn workshop(at: usize) -> anyhow::Result<Workshop> {
    let (postcode, _, town) = TOWNS[at];
    let starts = (day(2, 2)? + TimeDelta::days(at as i64)).and_hms_opt(14, 0, 0).context("hour")?;
    let session = |week: i64| {
        let starts = starts + TimeDelta::days(7 * week);
        Session { starts, ends: starts + TimeDelta::hours(2), venue: None }
    };
    Ok(Workshop {
        slug: format!("atelier-{at}"),
        topic: "Débuter avec une tablette".into(),
        short_topic: "Tablette".into(),
        summary: "Écrire à ses proches, faire ses démarches, éviter les arnaques.".into(),
        minimum_age: 60,
        price: Price(Cents(0)),
        capacity: 8,
        venue: Venue {
            slug: format!("lieu-{at}"),
            name: format!("Médiathèque de {town}"),
            street: "9 place de l’Exemple".into(),
            directions: "parking devant".into(),
            postcode: postcode.parse()?,
            town: town.into(),
            commune: "48080".parse()?,
        },
        sessions: (0..8).map(session).collect(),
        support: String::new(),
        funder: None,
    })
}

fn structure() -> anyhow::Result<Structure> {
    Ok(Structure {
        name: "Numérique en Lozère".into(),
        street: "3 place de l’Exemple".into(),
        postcode: "48000".parse()?,
        town: "Mende".into(),
        phone: Phone::parse("04 65 71 00 10")?,
        hours: "du lundi au vendredi, de 9 h à 17 h".into(),
        data_email: "donnees@exemple.fr".into(),
        signatory: "Claude Exemple".into(),
        colour: None,
        logo: None,
        signature: None,
    })
}

fn contract(fund: &str) -> anyhow::Result<Contract> {
    Ok(Contract {
        fund: fund.into(),
        role: Role::Controller,
        purpose: "proposer des ateliers de prévention près de chez vous".into(),
        legal_basis: "Base légale : mission d’intérêt public".into(),
        convention: "convention du 2 novembre 2026".into(),
        dpo: "dpo@exemple.fr".into(),
        received_on: day(1, 4)?,
        purge_on: day(6, 30)?,
        matching: true,
        mentions: vec![],
        approved_by: String::new(),
        approved_on: None,
        approved_content: None,
    })
}
