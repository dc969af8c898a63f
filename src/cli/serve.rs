//! `allervers serve`: the pages and the JSON calls.

use anyhow::anyhow;
use clap::Args;

use crate::config::Config;
use crate::domain::commune::Gazetteer;
use crate::service;
use crate::text::system::cause;
use crate::web;

/// What `serve` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Adresse et port
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADRESSE")]
    listen: String,
}

/// Serves until the process is asked to stop.
pub async fn serve(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let store = service::open_store(&config).await?;
    let listener = tokio::net::TcpListener::bind(&arguments.listen).await.map_err(|error| {
        anyhow!(
            "Le service ne peut pas répondre à l’adresse {} : {}. Choisissez-en une autre avec --listen.",
            arguments.listen,
            cause(&error)
        )
    })?;
    let address = listener.local_addr()?;
    // Reading the communes takes a moment that no visitor should wait for.
    tokio::task::spawn_blocking(Gazetteer::embedded);
    // What a killed process left half read is personal data that nobody needs.
    let (leftovers, var) = (store.clone(), config.var.clone());
    tokio::spawn(async move {
        if let Err(error) = service::sweep_leftovers::sweep_leftovers(&leftovers, &var).await {
            tracing::error!(%error, "what interrupted readings left could not be taken out");
        }
    });
    println!("Allervers répond sur http://{address} ; Ctrl-C pour arrêter.");
    web::serve(web::App::new(store, config)?, listener, stopped()).await?;
    Ok(())
}

/// Resolves on Ctrl-C or when the system asks the process to end.
async fn stopped() {
    let interrupted = async { tokio::signal::ctrl_c().await.is_ok() };
    #[cfg(unix)]
    {
        let asked = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => signal.recv().await.is_some(),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! { _ = interrupted => {}, _ = asked => {} }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
