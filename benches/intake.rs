//! How fast a list goes in: `cargo bench --bench intake -- --rows 1000000`. The whole way, from a file on disk to committed
//! rows with duplicates and households, by the service that pages and commands use.
//!
//! `--registrations` registers somebody through the JSON call every 100 ms meanwhile, and prints the slowest answer;
//! `--database postgres://…` uses that database; `--layout joint` makes the other list; `--seed N` makes another one.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use allervers::config::{Config, Overrides};
use allervers::domain::campaign::List;
use allervers::intake::FileContent;
use allervers::service::import_list::{Target, import_list};
use allervers::service::progress::Silent;
use allervers::service::read_pack::read_pack;
use allervers::store::{self, Store};
use allervers::web::{App, router};
use anyhow::{Context, bail, ensure};
use axum::extract::ConnectInfo;
use chrono::Utc;
use sea_orm::{ConnectionTrait, Statement};
use tower::ServiceExt;

#[allow(dead_code, reason = "the test against the truth uses the rest")]
mod generated;

use generated::{Layout, Recipe};

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/campaigns/lozere-2026");

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Options {
    recipe: Recipe,
    registrations: bool,
    database: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    let layout = Layout::Wide;
    let recipe = Recipe { rows: 100_000, seed: 20_261_122, departments: Vec::new(), layout };
    let mut options = Options { recipe, registrations: false, database: None };
    let mut generate = None;
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--rows" => options.recipe.rows = value()?.replace('_', "").parse()?,
            "--seed" => options.recipe.seed = value()?.parse()?,
            "--layout" => options.recipe.layout = if value()? == "joint" { Layout::Joint } else { Layout::Wide },
            "--database" => options.database = Some(value()?),
            "--registrations" => options.registrations = true,
            "--generate" => generate = Some(value()?),
            other => bail!("{other}?"),
        }
    }
    if let Some(path) = generate {
        let truth = generated::write(&options.recipe, &mut BufWriter::new(File::create(&path)?))?;
        let mut out = BufWriter::new(File::create(format!("{path}.truth"))?);
        for row in truth {
            writeln!(out, "{} {} {}", row.person, row.household, String::from_utf8_lossy(&row.commune))?;
        }
        return Ok(out.flush()?);
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("liste.csv");
    // In a process of its own: what making the list costs is not what reading it costs.
    let made = Command::new(std::env::current_exe()?)
        .args(["--rows", &options.recipe.rows.to_string(), "--seed", &options.recipe.seed.to_string()])
        .args(["--layout", if options.recipe.layout == Layout::Joint { "joint" } else { "wide" }, "--generate"])
        .arg(&path)
        .status()?;
    ensure!(made.success(), "no list");
    tokio::runtime::Runtime::new()?.block_on(measure(&options, folder.path(), &path))
}

async fn measure(options: &Options, folder: &Path, path: &Path) -> anyhow::Result<()> {
    let sqlite = format!("sqlite://{}?mode=rwc", folder.join("allervers.sqlite").display());
    let url = options.database.as_ref().unwrap_or(&sqlite);
    let store = Store::open(url, [7; 32].into()).await?;
    let now = Utc::now();
    let campaign = read_pack(&store, Path::new(PACK), None, true, now).await.context("the pack")?.campaign;
    let (saved, seed) = (campaign.clone(), campaign.seed);
    let id = store
        .write::<_, store::StoreError, _>(move |tx| {
            let saved = saved.clone();
            Box::pin(async move { store::campaign::save(tx, &saved).await })
        })
        .await?;
    let scope = store::campaign::by_slug(store.read(), &campaign.slug).await?.context("the campaign")?.structure;
    let calls = options.registrations.then(|| Registrations::begin(&store)).transpose()?;

    let (before, cpu) = (Instant::now(), cpu_time());
    let content = FileContent::new(File::open(path)?);
    let contract = campaign.lists[0].contract.clone();
    let list = List { file_name: "liste.csv".to_owned(), sha256: content.sha256()?, contract, by_hand: false };
    let target = Target { scope, campaign: id, seed };
    let counts = import_list(&store, target, &list, &content, now, &Silent).await?.context("a list that is new")?;
    let (took, cpu) = (before.elapsed(), cpu_time() - cpu);

    let rows = options.recipe.rows;
    println!("rows: {rows} ({} accepted, {} corrected, {} refused)", counts.accepted, counts.corrected, counts.refused);
    println!("rows/s: {:.0}", rows as f64 / took.as_secs_f64());
    println!("peak memory: {} MB", peak_memory()? / 1024);
    println!("cost a row: {:.2} µs, {:.2} µs of processor time", micros(took, rows), micros(cpu, rows));
    if let Some(calls) = calls {
        calls.end().await?;
    }
    Quality::of(&store, path).await?.print(rows);
    Ok(())
}

fn micros(time: Duration, rows: usize) -> f64 {
    time.as_secs_f64() * 1e6 / rows as f64
}

