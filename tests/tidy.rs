//! The conventions of the house as tests. The sources are read as tokens, so that macro bodies count and comments do
//! not; modules under `#[cfg(test)]` may know whom they like.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The rooms of `src/` from the ground up: each may know those on lower steps. `config` stands aside, see [`may_know`].
const STEPS: &[&[&str]] = &[
    &["domain"],
    &["text", "identity"],
    &["intake", "audience", "document", "media", "measure", "mail", "pack"],
    &["store"],
    &["service"],
    &["jobs", "web", "cli"],
    &["main"],
];

/// Who may know a room on its own step: pictures of notices come from `document`, and the command `serve` starts `web`.
const SIDEWAYS: &[(&str, &str)] = &[("media", "document"), ("cli", "web")];

/// Rooms to which the clock, chance, the environment and files are arguments.
const PURE: &[&str] = &["domain", "text", "identity", "intake", "audience", "document", "media", "measure", "pack"];

/// What pure rooms do not name.
const IMPURE: &[&str] =
    &["Utc::now", "Local::now", "SystemTime::now", "Instant::now", "rand", "std::env", "std::fs", "tokio"];

/// Names that belong to one part of the sources: the names, the part, and why. A name with `!` is a macro.
const RESERVED: &[(&[&str], &str, &str)] = &[
    (&["printpdf", "lopdf"], "document/export", "exporters only translate frames, and only they know PDF"),
    (&["sea_orm", "sea_orm_migration", "sqlx"], "store", "the database can then change behind one door"),
    (&["axum", "axum_extra", "tower_http"], "web", "what a user can do does not depend on HTTP"),
    (
        &["println!", "eprintln!", "print!", "eprint!"],
        "cli",
        "elsewhere nobody may be watching the terminal: use tracing",
    ),
];

/// The longest file; what is longer is two things.
const MAX_LINES: usize = 600;

// Spelled in halves, so that this file passes its own tests.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("#[ig", "nore"),
];
const MACHINE_PATHS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
];

// --- The tests -------------------------------------------------------------------------------------------------------

#[test]
fn rooms_know_only_what_stands_below_them() {
    assert_tidy(sources("src").iter().flat_map(|file| breaches(&file.name, &file.text)));
}

#[test]
fn every_room_has_its_step() {
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let without = declared_modules(&library).into_iter().filter(|room| room != "config" && step(room).is_none());
    assert_tidy(without.map(|room| format!("src/lib.rs: the room `{room}` has no step in tests/tidy.rs")));
}

#[test]
fn every_source_is_reached_from_a_crate_root() {
    let mut reached = BTreeSet::new();
    for crate_root in ["src/lib.rs", "src/main.rs", "migrations/src/lib.rs"] {
        reach(Path::new(crate_root), &mut reached);
    }
    let sources = [sources("src"), sources("migrations/src")].concat();
    let lost = sources.iter().filter(|file| !reached.contains(Path::new(&file.name)));
    assert_tidy(lost.map(|file| format!("{}: no `mod` leads here, so it is never compiled", file.name)));
}

#[test]
fn every_source_says_first_what_it_is() {
    let sources = [sources("src"), sources("migrations/src"), sources("tests")].concat();
    let silent = sources.iter().filter(|file| file.name.ends_with(".rs") && !file.text.starts_with("//! "));
    assert_tidy(silent.map(|file| format!("{}:1: starts without a `//!` comment that says what it is", file.name)));
}

#[test]
fn nothing_is_unfinished_too_long_or_tied_to_one_machine() {
    let folders = ["src", "migrations/src", "tests", "benches", "templates", "campaigns", "docs", "scripts", ".ci"];
    assert_tidy(
        folders.iter().flat_map(|folder| sources(folder)).flat_map(|file| text_breaches(&file.name, &file.text)),
    );
}

// --- The rules -------------------------------------------------------------------------------------------------------

/// Does the room `from` know `to` rightly? If not, why not.
fn may_know(from: &str, to: &str) -> Result<(), &'static str> {
    const STORE: usize = 3;
    let back = Err("data goes one way through the house, nothing points back or sideways");
    match (step(from), step(to)) {
        _ if from == to || SIDEWAYS.contains(&(from, to)) => Ok(()),
        (Some(from), None) if to == "config" && from < STORE => Err("settings are arguments below `store`"),
        (None, Some(below)) if from == "config" && below > 0 => back,
        (Some(_), Some(STORE)) if matches!(from, "web" | "cli") => Err("pages and commands go through `service`"),
        (Some(from), Some(to)) if to >= from => back,
        _ => Ok(()),
    }
}

