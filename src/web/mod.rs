//! The pages and the JSON calls: public, desk, office. No page needs a script. What a user can do is in `service`; here
//! is only how it is asked for and shown.

mod api;
mod assets;
mod desk;
mod error;
mod extract;
mod field;
mod health;
mod makings;
mod office;
mod page;
mod public;
mod questions;
mod safety;
mod throttle;
mod uploads;
mod view;
mod whom_to_call;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::service::Store;
use makings::Makings;
use throttle::Failures;
use uploads::Uploads;

/// What every page works with; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The settings.
    pub config: Arc<Config>,
    failures: Arc<Failures>,
    uploads: Uploads,
    makings: Makings,
    /// Scheme and host of the public address, where the settings give one.
    origin: Option<String>,
}

impl App {
    /// The pages over a database, under these settings. Fails where the public address is none.
    pub fn new(store: Store, config: Config) -> anyhow::Result<Self> {
        let origin = config.public_url().map(safety::origin_of).transpose()?;
        let failures = Arc::new(Failures::new(config.failures_allowed));
        Ok(Self {
            store,
            config: Arc::new(config),
            failures,
            uploads: Uploads::default(),
            makings: Makings::default(),
            origin,
        })
    }
}

/// Every address, with the protections that all of them share.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .merge(public::routes())
        .merge(desk::routes())
        .merge(office::routes())
        .merge(api::routes())
        .merge(health::routes())
        .merge(assets::routes())
        .fallback(error::no_such_page);
    safety::protect(routes, &app).with_state(app)
}

/// Answers on `listener` until `shutdown` ends, then lets running answers finish.
pub async fn serve(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await
}