/// The most memory that this process ever held, in kB.
fn peak_memory() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).context("VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// User and system time of this process.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 = fields.get(11..13).unwrap_or_default().iter().filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Somebody registers every 100 ms while the list goes in.
struct Registrations {
    stop: Arc<AtomicBool>,
    running: tokio::task::JoinHandle<anyhow::Result<Vec<Duration>>>,
}

impl Registrations {
    fn begin(store: &Store) -> anyhow::Result<Self> {
        let overrides = Overrides { var: None, database: None };
        let router = router(App::new(store.clone(), Config::load(None, overrides)?)?);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let running = tokio::spawn(async move {
            let mut answers = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let body = serde_json::json!({
                    "workshop": "tablette-mende", "first_name": "Yvette", "last_name": format!("PAGÈS {}", answers.len()),
                    "phone": format!("04657{:05}", answers.len()), "seats": 1,
                });
                let mut request = axum::http::Request::post("/api/v1/registrations")
                    .header("content-type", "application/json")
                    .body(axum::body::Body::from(body.to_string()))?;
                request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 40_000))));
                let begin = Instant::now();
                let answer = router.clone().oneshot(request).await?;
                ensure!(answer.status() == 201, "a registration was answered {}", answer.status());
                answers.push(begin.elapsed());
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Ok(answers)
        });
        Ok(Self { stop, running })
    }

    async fn end(self) -> anyhow::Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        let mut answers = self.running.await??;
        answers.sort_unstable();
        let median = answers.get(answers.len() / 2).copied().unwrap_or_default();
        let slowest = answers.last().copied().unwrap_or_default();
        println!("registrations: {}, median {median:.0?}, slowest {slowest:.0?}", answers.len());
        Ok(())
    }
}

/// Pairs that are in the truth, that were found, and that were found rightly.
struct Quality {
    duplicates: [u64; 3],
    households: [u64; 3],
    communes: (usize, usize),
    doubts: u64,
}

impl Quality {
    async fn of(store: &Store, list: &Path) -> anyhow::Result<Self> {
        let backend = store.read().get_database_backend();
        let ask = |sql: &str| Statement::from_string(backend, sql.to_owned());
        let people =
            store.read().query_all_raw(ask("SELECT row, id, same_as, household_id, commune FROM retiree")).await?;
        let doubts = store.read().query_one_raw(ask("SELECT count(*) AS n FROM doubt")).await?.context("doubts")?;
        let truth = std::fs::read_to_string(format!("{}.truth", list.display()))?;
        let truth: Vec<Vec<&str>> = truth.lines().map(|l| l.split(' ').collect()).collect();
        let mut found: Vec<Option<(uuid::Uuid, uuid::Uuid)>> = vec![None; truth.len()];
        let mut communes = (0, truth.len());
        for row in people {
            let at = usize::try_from(row.try_get::<i32>("", "row")?)? - 1;
            let person = row.try_get::<Option<uuid::Uuid>>("", "same_as")?;
            let person = person.map_or_else(|| row.try_get("", "id"), Ok)?;
            found[at] = Some((person, row.try_get("", "household_id")?));
            let commune: Option<String> = row.try_get("", "commune")?;
            communes.0 += usize::from(commune.as_deref() == Some(truth[at][2]));
        }
        let pairs = |column: usize, of: fn(&(uuid::Uuid, uuid::Uuid)) -> uuid::Uuid| {
            let (mut wanted, mut made, mut right) = (HashMap::new(), HashMap::new(), HashMap::new());
            for (at, (truth, found)) in truth.iter().zip(&found).enumerate() {
                let found = found.as_ref().map_or(Err(at), |f| Ok(of(f)));
                *wanted.entry(truth[column]).or_insert(0u64) += 1;
                *made.entry(found).or_insert(0u64) += 1;
                *right.entry((truth[column], found)).or_insert(0u64) += 1;
            }
            let count = |n: &u64| n * (n - 1) / 2;
            [wanted.values().map(count).sum(), made.values().map(count).sum(), right.values().map(count).sum()]
        };
        Ok(Self {
            duplicates: pairs(0, |f| f.0),
            households: pairs(1, |f| f.1),
            communes,
            doubts: doubts.try_get::<i64>("", "n")?.cast_unsigned(),
        })
    }

    fn print(&self, rows: usize) {
        for (name, [wanted, made, right]) in [("duplicates", self.duplicates), ("households", self.households)] {
            let (precision, recall) = (right as f64 / made.max(1) as f64, right as f64 / wanted.max(1) as f64);
            println!("{name}: precision {precision:.4}, recall {recall:.4} ({wanted} pairs)");
        }
        println!("communes: {:.4}", self.communes.0 as f64 / self.communes.1 as f64);
        println!("uncertain pairs: {} ({:.2} %)", self.doubts, self.doubts as f64 * 100.0 / rows as f64);
    }
}