fn step(room: &str) -> Option<usize> {
    STEPS.iter().position(|rooms| rooms.contains(&room))
}

/// What a source under `src/` names against the rules, one message each.
fn breaches(file: &str, text: &str) -> Vec<String> {
    let modules = module_path(file);
    let room = modules.first().map_or(if file == "src/main.rs" { "main" } else { "lib" }, String::as_str);
    let mut found = Vec::new();
    for Named { path, line } in names(text, modules.len()) {
        let mut breach = |what: &str, why: &str| found.push(format!("{file}:{line}: {what}: {why}"));
        let segments: Vec<&str> = path.split("::").collect();
        if let ["crate" | "allervers", other, ..] = segments[..]
            && let Err(why) = may_know(room, other)
        {
            breach(&format!("`{room}` must not know `{other}`"), why);
        }
        for (reserved, home, why) in RESERVED {
            let within = file.strip_prefix("src/").and_then(|f| f.strip_prefix(home));
            let at_home = within.is_some_and(|rest| rest.starts_with(['/', '.']));
            let name = if path.ends_with('!') { segments[segments.len() - 1] } else { segments[0] };
            if reserved.contains(&name) && !at_home {
                breach(&format!("only `{home}` names `{name}`"), why);
            }
        }
        if PURE.contains(&room)
            && let Some(impure) = IMPURE.iter().find(|impure| is_about(&path, impure))
        {
            breach(&format!("`{room}` is pure and must not name `{impure}`"), "clock, chance and files are arguments");
        }
    }
    found.dedup();
    found
}

/// `std::fs::File` is about `std::fs`, `chrono::Utc::now` is about `Utc::now`.
fn is_about(path: &str, impure: &str) -> bool {
    let starts = path.strip_prefix(impure).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    let ends = path.strip_suffix(impure).is_some_and(|before| before.ends_with("::"));
    if impure.ends_with("::now") { starts || ends } else { starts }
}

/// What the bare text of a file shows: unfinished work, machine paths, length.
fn text_breaches(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        if let Some(mark) = UNFINISHED.iter().find(|mark| content.contains(**mark)) {
            found.push(format!("{file}:{line}: `{mark}`: finish it or open an issue"));
        }
        if let Some(path) = MACHINE_PATHS.iter().find(|path| content.contains(**path)) {
            found.push(format!("{file}:{line}: `{path}`: a path of one machine means nothing on another"));
        }
    }
    let lines = text.lines().count();
    if file.ends_with(".rs") && lines > MAX_LINES {
        found.push(format!("{file}:{lines}: more than {MAX_LINES} lines: it is two files"));
    }
    found
}

// --- Reading sources -------------------------------------------------------------------------------------------------

/// A path or macro that a source names, as written from the crate's root: `crate::store::tx`, `println!`.
struct Named {
    path: String,
    line: usize,
}

/// All that a source names outside its tests. `depth` is how many modules deep its file lies.
fn names(text: &str, depth: usize) -> Vec<Named> {
    let stream: TokenStream = text.parse().unwrap_or_else(|e| panic!("not Rust: {e}"));
    let mut found = Vec::new();
    walk(stream, depth, &mut found);
    found
}

fn walk(stream: TokenStream, depth: usize, found: &mut Vec<Named>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while at < trees.len() {
        if is_cfg_test(&trees[at..]) {
            at += trees[at..].iter().position(ends_item).map_or(trees.len(), |end| end + 1);
            continue;
        }
        match &trees[at] {
            TokenTree::Group(group) => {
                let inside_module = at >= 2 && matches!(&trees[at - 2], TokenTree::Ident(i) if i == "mod");
                walk(group.stream(), depth + usize::from(inside_module), found);
                at += 1;
            }
            TokenTree::Ident(_) if at == 0 || !is_punct(&trees[at - 1], '.') => {
                at += read_path(&trees[at..], "", depth, found);
            }
            _ => at += 1,
        }
    }
}

/// Reads the path that begins `trees`, behind `prefix`, and says how many tokens it took. The braces of a `use` give
/// one path for each of their branches.
fn read_path(trees: &[TokenTree], prefix: &str, depth: usize, found: &mut Vec<Named>) -> usize {
    let line = trees[0].span().start().line;
    let mut path = prefix.to_owned();
    let mut at = 0;
    loop {
        match trees.get(at) {
            Some(TokenTree::Ident(name)) => {
                path += &format!("{}{name}", if path.is_empty() { "" } else { "::" });
                at += 1;
            }
            Some(TokenTree::Group(branches)) if at > 0 && branches.delimiter() == Delimiter::Brace => {
                let branches: Vec<TokenTree> = branches.stream().into_iter().collect();
                for branch in branches.split(|tree| is_punct(tree, ',')).filter(|branch| !branch.is_empty()) {
                    read_path(branch, &path, depth, found);
                }
                return at + 1;
            }
            _ => break,
        }
        match trees.get(at..at + 2) {
            Some([first, second]) if is_punct(first, ':') && is_punct(second, ':') => at += 2,
            Some([mark, TokenTree::Group(_)]) if is_punct(mark, '!') => {
                path.push('!');
                break;
            }
            _ => break,
        }
    }
    // A bare word is a variable as often as a crate.
    if path.contains("::") || path.ends_with('!') {
        found.push(Named { path: from_root(&path, depth), line });
    }
    at.max(1)
}

