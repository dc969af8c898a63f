//! The integration tests, one binary: each module mirrors a room or a way of use, and lists its own trials.

mod after_posting;
mod audience;
mod blind;
mod browser_pages;
mod commands;
mod documents;
mod imports;
mod interrupted;
mod letters;
mod matching;
mod office;
mod oppositions;
mod pairs;
mod print;
mod printing;
mod race;
mod returns;
mod routes;
mod services;
mod sheets;
mod store;
mod support;
mod tools;
mod whole_way;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = [
        blind::trials(),
        audience::trials(),
        browser_pages::trials(),
        commands::trials(),
        documents::trials(),
        imports::trials(),
        interrupted::trials(),
        matching::trials(),
        letters::trials(),
        pairs::trials(),
        print::trials(),
        office::trials(),
        oppositions::trials(),
        returns::trials(),
        printing::trials(),
        after_posting::trials(),
        race::trials(),
        routes::trials(),
        services::trials(),
        sheets::trials(),
        store::trials(),
        tools::trials(),
        whole_way::trials(),
    ]
    .into_iter()
    .flatten()
    .collect();
    support::report_left_out();
    libtest_mimic::run(&arguments, trials).exit_code()
}
