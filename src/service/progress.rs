//! How long work tells where it is. The command line shows bars on a terminal and plain lines elsewhere.

/// Watches long work.
pub trait Progress: Send + Sync {
    /// A step begins, with so many things to do where that is known.
    fn begin(&self, step: &str, total: u64);
    /// So many things of the step are done.
    fn reach(&self, done: u64);
    /// The step is done; what it came to.
    fn end(&self, result: &str);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: u64) {}
    fn reach(&self, _: u64) {}
    fn end(&self, _: &str) {}
}
