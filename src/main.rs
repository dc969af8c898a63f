//! The program: starts the command line, nothing else.

/// A list of a million people is a hundred million small texts: the system's allocator took a quarter of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    allervers::cli::main()
}
