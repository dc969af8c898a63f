//! The pages and the JSON calls.
/// What pages need.
pub struct App;
impl App {
    /// x
    pub fn new(_: crate::service::Store, _: crate::config::Config) -> anyhow::Result<Self> {
        Ok(Self)
    }
}
/// x
pub async fn serve(_: App, _: tokio::net::TcpListener, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    stop.await;
    Ok(())
}
