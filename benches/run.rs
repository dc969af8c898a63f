//! How long the main job takes: `cargo bench --bench run`. Each of five runs starts from nothing, with the embedded
//! database; a second run on the last one's folder shows what finding everything done costs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 5;

fn main() {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns/lozere-2026");
    let folder = std::env::temp_dir().join(format!("allervers-bench-{}", std::process::id()));
    let run = |var: &Path| -> Duration {
        let begin = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_allervers"))
            .args(["run".as_ref(), pack.as_os_str(), "--var".as_ref(), var.as_os_str()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.is_ok_and(|s| s.success()), "the run failed");
        begin.elapsed()
    };
    let mut times: Vec<_> = (0..RUNS).map(|n| run(&folder.join(n.to_string()))).collect();
    times.sort();
    let letters = std::fs::read_to_string(folder.join("0/out/lozere-2026/letters/manifest.csv")).unwrap_or_default();
    println!("letters: {}", letters.lines().count().saturating_sub(1));
    let (least, median, most) = (times[0], times[RUNS / 2], times[RUNS - 1]);
    println!("run, from nothing: {least:.2?} to {most:.2?}, median {median:.2?}, {RUNS} runs");
    println!("run, nothing to do: {:.2?}", run(&folder.join("0")));
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        println!("{} was left behind: {error}", folder.display());
    }
}
