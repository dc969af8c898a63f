//! Files that coordinators gave and that no campaign has taken in yet. They live in memory and in files without a name: a
//! restart forgets them, and the page then asks for the file again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::contract::Contract;
use crate::domain::id::{CampaignId, DeliveryId, UserId};
use crate::intake::{Choices, Password};
use crate::service::examine_list::GivenFile;
use crate::service::progress::Progress;

/// How long a file waits for the next step.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Files that one account has waiting at a time; the oldest goes first.
const MOST_OF_A_USER: usize = 4;

/// Files by their random name; cheap to clone.
#[derive(Clone, Default)]
pub struct Uploads(Arc<Mutex<HashMap<String, Arc<Upload>>>>);

/// A file that somebody gave for a campaign.
pub struct Upload {
    /// Who.
    pub user: UserId,
    /// For which campaign.
    pub campaign: CampaignId,
    /// The file.
    pub file: GivenFile,
    /// The contract, where the file completes a list that came before.
    pub completes: Option<Contract>,
    state: Mutex<State>,
    since: Instant,
}

/// Where a file stands.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// How it is to be read, once somebody chose.
    pub choices: Option<Choices>,
    /// What opens it.
    pub password: Option<Password>,
    /// What is being done with it.
    pub work: Work,
}

/// What is being done with a file.
#[derive(Debug, Clone, Default)]
pub enum Work {
    /// It is looked at.
    #[default]
    Look,
    /// Its rows go in.
    Running(Arc<Watched>),
    /// They did not; why.
    Failed(String),
    /// They are in.
    Done(DeliveryId),
}

/// Progress that a page asks for.
#[derive(Debug, Default)]
pub struct Watched {
    step: Mutex<String>,
    total: AtomicU64,
    done: AtomicU64,
}

impl Uploads {
    /// Keeps a file; its name is the way to it.
    pub fn keep(&self, user: UserId, campaign: CampaignId, file: GivenFile, completes: Option<Contract>) -> String {
        let name = format!("{:032x}", rand::random::<u128>());
        let mut kept = locked(&self.0);
        let mut theirs: Vec<_> = kept.iter().filter(|(_, u)| u.user == user).collect();
        theirs.sort_by_key(|(_, u)| std::cmp::Reverse(u.since));
        let oldest: Vec<String> = theirs.iter().skip(MOST_OF_A_USER - 1).map(|(name, _)| (*name).clone()).collect();
        for old in oldest {
            kept.remove(&old);
        }
        let upload = Upload { user, campaign, file, completes, state: Mutex::default(), since: Instant::now() };
        kept.insert(name.clone(), Arc::new(upload));
        let (all, old) = (self.clone(), name.clone());
        tokio::spawn(async move {
            tokio::time::sleep(KEPT).await;
            locked(&all.0).remove(&old);
        });
        name
    }

    /// The file of this user and campaign with this name, if it is still there.
    pub fn find(&self, name: &str, user: UserId, campaign: CampaignId) -> Option<Arc<Upload>> {
        let kept = locked(&self.0);
        kept.get(name).filter(|u| u.user == user && u.campaign == campaign).cloned()
    }
}

impl Upload {
    /// Where it stands.
    pub fn state(&self) -> State {
        locked(&self.state).clone()
    }

    /// Changes where it stands.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut locked(&self.state))
    }
}

impl Watched {
    /// The step, how much of it is done, and of how much.
    pub fn now(&self) -> (String, u64, u64) {
        let step = locked(&self.step).clone();
        (step, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

impl Progress for Watched {
    fn begin(&self, step: &str, total: u64) {
        step.clone_into(&mut locked(&self.step));
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    fn reach(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    fn end(&self, _: &str) {
        self.done.store(self.total.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// What one thread left half done in here is still whole: every change is one assignment.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
