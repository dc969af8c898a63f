//! Where a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::web::App;
use crate::web::error::WebError;

/// The address of the caller: the connection's, or behind a trusted proxy the one that it passes on.
pub struct Client {
    app: App,
    address: IpAddr,
}

impl Client {
    /// Refuses an address that has failed too often.
    pub fn may_try(&self) -> Result<(), WebError> {
        self.app.failures.check(self.address, Instant::now()).map_err(WebError::too_many_failures)
    }

    /// Counts a wrong number or password.
    pub fn failed(&self) {
        self.app.failures.failed(self.address, Instant::now());
    }

    /// Takes back a failure that was counted beforehand.
    pub fn succeeded(&self) {
        self.app.failures.succeeded(self.address);
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // Without a connection there is no address to tell callers apart by: they count as one.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| peer.ip().to_canonical());
        Ok(Self { app: app.clone(), address: caller(peer, &parts.headers, &app.config.trusted_proxies) })
    }
}

/// The last address in `X-Forwarded-For` that no trusted proxy wrote for another trusted proxy: what stands further left
/// was sent by the caller and may be a lie.
fn caller(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let passed_on = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<IpAddr> = passed_on.flat_map(|v| v.split(',')).filter_map(|a| a.trim().parse().ok()).collect();
    let hops = || [peer].into_iter().chain(addresses.iter().rev().copied());
    hops().find(|hop| !trusted.contains(hop)).or_else(|| hops().last()).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let [proxy, caller_address, liar] = ["10.0.0.1", "192.0.2.7", "198.51.100.9"].map(|a| a.parse().unwrap());
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", format!("{liar}, {caller_address}").parse().unwrap());
        assert_eq!(caller(proxy, &headers, &[proxy]), caller_address);
        assert_eq!(caller(liar, &headers, &[proxy]), liar);
        assert_eq!(caller(proxy, &HeaderMap::new(), &[proxy]), proxy);
        headers.insert("x-forwarded-for", format!("{caller_address}, nonsense").parse().unwrap());
        assert_eq!(caller(proxy, &headers, &[proxy]), caller_address);
    }
}