/// `super::store` in a file one module deep is `crate::store`; a path that stays within its room is left as it is.
fn from_root(path: &str, depth: usize) -> String {
    let inner = path.trim_start_matches("self::").trim_start_matches("super::");
    let ups = path.matches("super::").count();
    if ups > 0 && ups == depth { format!("crate::{inner}") } else { path.to_owned() }
}

fn is_punct(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(p) if p.as_char() == mark)
}

fn is_cfg_test(trees: &[TokenTree]) -> bool {
    let [hash, TokenTree::Group(attribute), ..] = trees else { return false };
    is_punct(hash, '#') && attribute.stream().to_string().replace(' ', "") == "cfg(test)"
}

fn ends_item(tree: &TokenTree) -> bool {
    is_punct(tree, ';') || matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// The modules a source file lies in: `src/domain/price.rs` in `domain`, `price`; a crate root in none.
fn module_path(file: &str) -> Vec<String> {
    let within = file.split_once("src/").map_or(file, |(_, within)| within).trim_end_matches(".rs");
    let names = within.split('/').filter(|name| !matches!(*name, "mod" | "lib" | "main"));
    names.map(str::to_owned).collect()
}

/// The modules that a source declares in files of their own.
fn declared_modules(text: &str) -> Vec<String> {
    let stream: TokenStream = text.parse().unwrap_or_else(|e| panic!("not Rust: {e}"));
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let declared = trees.windows(3).filter_map(|window| match window {
        [TokenTree::Ident(word), TokenTree::Ident(name), end] if word == "mod" && is_punct(end, ';') => Some(name),
        _ => None,
    });
    declared.map(ToString::to_string).collect()
}

/// Follows `mod` from `file` to all files it leads to.
fn reach(file: &Path, reached: &mut BTreeSet<PathBuf>) {
    let Ok(text) = fs::read_to_string(root().join(file)) else { return };
    reached.insert(file.to_owned());
    let is_root = ["lib.rs", "main.rs", "mod.rs"].iter().any(|name| file.ends_with(name));
    let folder = if is_root { file.parent().unwrap().to_owned() } else { file.with_extension("") };
    for name in declared_modules(&text) {
        reach(&folder.join(&name).join("mod.rs"), reached);
        reach(&folder.join(name).with_extension("rs"), reached);
    }
}

/// A text file of the project.
#[derive(Clone)]
struct Source {
    /// The path from the project's root, with slashes.
    name: String,
    text: String,
}

/// The text files under a folder (Rust only under `src`); none if it does not exist.
fn sources(folder: &str) -> Vec<Source> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return vec![] };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(sources(&name));
        } else if is_rust_or_prose(&name) {
            found.push(Source { text: fs::read_to_string(entry.path()).unwrap(), name });
        }
    }
    found
}

