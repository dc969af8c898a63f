//! Where a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use sha2::{Digest, Sha256};

use crate::service::public_urls::public_urls;
use crate::web::App;
use crate::web::error::WebError;
use crate::web::throttle::{Account, network};

/// The address of the caller: the connection's, or behind a trusted proxy the one that it passes on.
pub struct Client {
    app: App,
    /// Stands for the address; see [`network`].
    network: IpAddr,
    encrypted: bool,
    host: Option<String>,
}

/// A login whose failure was counted beforehand.
pub struct LoginTry {
    account: Account,
    counted: Instant,
}

impl Client {
    /// Counts a wrong number, and refuses an address that had too many before. Only wrong ones come here: who has a right
    /// one is never refused, whatever others behind the same address mistyped.
    pub fn wrong_number(&self) -> Result<(), WebError> {
        let (numbers, now) = (&self.app.failures.numbers, Instant::now());
        numbers.check(&self.network, now).map_err(WebError::too_many_numbers)?;
        numbers.failed(self.network, now);
        Ok(())
    }

    /// Refuses who failed too often with this e-mail. The failure is counted before the slow check of the password, so
    /// that many guesses at once do not slip through.
    pub fn begin_login(&self, email: &str) -> Result<LoginTry, WebError> {
        let (failures, now) = (&self.app.failures, Instant::now());
        let account = Sha256::digest(email.trim().to_lowercase()).into();
        let login = failures.logins.check(&(self.network, account), now);
        login.and(failures.any_login.check(&self.network, now)).map_err(WebError::too_many_passwords)?;
        failures.logins.failed((self.network, account), now);
        failures.any_login.failed(self.network, now);
        Ok(LoginTry { account, counted: now })
    }

    /// Takes back the failure of a login that succeeded, and no other.
    pub fn logged_in(&self, LoginTry { account, counted }: LoginTry) {
        self.app.failures.logins.succeeded(&(self.network, account), counted);
        self.app.failures.any_login.succeeded(&self.network, counted);
    }

    /// A session's cookie must come back over https only: the request came so, or people are sent to an https address
    /// and this is not a try on one's own computer.
    pub async fn needs_https(&self) -> Result<bool, WebError> {
        let encrypted = |url: &str| url.starts_with("https:");
        if self.encrypted || self.app.config.public_url().is_some_and(encrypted) {
            return Ok(true);
        }
        if self.host.as_deref().is_some_and(is_loopback) {
            return Ok(false);
        }
        Ok(public_urls(&self.app.store).await?.iter().any(|url| encrypted(url)))
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // Without a connection there is no address to tell callers apart by: they count as one.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| peer.ip().to_canonical());
        let trusted = &app.config.trusted_proxies;
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        Ok(Self {
            app: app.clone(),
            network: network(caller(peer, &parts.headers, trusted)),
            encrypted: trusted.contains(&peer) && header("x-forwarded-proto").is_some_and(ends_with_https),
            host: header("host").map(str::to_owned),
        })
    }
}

/// Whether the nearest proxy says that it was reached by https.
fn ends_with_https(protocols: &str) -> bool {
    protocols.rsplit(',').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("https"))
}

/// Whether a `Host` is this computer.
fn is_loopback(host: &str) -> bool {
    let Ok(host) = host.parse::<Authority>() else { return false };
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
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

    #[test]
    fn a_host_of_this_computer_is_told_from_others() {
        for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["numerique.exemple.fr", "localhost.exemple.fr:443", "192.0.2.1", "", "[", "127.0.0.1.exemple.fr"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