fn is_rust_or_prose(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((_, extension)) => {
            matches!(extension, "rs") || !name.contains("src/") && matches!(extension, "md" | "toml" | "hbs" | "html")
        }
        None => name.starts_with("scripts/") || name.starts_with(".ci/"),
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[track_caller]
fn assert_tidy(breaches: impl Iterator<Item = String>) {
    let breaches: Vec<_> = breaches.collect();
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

// --- The rules can fail ----------------------------------------------------------------------------------------------

#[track_caller]
fn one_breach(file: &str, text: &str, expected: &str) {
    let found = breaches(file, text);
    assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}, not {expected}");
}

#[test]
fn a_room_that_knows_what_stands_above_it_is_told_where() {
    one_breach(
        "src/domain/price.rs",
        "//! x\nuse crate::text::french;",
        "src/domain/price.rs:2: `domain` must not know `text`",
    );
    one_breach("src/audience/mod.rs", "use crate::intake::Row;", "src/audience/mod.rs:1:");
    one_breach("src/document/a.rs", "use crate::media::Notice;", "src/document/a.rs:1:");
    one_breach("src/web/mod.rs", "use crate::jobs::run;", "src/web/mod.rs:1:");
    one_breach("src/cli/run.rs", "use crate::store::Store;", "src/cli/run.rs:1: `cli` must not know `store`: pages");
    one_breach("src/measure/mod.rs", "use crate::config::Settings;", "src/measure/mod.rs:1:");
    one_breach("src/config.rs", "use crate::service::run;", "src/config.rs:1:");
    for (file, text) in [
        ("src/media/mod.rs", "use crate::document::picture;"),
        ("src/service/run.rs", "use crate::{store, service::check, config::Settings};"),
        ("src/jobs/mod.rs", "use crate::store::Store;"),
        ("src/main.rs", "fn main() { allervers::cli::main() }"),
    ] {
        assert_eq!(breaches(file, text), [""; 0], "{file}");
    }
}

#[test]
fn every_way_to_name_a_room_is_seen() {
    for text in [
        "use crate::{domain::price, text::{self, french}};",
        "use super::super::text::french as f;",
        "fn f() -> crate::text::French { todo() }",
        "fn f() { g(vec![crate::text::french()]) }",
        "macro_rules! m { () => { $crate::text::french() } }",
        "mod inner { use super::super::super::text::french; }",
        "impl<T: Into<crate::text::French>> X for T {}",
    ] {
        let found = breaches("src/domain/price.rs", text);
        assert!(found.len() == 1 && found[0].contains("must not know `text`"), "{text}: {found:?}");
    }
    for text in ["#[cfg(test)] mod tests { use crate::text::french; }", "// crate::text\nuse super::text::own;"] {
        assert_eq!(breaches("src/domain/price.rs", text), [""; 0], "{text}");
    }
}

#[test]
fn reserved_and_impure_names_are_seen() {
    one_breach(
        "src/document/letter.rs",
        "fn f(d: lopdf::Document) {}",
        "src/document/letter.rs:1: only `document/export`",
    );
    one_breach("src/service/a.rs", "use sea_orm::entity::*;", "src/service/a.rs:1: only `store`");
    one_breach("src/cli/serve.rs", "fn f(r: axum::Router) {}", "src/cli/serve.rs:1: only `web`");
    one_breach("src/web/a.rs", "fn f() { println!() }", "src/web/a.rs:1: only `cli` names `println!`");
    one_breach("src/web/a.rs", "fn f() { std::eprintln!() }", "src/web/a.rs:1: only `cli` names `eprintln!`");
    one_breach("src/intake/a.rs", "fn f() { chrono::Utc::now(); }", "src/intake/a.rs:1: `intake` is pure");
    one_breach("src/identity/a.rs", "fn f() { SystemTime::now(); }", "src/identity/a.rs:1:");
    one_breach("src/audience/a.rs", "use rand::Rng;", "src/audience/a.rs:1:");
    one_breach("src/measure/a.rs", "use std::{collections::BTreeMap, env};", "src/measure/a.rs:1:");
    one_breach("src/text/a.rs", "use std::fs::File;", "src/text/a.rs:1:");
    for (file, text) in [
        ("src/document/export/pdf.rs", "use printpdf::Mm;"),
        ("src/document/export.rs", "use printpdf::Mm;"),
        ("src/store/tx.rs", "use sea_orm::entity::*;"),
        ("src/cli/run.rs", "fn f() { println!() }"),
        ("src/service/a.rs", "fn f() { rand::random(); chrono::Utc::now(); }"),
        ("src/domain/a.rs", "fn f(rand: u64) { rand.rotate_left(1); }"),
    ] {
        assert_eq!(breaches(file, text), [""; 0], "{file}");
    }
}

#[test]
fn unfinished_work_machine_paths_and_long_files_are_seen() {
    let found = |text: &str| text_breaches("src/a.rs", text);
    for mark in UNFINISHED.iter().chain(MACHINE_PATHS) {
        assert_eq!(found(&format!("//! a\n// {mark}")).len(), 1, "{mark}");
    }
    assert_eq!(found(&"//\n".repeat(MAX_LINES)), [""; 0]);
    assert_eq!(found(&"//\n".repeat(MAX_LINES + 1)).len(), 1);
}

#[test]
fn modules_are_found_where_they_are_declared() {
    assert_eq!(declared_modules("pub mod a; // mod b;\nmod c { }\n#[cfg(test)] mod d;"), ["a", "d"]);
    assert_eq!(module_path("src/document/export/pdf.rs"), ["document", "export", "pdf"]);
    assert_eq!(module_path("src/domain/mod.rs"), ["domain"]);
    assert!(module_path("src/lib.rs").is_empty());
}
